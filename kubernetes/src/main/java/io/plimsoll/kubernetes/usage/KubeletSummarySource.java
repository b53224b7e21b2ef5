package io.plimsoll.kubernetes.usage;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Usage as each kubelet tells it in its Summary API, through the API server's node proxy: working set, available
/// memory, pressure (PSI), network and major faults of nodes; CPU and working set of containers.
///
/// All nodes but virtual ones are asked, [#SIDE_BY_SIDE] at a time. A node that does not answer in time is missing from
/// the cycle, and only it. Needs `get` on `nodes/proxy`.
final class KubeletSummarySource implements UsageSource {

    static final String NAME = "kubelet-summary";
    static final int SIDE_BY_SIDE = 16;
    private static final int FAILURES_TOLD_MAX = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private final UsageSourceContext context;
    private final CounterRates rates = new CounterRates();

    KubeletSummarySource(UsageSourceContext context) {
        this.context = context;
    }

    /// Makes [KubeletSummarySource]s; it has no settings.
    public static final class Provider implements UsageSourceProvider {

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public UsageSource create(UsageSourceContext context) {
            return new KubeletSummarySource(context);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public UsageBatch sample(ClusterImage image) {
        var cycle = new Cycle(NAME, image, context.clock());
        var failures = new ArrayList<String>();
        var turns = new Semaphore(SIDE_BY_SIDE);
        var counters = new HashSet<String>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var node : image.nodes()) {
                if (!node.spec().virtual()) {
                    counters.add(faults(node.name()));
                    counters.add(network(node.name()));
                    turns.acquire();
                    tasks.execute(() -> ask(node, cycle, failures, turns));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        rates.retain(counters);
        tell(failures, cycle);
        return cycle.end();
    }

    private void ask(NodeImage node, Cycle cycle, List<String> failures, Semaphore turns) {
        try {
            read(node.name(), cycle);
        } catch (IOException e) {
            synchronized (failures) {
                failures.add("kubelet of " + node.name() + ": " + e.getMessage());
            }
        } finally {
            turns.release();
        }
    }

    /// A cluster whose kubelets all fail fails for one reason: a few of them tell it.
    private static void tell(List<String> failures, Cycle cycle) {
        failures.stream().sorted().limit(FAILURES_TOLD_MAX).forEach(cycle::failed);
        if (failures.size() > FAILURES_TOLD_MAX) {
            cycle.failed("and " + (failures.size() - FAILURES_TOLD_MAX) + " more kubelets");
        }
    }

    private void read(String node, Cycle cycle) throws IOException {
        var path = "/api/v1/nodes/" + node + "/proxy/stats/summary";
        try (var answer = context.server().open(path, context.timeout());
                var parser = Json.parser(answer)) {
            parser.nextToken();
            var machine = new Stats();
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "node" -> machine.read(p);
                    case "pods" -> Json.array(p, item -> readPod(item, cycle));
                    default -> p.skipChildren();
                }
            });
            report(node, machine, cycle);
        }
    }

    private void report(String node, Stats stats, Cycle cycle) {
        if (!Double.isNaN(stats.usageNanoCores)) {
            cycle.node(node, SignalKind.CPU_USAGE_MILLIS, stats.usageNanoCores / NANOS_PER_MILLI, stats.cpuAt);
        }
        if (!Double.isNaN(stats.workingSetBytes)) {
            cycle.node(node, SignalKind.MEMORY_WORKING_SET_BYTES, stats.workingSetBytes, stats.memoryAt);
        }
        if (!Double.isNaN(stats.availableBytes)) {
            cycle.node(node, SignalKind.MEMORY_AVAILABLE_BYTES, stats.availableBytes, stats.memoryAt);
        }
        if (stats.cpuPressure.isMeasured()) {
            cycle.node(node, SignalKind.CPU_PSI_SOME_60, stats.cpuPressure.some60 / 100, stats.cpuAt);
        }
        if (stats.memoryPressure.isMeasured()) {
            cycle.node(node, SignalKind.MEMORY_PSI_SOME_10, stats.memoryPressure.some10 / 100, stats.memoryAt);
            cycle.node(node, SignalKind.MEMORY_PSI_SOME_60, stats.memoryPressure.some60 / 100, stats.memoryAt);
            cycle.node(node, SignalKind.MEMORY_PSI_FULL_60, stats.memoryPressure.full60 / 100, stats.memoryAt);
        }
        rates.perSecond(faults(node), stats.majorPageFaults, stats.memoryAt)
                .ifPresent(rate -> cycle.node(node, SignalKind.MEMORY_REFAULTS_PER_SECOND, rate, stats.memoryAt));
        rates.perSecond(network(node), stats.networkBytes(), stats.networkAt)
                .ifPresent(rate -> cycle.node(node, SignalKind.NETWORK_BYTES_PER_SECOND, rate, stats.networkAt));
    }

    private static String faults(String node) {
        return node + "/faults";
    }

    private static String network(String node) {
        return node + "/network";
    }

    private static void readPod(JsonParser parser, Cycle cycle) throws IOException {
        var reference = new Stats();
        var containers = new ArrayList<Stats>();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "podRef" -> reference.read(p);
                case "containers" ->
                    Json.array(p, item -> {
                        var container = new Stats();
                        container.read(item);
                        containers.add(container);
                    });
                default -> p.skipChildren();
            }
        });
        var key = new PodKey(reference.namespace, reference.name);
        for (var container : containers) {
            // A container that has just started or has ended has no rate yet: it is missing, not wrong.
            if (!Double.isNaN(container.usageNanoCores) && !Double.isNaN(container.workingSetBytes)) {
                cycle.container(
                        key,
                        container.name,
                        container.usageNanoCores / NANOS_PER_MILLI,
                        container.cpuAt,
                        container.workingSetBytes,
                        container.memoryAt);
            }
        }
    }

    /// The statistics of a node or a container while they are read; what is missing stays `NaN`.
    private static final class Stats {

        String name = "";
        String namespace = "";
        long cpuAt;
        long memoryAt;
        long networkAt;
        double usageNanoCores = Double.NaN;
        double workingSetBytes = Double.NaN;
        double availableBytes = Double.NaN;
        double majorPageFaults = Double.NaN;
        double receivedBytes = Double.NaN;
        double sentBytes = Double.NaN;
        final Pressure cpuPressure = new Pressure();
        final Pressure memoryPressure = new Pressure();

        double networkBytes() {
            return receivedBytes + sentBytes;
        }

        void read(JsonParser parser) throws IOException {
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "name" -> name = Json.text(p);
                    case "namespace" -> namespace = Json.text(p);
                    case "cpu" -> Json.object(p, this::readCpu);
                    case "memory" -> Json.object(p, this::readMemory);
                    case "network" -> Json.object(p, this::readNetwork);
                    default -> p.skipChildren();
                }
            });
        }

        private void readCpu(String field, JsonParser p) throws IOException {
            switch (field) {
                case "time" -> cpuAt = Json.millis(p);
                case "usageNanoCores" -> usageNanoCores = Json.number(p);
                case "psi" -> cpuPressure.read(p);
                default -> p.skipChildren();
            }
        }

        private void readMemory(String field, JsonParser p) throws IOException {
            switch (field) {
                case "time" -> memoryAt = Json.millis(p);
                case "workingSetBytes" -> workingSetBytes = Json.number(p);
                case "availableBytes" -> availableBytes = Json.number(p);
                case "majorPageFaults" -> majorPageFaults = Json.number(p);
                case "psi" -> memoryPressure.read(p);
                default -> p.skipChildren();
            }
        }

        /// The kubelet gives the default interface's bytes at the top; the list of all would count bridged traffic
        /// twice.
        private void readNetwork(String field, JsonParser p) throws IOException {
            switch (field) {
                case "time" -> networkAt = Json.millis(p);
                case "rxBytes" -> receivedBytes = Json.number(p);
                case "txBytes" -> sentBytes = Json.number(p);
                default -> p.skipChildren();
            }
        }
    }

    /// Pressure in percent. Where the kernel or the cgroup version cannot tell, the kubelet sends zeros throughout;
    /// totals of zero therefore mean that nothing was measured, never that there is no pressure.
    private static final class Pressure {

        double some10 = Double.NaN;
        double some60 = Double.NaN;
        double full60 = Double.NaN;
        private double totals;

        boolean isMeasured() {
            return totals > 0;
        }

        void read(JsonParser parser) throws IOException {
            Json.object(parser, (kind, p) -> Json.object(p, (field, q) -> readField(kind, field, q)));
        }

        private void readField(String kind, String field, JsonParser p) throws IOException {
            double value = Json.number(p);
            boolean some = kind.equals("some");
            switch (field) {
                case "total" -> totals += Double.isNaN(value) ? 0 : value;
                case "avg10" -> some10 = some ? value : some10;
                case "avg60" -> {
                    some60 = some ? value : some60;
                    full60 = kind.equals("full") ? value : full60;
                }
                default -> {}
            }
        }
    }
}
