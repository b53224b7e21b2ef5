package io.plimsoll.kubernetes.usage;

import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Usage as each kubelet tells it in its Summary API, through the API server's node proxy: working set, available
/// memory, pressure (PSI), network and major faults of nodes; pressure of pods, where a kubelet tells
/// that; CPU and working set of containers.
///
/// All nodes but virtual ones are asked, [#SIDE_BY_SIDE] at a time. A node that does not answer in time, or begins
/// to and stalls, is missing from the cycle, and only it. Nodes that failed are asked last, those that failed
/// longest ago before the others, and a cycle asks nobody any more after [#TIMEOUTS_A_CYCLE] timeouts: a thousand
/// nodes that are cut off cost a minute, not the measurements of all others. Needs `get` on `nodes/proxy`.
final class KubeletSummarySource implements UsageSource {

    static final String NAME = "kubelet-summary";
    static final int SIDE_BY_SIDE = 16;
    static final int TIMEOUTS_A_CYCLE = 6;
    private static final int FAILURES_TOLD_MAX = 5;

    private final UsageSourceContext context;
    private final CounterRates rates = new CounterRates();
    /// The round in which each node failed that was not heard since.
    private final ConcurrentMap<String, Long> failed = new ConcurrentHashMap<>();

    private long rounds;

    KubeletSummarySource(UsageSourceContext context) {
        this.context = context;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public UsageBatch sample(ClusterImage image) {
        var nodes = inOrder(image);
        var round = new Round(++rounds, new Cycle(NAME, image, context.clock()));
        round.ask(nodes);
        forgetOthers(nodes);
        round.tell();
        return round.cycle.end();
    }

    /// Those that did not fail first, then those that failed longest ago.
    private List<NodeImage> inOrder(ClusterImage image) {
        return image.nodes().stream()
                .filter(node -> !node.spec().virtual())
                .sorted(Comparator.comparingLong(node -> failed.getOrDefault(node.name(), 0L)))
                .toList();
    }

    private void forgetOthers(List<NodeImage> nodes) {
        var names = new HashSet<String>();
        var counters = new HashSet<String>();
        for (var node : nodes) {
            names.add(node.name());
            for (var counter : Counter.values()) {
                counters.add(counter.key(node));
            }
        }
        failed.keySet().retainAll(names);
        rates.retain(counters);
    }

    /// What a kubelet counts since the machine started; a machine that was started again counts anew, which its boot id
    /// tells even when the new count has passed the old one.
    private enum Counter {
        MAJOR_FAULTS,
        RECEIVED_BYTES,
        SENT_BYTES;

        String key(NodeImage node) {
            return node.name() + "/" + node.spec().bootId() + "/" + name();
        }
    }

    /// One cycle over all kubelets.
    private final class Round {

        private final long number;
        final Cycle cycle;
        private final List<String> failures = new ArrayList<>();
        private final Semaphore turns = new Semaphore(SIDE_BY_SIDE);
        private final long endNanos = System.nanoTime() + context.timeout().toNanos() * TIMEOUTS_A_CYCLE;

        Round(long number, Cycle cycle) {
            this.number = number;
            this.cycle = cycle;
        }

        void ask(List<NodeImage> nodes) {
            try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < nodes.size(); i++) {
                    var node = nodes.get(i);
                    if (!turns.tryAcquire(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        cycle.failed((nodes.size() - i) + " kubelets were not asked: too many others do not answer");
                        return;
                    }
                    tasks.execute(() -> ask(node));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void ask(NodeImage node) {
            try {
                read(node);
                failed.remove(node.name());
            } catch (IOException e) {
                failed.put(node.name(), number);
                synchronized (failures) {
                    failures.add("kubelet of " + node.name() + ": " + e.getMessage());
                }
            } finally {
                turns.release();
            }
        }

        private void read(NodeImage node) throws IOException {
            var path = ApiPath.of("/api/v1/nodes/%s/proxy/stats/summary", node.name());
            try (var answer = context.server().open(path, Patience.of(context.timeout()));
                    var parser = Json.parser(answer)) {
                report(node, KubeletSummary.read(parser, cycle));
            }
        }

        /// A cluster whose kubelets all fail fails for one reason: a few of them tell it.
        void tell() {
            failures.stream().sorted().limit(FAILURES_TOLD_MAX).forEach(cycle::failed);
            if (failures.size() > FAILURES_TOLD_MAX) {
                cycle.failed("and " + (failures.size() - FAILURES_TOLD_MAX) + " more kubelets");
            }
        }

        private void report(NodeImage node, KubeletSummary.Stats stats) {
            put(node, SignalKind.CPU_USAGE_MILLIS, stats.cpuMillis(), stats.cpuAt);
            put(node, SignalKind.MEMORY_WORKING_SET_BYTES, stats.workingSetBytes, stats.memoryAt);
            put(node, SignalKind.MEMORY_AVAILABLE_BYTES, stats.availableBytes, stats.memoryAt);
            if (stats.cpuPressure.isMeasured()) {
                put(node, SignalKind.CPU_PSI_SOME_60, stats.cpuPressure.some60 / 100, stats.cpuAt);
            }
            if (stats.memoryPressure.isMeasured()) {
                put(node, SignalKind.MEMORY_PSI_SOME_10, stats.memoryPressure.some10 / 100, stats.memoryAt);
                put(node, SignalKind.MEMORY_PSI_SOME_60, stats.memoryPressure.some60 / 100, stats.memoryAt);
                put(node, SignalKind.MEMORY_PSI_FULL_60, stats.memoryPressure.full60 / 100, stats.memoryAt);
            }
            rate(node, Counter.MAJOR_FAULTS, stats.majorPageFaults, stats.memoryAt)
                    .ifPresent(rate -> put(node, SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND, rate, stats.memoryAt));
            var received = rate(node, Counter.RECEIVED_BYTES, stats.receivedBytes, stats.networkAt);
            var sent = rate(node, Counter.SENT_BYTES, stats.sentBytes, stats.networkAt);
            if (received.isPresent() && sent.isPresent()) {
                double both = received.getAsDouble() + sent.getAsDouble();
                put(node, SignalKind.NETWORK_BYTES_PER_SECOND, both, stats.networkAt);
            }
        }

        private OptionalDouble rate(NodeImage node, Counter counter, double value, long atMillis) {
            return rates.perSecond(counter.key(node), value, atMillis);
        }

        /// What a kubelet does not tell is missing, not wrong.
        private void put(NodeImage node, SignalKind kind, double value, long atMillis) {
            if (!Double.isNaN(value)) {
                cycle.node(node.name(), kind, value, atMillis);
            }
        }
    }
}
