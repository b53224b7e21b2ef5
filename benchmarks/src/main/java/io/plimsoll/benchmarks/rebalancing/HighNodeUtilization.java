package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The sigs descheduler's rule that empties nodes, from how it is documented to behave, every five minutes:
/// nodes of which less than the line is asked for, of CPU and of memory, give up all their pods, those with
/// least first, as long as the others have room by requests. It is meant to go with MostAllocated.
final class HighNodeUtilization implements MoveRule {

    private static final int INTERVAL_MINUTES = 5;

    private final double line;

    HighNodeUtilization(double line) {
        this.line = line;
    }

    @Override
    public List<PodImage> evictions(ClusterImage image, long minute) {
        if (minute % INTERVAL_MINUTES != 0) {
            return List.of();
        }
        var nodes = Node.of(image);
        var room = nodes.stream()
                .filter(node -> asked(node) >= line)
                .map(HighNodeUtilization::room)
                .reduce(Resources.NONE, Resources::plus);
        var sent = Resources.NONE;
        var evicted = new ArrayList<PodImage>();
        for (var node : nodes.stream()
                .filter(node -> asked(node) < line)
                .sorted(Comparator.comparingDouble(HighNodeUtilization::asked))
                .toList()) {
            for (var pod : node.image.pods()) {
                sent = sent.plus(pod.spec().requests());
                if (!sent.max(room).equals(room)) {
                    return evicted;
                }
                evicted.add(pod);
            }
        }
        return evicted;
    }

    private static Resources room(Node node) {
        var size = node.image.spec().allocatable();
        var requested = node.image.load().requested();
        return new Resources(
                Math.max(0, size.cpuMillis() - requested.cpuMillis()),
                Math.max(0, size.memoryBytes() - requested.memoryBytes()));
    }

    /// The larger of its shares that are asked for.
    private static double asked(Node node) {
        Resources size = node.image.spec().allocatable();
        var requested = node.image.load().requested();
        return Math.max(
                requested.cpuMillis() / (double) size.cpuMillis(),
                requested.memoryBytes() / (double) size.memoryBytes());
    }
}
