package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The sigs descheduler's rule by usage, from how it is documented to behave, every five minutes: nodes
/// above the upper line in any resource give up pods until they are not, as long as the nodes below the
/// lower line in all of them have room up to the upper one. Pods are taken by priority and class alone,
/// which are all the same here, and so in the order in which they are listed; whether a pod fits
/// anywhere is not asked (`nodeFit` is off). No memory, and no limits, as by default.
final class LowNodeUtilization implements MoveRule {

    private static final int INTERVAL_MINUTES = 5;

    private final double low;
    private final double high;
    private final boolean isDeviation;

    private LowNodeUtilization(double low, double high, boolean isDeviation) {
        this.low = low;
        this.high = high;
        this.isDeviation = isDeviation;
    }

    /// With fixed lines.
    static MoveRule between(double low, double high) {
        return new LowNodeUtilization(low, high, false);
    }

    /// With lines around the mean of all nodes (`useDeviationThresholds`).
    static MoveRule around(double deviation) {
        return new LowNodeUtilization(deviation, deviation, true);
    }

    /// The lines of one resource.
    private record Lines(double low, double high) {}

    @Override
    public List<PodImage> evictions(ClusterImage image, long minute) {
        if (minute % INTERVAL_MINUTES != 0) {
            return List.of();
        }
        var nodes = Node.of(image);
        var cpu = lines(nodes.stream().mapToDouble(node -> node.cpu).average().orElse(0));
        var memory =
                lines(nodes.stream().mapToDouble(node -> node.memory).average().orElse(0));
        var under =
                nodes.stream().filter(node -> node.isBelow(cpu.low, memory.low)).toList();
        // Its key adds bytes to thousandths of cores, so memory decides.
        var over = nodes.stream()
                .filter(node -> node.isAbove(cpu.high, memory.high))
                .sorted(Comparator.comparingDouble((Node node) -> node.memory).reversed())
                .toList();
        if (under.isEmpty() || under.size() == nodes.size()) {
            return List.of();
        }
        double cpuRoom = under.stream().mapToDouble(node -> cpu.high - node.cpu).sum();
        double memoryRoom =
                under.stream().mapToDouble(node -> memory.high - node.memory).sum();
        var evicted = new ArrayList<PodImage>();
        for (var node : over) {
            for (var pod : node.image.pods()) {
                if (!node.isAbove(cpu.high, memory.high) || cpuRoom <= 0 || memoryRoom <= 0) {
                    break;
                }
                evicted.add(pod);
                node.remove(pod);
                cpuRoom -= node.cpu(pod);
                memoryRoom -= node.memory(pod);
            }
        }
        return evicted;
    }

    private Lines lines(double mean) {
        return isDeviation
                ? new Lines(Math.clamp(mean - low, 0, 1), Math.clamp(mean + high, 0, 1))
                : new Lines(low, high);
    }
}
