package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.usage.SignalKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The sigs descheduler's rule by usage, from how it is documented to behave, every five minutes:
/// nodes above the upper line in any resource give up pods until they are not, as long as the nodes
/// below the lower line in all of them have room up to the upper one. Pods are taken by priority
/// and class of service alone, and else in the order in which they are listed; those stay that its
/// DefaultEvictor protects by default, and those that tolerate the taints of no node below the
/// line. Whether a pod fits anywhere is not asked (`nodeFit` is off). No memory, and no limits, as
/// by default.
final class LowNodeUtilization implements MoveRule {

    private static final int INTERVAL_MINUTES = 5;

    private static final Comparator<PodImage> LEAST_IMPORTANT_FIRST = Comparator.comparingInt(
                    (PodImage pod) -> pod.spec().priority())
            .thenComparing(
                    pod -> pod.spec().qualityOfService(),
                    Comparator.<QualityOfService>naturalOrder().reversed());

    private final Shares low;
    private final Shares high;
    private final boolean isDeviation;

    private LowNodeUtilization(Shares low, Shares high, boolean isDeviation) {
        this.low = low;
        this.high = high;
        this.isDeviation = isDeviation;
    }

    /// With fixed lines of CPU and memory.
    static LowNodeUtilization between(double low, double high) {
        return between(new Shares(low, low, Shares.NONE), new Shares(high, high, Shares.NONE));
    }

    /// With lines of CPU and memory around the mean of all nodes (`useDeviationThresholds`).
    static LowNodeUtilization around(double deviation) {
        return around(new Shares(deviation, deviation, Shares.NONE));
    }

    static LowNodeUtilization between(Shares low, Shares high) {
        return new LowNodeUtilization(low, high, false);
    }

    static LowNodeUtilization around(Shares deviation) {
        return new LowNodeUtilization(deviation, deviation, true);
    }

    /// Lines, as shares of what a node has.
    record Shares(double cpu, double memory, double pods) {

        /// Where no line is set all of a node may be used.
        static final double NONE = Double.NaN;
    }

    /// What a node has, what is used of it, where a line lies on it, or what there is room for.
    private record Amounts(double cpuMillis, double memoryBytes, double pods) {

        static final Amounts ZERO = new Amounts(0, 0, 0);

        static Amounts size(NodeImage node) {
            var size = node.spec().allocatable();
            return new Amounts(size.cpuMillis(), size.memoryBytes(), node.spec().allocatablePods());
        }

        static Amounts used(NodeImage node) {
            var signals = node.signals();
            return new Amounts(
                    signals.value(SignalKind.CPU_USAGE_MILLIS),
                    signals.value(SignalKind.MEMORY_WORKING_SET_BYTES),
                    node.pods().size());
        }

        static Amounts used(PodImage pod) {
            var used = pod.usage().orElse(Resources.NONE);
            return new Amounts(used.cpuMillis(), used.memoryBytes(), 1);
        }

        Amounts plus(Amounts other) {
            return new Amounts(cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes, pods + other.pods);
        }

        Amounts minus(Amounts other) {
            return new Amounts(cpuMillis - other.cpuMillis, memoryBytes - other.memoryBytes, pods - other.pods);
        }

        /// Whether it is above the line in any resource.
        boolean isAbove(Amounts line) {
            return cpuMillis > line.cpuMillis || memoryBytes > line.memoryBytes || pods > line.pods;
        }

        /// Whether it is known, and above the line in none.
        boolean isWithin(Amounts line) {
            return cpuMillis <= line.cpuMillis && memoryBytes <= line.memoryBytes && pods <= line.pods;
        }

        /// Whether there is something of each resource.
        boolean isRoom() {
            return cpuMillis > 0 && memoryBytes > 0 && pods > 0;
        }

        /// Its key adds bytes to thousandths of cores, so memory decides.
        double key() {
            return cpuMillis + memoryBytes + pods;
        }
    }

    /// Nodes that are cordoned do not count: here they stand for what is elsewhere.
    @Override
    public List<PodImage> evictions(ClusterImage image, long minute) {
        return minute % INTERVAL_MINUTES == 0
                ? evictions(Node.of(image).stream().map(node -> node.image).toList())
                : List.of();
    }

    /// What it evicts in one pass. Cordoned nodes count, but have no room.
    List<PodImage> evictions(List<NodeImage> nodes) {
        var lower = lines(low, -1, nodes);
        var upper = lines(high, 1, nodes);
        var under = nodes.stream()
                .filter(node -> !node.spec().unschedulable())
                .filter(node -> Amounts.used(node).isWithin(on(node, lower)))
                .toList();
        if (under.isEmpty() || under.size() == nodes.size()) {
            return List.of();
        }
        var room = under.stream()
                .map(node -> on(node, upper).minus(Amounts.used(node)))
                .reduce(Amounts.ZERO, Amounts::plus);
        var evicted = new ArrayList<PodImage>();
        for (var node : nodes.stream()
                .filter(node -> Amounts.used(node).isAbove(on(node, upper)))
                .sorted(Comparator.comparingDouble(
                                (NodeImage node) -> Amounts.used(node).key())
                        .reversed())
                .toList()) {
            var used = Amounts.used(node);
            for (var pod : candidates(node, under)) {
                if (!used.isAbove(on(node, upper)) || !room.isRoom()) {
                    break;
                }
                evicted.add(pod);
                used = used.minus(Amounts.used(pod));
                room = room.minus(Amounts.used(pod));
            }
        }
        return evicted;
    }

    private static List<PodImage> candidates(NodeImage node, List<NodeImage> under) {
        return node.pods().stream()
                .filter(LowNodeUtilization::isEvictable)
                .filter(pod -> under.stream()
                        .anyMatch(one ->
                                pod.spec().traits().rules().tolerate(one.spec().taints())))
                .sorted(LEAST_IMPORTANT_FIRST)
                .toList();
    }

    private static boolean isEvictable(PodImage pod) {
        var spec = pod.spec();
        return spec.owner().isPresent()
                && !pod.workload().isDaemonSet()
                && !spec.traits().has(PodTrait.MIRROR)
                && !spec.traits().has(PodTrait.LOCAL_STORAGE)
                && spec.priority() < MoveConfig.SYSTEM_CRITICAL;
    }

    /// @param sign of a deviation: below the mean or above it
    private Shares lines(Shares set, int sign, List<NodeImage> nodes) {
        return new Shares(
                line(set.cpu, sign, nodes, Amounts::cpuMillis),
                line(set.memory, sign, nodes, Amounts::memoryBytes),
                line(set.pods, sign, nodes, Amounts::pods));
    }

    private double line(double set, int sign, List<NodeImage> nodes, ToDoubleFunction<Amounts> of) {
        if (Double.isNaN(set)) {
            return 1;
        }
        if (!isDeviation) {
            return set;
        }
        double mean = nodes.stream()
                .mapToDouble(node -> of.applyAsDouble(Amounts.used(node)) / of.applyAsDouble(Amounts.size(node)))
                .average()
                .orElse(0);
        return Math.clamp(mean + sign * set, 0, 1);
    }

    /// In whole thousandths of a core, bytes and pods.
    private static Amounts on(NodeImage node, Shares line) {
        var size = Amounts.size(node);
        return new Amounts(
                Math.floor(size.cpuMillis * line.cpu),
                Math.floor(size.memoryBytes * line.memory),
                Math.floor(size.pods * line.pods));
    }
}
