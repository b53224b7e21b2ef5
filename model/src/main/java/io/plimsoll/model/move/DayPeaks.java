package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.Bearing;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the nodes went through within the last day. In quiet hours pods are moved by that: what is hurt at noon is
/// put right at night, and what is idle at night is no place for it when noon makes it hot. Immutable.
///
/// @param nodes those of which anything is known, by name
public record DayPeaks(Map<String, Peak> nodes) {

    public static final DayPeaks NONE = new DayPeaks(Map.of());

    public DayPeaks {
        nodes = Map.copyOf(nodes);
    }

    /// One node's day.
    ///
    /// @param busiest what it bore in its busiest hour, of each resource by itself, as a mean over that hour
    /// @param atMillis the end of the busiest hour for CPU, epoch milliseconds
    /// @param hurt the worst that was wrong with it; nothing where it was well all day
    public record Peak(Bearing busiest, long atMillis, Optional<Hurt> hurt) {}

    /// @param atMillis when it was so, epoch milliseconds
    public record Hurt(List<Trouble> troubles, long atMillis) {

        public Hurt {
            troubles = List.copyOf(troubles);
        }
    }

    /// The nodes that were hurt and from which nothing has been moved since.
    List<HurtNode> unrelieved(ClusterImage image, MoveHistory history) {
        return nodes.entrySet().stream()
                .filter(entry -> image.node(entry.getKey()).isPresent())
                .flatMap(entry -> entry.getValue().hurt().stream()
                        .filter(hurt -> history.steps().stream()
                                .noneMatch(step -> step.move().from().equals(entry.getKey())
                                        && step.evictedAtMillis() >= hurt.atMillis()))
                        .map(hurt -> new HurtNode(entry.getKey(), hurt.troubles(), Optional.of(hurt.atMillis()))))
                .toList();
    }

    /// What a node bears in its busiest hour beyond what it bears now; pods that came to it since are expected at
    /// their peak then.
    Resources beyond(ClusterImage image, int slot, Placer placer, long nowMillis) {
        var node = image.node(slot);
        var peak = nodes.get(node.name());
        var now = placer.bearing(image, Shares.NONE, slot, nowMillis);
        if (peak == null || now.isEmpty()) {
            return Resources.NONE;
        }
        var allocatable = node.spec().allocatable();
        var arrived = arrived(image, node, peak.atMillis());
        double cpu = (peak.busiest().cpuShare() - now.get().cpuShare()) * allocatable.cpuMillis();
        double memory = (peak.busiest().memoryShare() - now.get().memoryShare()) * allocatable.memoryBytes();
        return new Resources(
                Math.max(0, Math.round(cpu) + arrived.cpuMillis()),
                Math.max(0, Math.round(memory) + arrived.memoryBytes()));
    }

    private static Resources arrived(ClusterImage image, NodeImage node, long sinceMillis) {
        return node.pods().stream()
                .filter(pod -> pod.spec().boundAtMillis() > sinceMillis)
                .map(pod -> PodToPlace.of(image, pod.spec()).expected())
                .reduce(Resources.NONE, Resources::plus);
    }
}
