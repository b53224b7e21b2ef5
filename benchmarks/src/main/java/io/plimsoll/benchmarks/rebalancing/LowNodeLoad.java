package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Koordinator's rule, from how it is documented to behave, once a minute: nodes that were above the upper line in more
/// than five looks in a row give up the pods that use most of what they are short of, each if some node below the lower
/// line stays below the upper one with it, which then counts there. At most two a node at a time, and one a workload in
/// five minutes.
final class LowNodeLoad implements MoveRule {

    private static final int ABNORMAL_LOOKS = 5;
    private static final int PER_NODE = 2;
    private static final int WORKLOAD_MINUTES = 5;

    private final double low;
    private final double high;
    private final Map<String, Integer> abnormal = new HashMap<>();
    private final Map<Owner, Long> moved = new HashMap<>();

    LowNodeLoad(double low, double high) {
        this.low = low;
        this.high = high;
    }

    @Override
    public List<PodImage> evictions(ClusterImage image, long minute) {
        var nodes = Node.of(image);
        var under = nodes.stream().filter(node -> node.isBelow(low, low)).toList();
        var evicted = new ArrayList<PodImage>();
        for (var node : nodes) {
            boolean isAbove = node.isAbove(high, high);
            int looks = abnormal.merge(node.image.name(), isAbove ? 1 : 0, (was, one) -> isAbove ? was + 1 : 0);
            if (looks > ABNORMAL_LOOKS) {
                evicted.addAll(evictions(node, under, minute));
            }
        }
        return evicted;
    }

    private List<PodImage> evictions(Node node, List<Node> under, long minute) {
        boolean isShortOfCpu = node.cpu > high;
        var pods = node.image.pods().stream()
                .sorted(Comparator.comparingDouble((PodImage pod) -> isShortOfCpu ? node.cpu(pod) : node.memory(pod))
                        .reversed())
                .toList();
        var evicted = new ArrayList<PodImage>();
        for (var pod : pods) {
            if (!node.isAbove(high, high) || evicted.size() == PER_NODE) {
                break;
            }
            var target = under.stream()
                    .filter(one -> one.cpu + one.cpu(pod) <= high && one.memory + one.memory(pod) <= high)
                    .findFirst();
            boolean isResting = minute - moved.getOrDefault(pod.workload(), -1_000L) < WORKLOAD_MINUTES;
            if (target.isPresent() && !isResting) {
                target.get().add(pod);
                node.remove(pod);
                moved.put(pod.workload(), minute);
                evicted.add(pod);
            }
        }
        return evicted;
    }
}
