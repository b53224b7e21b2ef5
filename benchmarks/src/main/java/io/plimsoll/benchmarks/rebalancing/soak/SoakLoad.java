package io.plimsoll.benchmarks.rebalancing.soak;

import io.plimsoll.testbed.controlplane.LyingMetricsServer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// What pods use: each a little, and now and then four of a node so much that the node is hot. A pod's use goes on in
/// the pod that takes its place, as the use of a workload does. Any thread may use it.
///
/// A node is heated once at most, and none is where a pod was moved to: whether a move has helped is told by its
/// nodes, and heat of another origin would say nothing of it. A node that nobody relieves cools down by itself.
final class SoakLoad implements Witness.Listener {

    private static final double NODE_MILLIS = 16_000;
    private static final double SYSTEM_MILLIS = 200;
    private static final double USUAL_MILLIS = 200;
    /// Of which one pod less is well below the line to which a node is brought: (96 − 80) % are less than a fourth.
    private static final double HEATED_MILLIS = 0.96 * NODE_MILLIS;
    private static final double HOT_MILLIS = 0.9 * NODE_MILLIS;
    private static final int BUSY = 4;
    private static final long COOLS_MILLIS = 240_000;

    private final Random random = new Random(1);
    private final Map<String, Use> pods = new HashMap<>();
    private final TreeMap<String, Set<String>> podsByNode = new TreeMap<>();
    private final Map<String, Queue<Double>> unplaced = new HashMap<>();
    private final Map<String, Long> heatedAtMillis = new HashMap<>();
    private final Set<String> spared = new HashSet<>();

    /// @param millis of CPU
    private record Use(Witness.Seen pod, double millis) {

        Use of(double otherMillis) {
            return new Use(pod, otherMillis);
        }
    }

    SoakLoad(List<String> nodes) {
        nodes.forEach(node -> podsByNode.put(node, new HashSet<>()));
    }

    @Override
    public synchronized void seen(Witness.Seen pod) {
        var before = pods.get(pod.uid());
        double millis = before == null ? inherited(pod) : before.millis();
        pods.put(pod.uid(), new Use(pod, millis));
        if (!pod.node().isEmpty() && (before == null || before.pod().node().isEmpty())) {
            on(pod.node()).add(pod.uid());
            if (millis > USUAL_MILLIS) {
                spared.add(pod.node());
            }
        }
    }

    private double inherited(Witness.Seen pod) {
        var waiting = unplaced.get(pod.workload());
        return waiting == null || waiting.isEmpty() ? USUAL_MILLIS : waiting.remove();
    }

    @Override
    public synchronized void gone(Witness.Seen pod) {
        var before = pods.remove(pod.uid());
        if (before == null) {
            return;
        }
        on(pod.node()).remove(pod.uid());
        if (before.millis() > USUAL_MILLIS) {
            unplaced.computeIfAbsent(pod.workload(), workload -> new ArrayDeque<>())
                    .add(before.millis());
        }
    }

    private Set<String> on(String node) {
        return podsByNode.computeIfAbsent(node, name -> new HashSet<>());
    }

    /// Heats until so many nodes are hot, as far as there are any to heat; and has cool down what was hot for long.
    synchronized void heat(int wanted, long nowMillis) {
        heatedAtMillis.forEach((node, atMillis) -> {
            if (nowMillis - atMillis > COOLS_MILLIS) {
                cool(node);
            }
        });
        var cold = new ArrayList<>(podsByNode.keySet().stream()
                .filter(node -> !heatedAtMillis.containsKey(node) && !spared.contains(node))
                .filter(node -> on(node).size() >= BUSY)
                .toList());
        Collections.shuffle(cold, random);
        for (int hot = hot().size(); hot < wanted && !cold.isEmpty(); hot++) {
            heat(cold.removeLast(), nowMillis);
        }
    }

    private void heat(String node, long nowMillis) {
        var uids = new ArrayList<>(on(node));
        uids.sort(Comparator.naturalOrder());
        Collections.shuffle(uids, random);
        double each = USUAL_MILLIS + (HEATED_MILLIS - millis(node)) / BUSY;
        uids.subList(0, BUSY).forEach(uid -> pods.computeIfPresent(uid, (id, use) -> use.of(each)));
        heatedAtMillis.put(node, nowMillis);
    }

    private void cool(String node) {
        if (millis(node) > HOT_MILLIS) {
            on(node).forEach(uid -> pods.computeIfPresent(uid, (id, use) -> use.of(USUAL_MILLIS)));
        }
    }

    private double millis(String node) {
        return SYSTEM_MILLIS
                + on(node).stream()
                        .map(pods::get)
                        .filter(Objects::nonNull)
                        .mapToDouble(Use::millis)
                        .sum();
    }

    /// The nodes above the line.
    synchronized List<String> hot() {
        return podsByNode.keySet().stream()
                .filter(node -> millis(node) > HOT_MILLIS)
                .toList();
    }

    /// Some pod of a hot node that uses much, if there is one.
    synchronized List<Witness.Seen> busy() {
        return hot().stream()
                .flatMap(node -> on(node).stream())
                .map(pods::get)
                .filter(use -> use.millis() > USUAL_MILLIS)
                .map(Use::pod)
                .toList();
    }

    /// How many nodes were heated so far.
    synchronized int heated() {
        return heatedAtMillis.size();
    }

    synchronized String nodeItem(String node) {
        return LyingMetricsServer.node(node, Math.round(millis(node)) + "m", "8Gi", Instant.now());
    }

    synchronized List<String> podItems() {
        var now = Instant.now();
        return pods.values().stream()
                .filter(use -> !use.pod().node().isEmpty())
                .map(use -> LyingMetricsServer.pod(
                        use.pod().namespace(), use.pod().name(), Math.round(use.millis()) + "m", "64Mi", now))
                .toList();
    }
}
