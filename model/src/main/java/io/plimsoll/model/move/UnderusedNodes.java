package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.placement.Bearing;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// Finds the nodes that can be done without in quiet hours: those that bear little even when they are busiest. Left
/// are those that are left to others ([ViolatedRules]), that flap, and of which too little is known. Belongs to one
/// plan of one image.
final class UnderusedNodes {

    /// Of what there is, of CPU and of memory: two such nodes fill no third one.
    static final double SHARE_MAX = 0.25;

    private final ClusterImage image;
    private final Placer placer;
    private final Shares atPeak;
    private final boolean isWanted;
    private final long nowMillis;

    /// @param atPeak what nodes bear beyond what they do now, when they are busiest
    /// @param isWanted whether nodes are to be emptied now
    UnderusedNodes(ClusterImage image, Placer placer, Shares atPeak, boolean isWanted, long nowMillis) {
        this.image = image;
        this.placer = placer;
        this.atPeak = atPeak;
        this.isWanted = isWanted;
        this.nowMillis = nowMillis;
    }

    private record Found(int slot, double share) {}

    /// Their slots, the least used first, of equal ones the first by name.
    List<Integer> find() {
        return IntStream.range(0, isWanted ? image.nodeCount() : 0)
                .boxed()
                .flatMap(slot -> busiest(slot).map(share -> new Found(slot, share)).stream())
                .sorted(Comparator.comparingDouble(Found::share))
                .map(Found::slot)
                .toList();
    }

    /// Why the pod's node is to be empty, in words for people; nothing where it is not.
    Optional<String> why(PodImage pod) {
        int slot = pod.spec().nodeName().map(image.nodeTable()::slot).orElse(NodeTable.ABSENT);
        return slot == NodeTable.ABSENT || !isWanted || pod.leavesNodeEmpty()
                ? Optional.empty()
                : busiest(slot)
                        .map(share -> String.format(
                                Locale.ROOT,
                                "%s bears %.0f%% when it is busiest, and is not needed in quiet hours",
                                image.node(slot).name(),
                                100 * share));
    }

    /// The larger of its shares in use when it is busiest; nothing where it is not underused.
    private Optional<Double> busiest(int slot) {
        var node = image.node(slot);
        if (!ViolatedRules.isLookedAt(node.spec()) || node.stability().isSuppressed(nowMillis) || node.isEmpty()) {
            return Optional.empty();
        }
        return placer.bearing(image, atPeak, slot, nowMillis)
                .map(UnderusedNodes::larger)
                .filter(share -> share < SHARE_MAX);
    }

    private static double larger(Bearing bearing) {
        return Math.max(bearing.cpuShare(), bearing.memoryShare());
    }
}
