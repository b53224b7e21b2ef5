package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the nodes went through within the last day. In quiet hours pods are moved by that: what is hurt at noon is
/// put right at night, and what is idle at night is no place for it when noon makes it hot. Immutable.
///
/// @param nodes those of which anything is known, by name
public record DayPeaks(SortedMap<String, Peak> nodes) {

    public static final DayPeaks NONE = new DayPeaks(new TreeMap<>());

    /// Of so many hours must be known what a node bore, or its pods are expected to have their peaks at one time.
    static final int HOURS_KNOWN = 20;

    /// Less of a trouble than this is none.
    private static final double LEFT_MIN = 0.05;

    public DayPeaks {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /// One node's day.
    ///
    /// @param hours of how many it is known what the node bore
    /// @param hurts what was wrong with it, the earliest first: of each time, nothing as bad came later
    public record Peak(Busiest cpu, Busiest memory, int hours, List<Hurt> hurts) {

        public Peak {
            hurts = List.copyOf(hurts);
        }
    }

    /// What it bore of one resource in its busiest hour for that, as a mean over the hour.
    ///
    /// @param share of allocatable
    /// @param atMillis the end of the hour, epoch milliseconds
    public record Busiest(double share, long atMillis) {}

    /// @param atMillis when it was so, epoch milliseconds
    public record Hurt(List<Trouble> troubles, long atMillis) {

        public Hurt {
            troubles = List.copyOf(troubles);
        }
    }

    /// When and how a node was hurt.
    List<HurtNode> hurts(String node) {
        return Optional.ofNullable(nodes.get(node)).map(Peak::hurts).orElse(List.of()).stream()
                .map(hurt -> new HurtNode(node, hurt.troubles(), Optional.of(hurt.atMillis())))
                .toList();
    }

    /// The nodes that were hurt, with what of it is left after all that was moved since and did not come back, and
    /// after what has gone by itself.
    List<HurtNode> unrelieved(ClusterImage image, MoveHistory history) {
        var pods = new PodPeaks(image);
        var moved = history.steps().stream()
                .filter(step -> !step.cameBack() && isOfUse(step))
                .collect(Collectors.groupingBy(step -> step.move().from()));
        return nodes.entrySet().stream()
                .filter(entry -> !entry.getValue().hurts().isEmpty())
                .flatMap(entry -> image.node(entry.getKey()).stream()
                        .flatMap(node -> new Unrelieved(
                                        node, pods.of(node), moved.getOrDefault(entry.getKey(), List.of()))
                                .worst(entry.getValue().hurts()).stream()))
                .toList();
    }

    /// What was moved for room alone may have used nothing.
    private static boolean isOfUse(MoveStep step) {
        return step.move()
                .aim()
                .filter(aim -> aim.kind() == Trouble.Kind.CROWDED)
                .isEmpty();
    }

    /// What is left of one node's troubles.
    ///
    /// @param possible what its pods use when all are at their peak
    private record Unrelieved(NodeImage node, Resources possible, List<MoveStep> moved) {

        Optional<HurtNode> worst(List<Hurt> hurts) {
            return hurts.stream()
                    .flatMap(hurt -> left(hurt).stream())
                    .max(Comparator.comparingDouble(HurtNode::excess));
        }

        private Optional<HurtNode> left(Hurt hurt) {
            double left = moved.stream()
                    .filter(step -> step.evictedAtMillis() >= hurt.atMillis())
                    .mapToDouble(step -> 1 - step.move().benefit())
                    .reduce(1, (one, other) -> one * other);
            var troubles = left < LEFT_MIN
                    ? List.<Trouble>of()
                    : hurt.troubles().stream()
                            .flatMap(trouble -> left(trouble, left).stream())
                            .filter(trouble -> trouble.excess() > 0)
                            .toList();
            return troubles.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new HurtNode(node.name(), troubles, Optional.of(hurt.atMillis())));
        }

        /// The pods that are there now must still be able to bring it about.
        private Optional<Trouble> left(Trouble trouble, double left) {
            return switch (trouble) {
                case Trouble.Hot(var of, double share, double target) -> {
                    double most = Relief.amount(of, possible)
                            / Math.max(1, Relief.amount(of, node.spec().allocatable()));
                    yield Optional.of(new Trouble.Hot(of, Math.min(target + left * (share - target), most), target));
                }
                // It is a matter of requests, which are as they are at any hour.
                case Trouble.Crowded crowded -> Optional.empty();
                case Trouble.Waiting(var of, double pressure, double rise, var blamed) -> {
                    var there = node.pods().stream().map(PodImage::workload).collect(Collectors.toSet());
                    var still = blamed.entrySet().stream()
                            .filter(part -> there.contains(part.getKey()))
                            .collect(Collectors.toMap(part -> part.getKey(), part -> part.getValue()));
                    yield Optional.of(new Trouble.Waiting(of, pressure, left * rise, still));
                }
            };
        }
    }

    /// What a node bears in its busiest hours beyond what it bears now. Pods that came to it since are expected at
    /// their peak then; all are where too little is known of its day.
    ///
    /// @param pods of the same image
    Resources beyond(ClusterImage image, PodPeaks pods, int slot, Placer placer, long nowMillis) {
        var node = image.node(slot);
        var bearing = placer.bearing(image, Shares.NONE, slot, nowMillis);
        if (bearing.isEmpty()) {
            return Resources.NONE;
        }
        var allocatable = node.spec().allocatable();
        var now = new Resources(
                Math.round(bearing.get().cpuShare() * allocatable.cpuMillis()),
                Math.round(bearing.get().memoryShare() * allocatable.memoryBytes()));
        var most = Optional.ofNullable(nodes.get(node.name()))
                .map(peak -> most(pods, node, peak))
                .orElseGet(() -> pods.of(node));
        return new Resources(
                Math.max(0, most.cpuMillis() - now.cpuMillis()), Math.max(0, most.memoryBytes() - now.memoryBytes()));
    }

    private static Resources most(PodPeaks pods, NodeImage node, Peak peak) {
        var allocatable = node.spec().allocatable();
        var known = new Resources(
                Math.round(peak.cpu().share() * allocatable.cpuMillis())
                        + arrived(pods, node, peak.cpu().atMillis()).cpuMillis(),
                Math.round(peak.memory().share() * allocatable.memoryBytes())
                        + arrived(pods, node, peak.memory().atMillis()).memoryBytes());
        return peak.hours() >= HOURS_KNOWN ? known : known.max(pods.of(node));
    }

    private static Resources arrived(PodPeaks pods, NodeImage node, long sinceMillis) {
        return node.pods().stream()
                .filter(pod -> pod.spec().boundAtMillis() > sinceMillis)
                .map(pods::of)
                .reduce(Resources.NONE, Resources::plus);
    }
}
