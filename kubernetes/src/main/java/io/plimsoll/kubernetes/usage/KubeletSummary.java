package io.plimsoll.kubernetes.usage;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.PodKey;
import java.io.IOException;
import java.util.ArrayList;

/// Reads what one kubelet says in its Summary API into a [Cycle].
///
/// Kubelets from Kubernetes 1.34 on tell pressure of each pod too (feature gate `KubeletPSI`), on control
/// groups version 2. They do not tell how long its own limit held a pod: the kernel counts that as waiting
/// for CPU.
final class KubeletSummary {

    private static final double NANOS_PER_MILLI = 1e6;

    private KubeletSummary() {}

    /// Takes the pods and their containers into the cycle, and returns what is said of the node itself.
    static Stats read(JsonParser parser, Cycle cycle) throws IOException {
        parser.nextToken();
        var machine = new Stats();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "node" -> machine.read(p);
                case "pods" -> Json.array(p, item -> readPod(item, cycle));
                default -> p.skipChildren();
            }
        });
        return machine;
    }

    private static void readPod(JsonParser parser, Cycle cycle) throws IOException {
        var pod = new Stats();
        var containers = new ArrayList<Stats>();
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "podRef" -> pod.read(p);
                case "cpu" -> Json.object(p, pod::readCpu);
                case "memory" -> Json.object(p, pod::readMemory);
                case "containers" ->
                    Json.array(p, item -> {
                        var container = new Stats();
                        container.read(item);
                        containers.add(container);
                    });
                default -> p.skipChildren();
            }
        });
        var key = new PodKey(pod.namespace, pod.name);
        // What has run has waited: without any total it is not measured, with one a zero of the other is none.
        if (pod.cpuPressure.isMeasured() || pod.memoryPressure.isMeasured()) {
            long atMillis = Math.max(pod.cpuAt, pod.memoryAt);
            cycle.stalls(key, pod.cpuPressure.some60 / 100, pod.memoryPressure.some60 / 100, atMillis);
        }
        for (var container : containers) {
            // A container that has just started or has ended has no rate yet: it is missing, not wrong.
            if (!Double.isNaN(container.usageNanoCores) && !Double.isNaN(container.workingSetBytes)) {
                cycle.container(
                        key,
                        container.name,
                        container.cpuMillis(),
                        container.cpuAt,
                        container.workingSetBytes,
                        container.memoryAt);
            }
        }
    }

    /// The statistics of a node or a container while they are read; what is missing stays `NaN`.
    static final class Stats {

        String name = "";
        String namespace = "";
        long cpuAt;
        long memoryAt;
        long networkAt;
        private double usageNanoCores = Double.NaN;
        double workingSetBytes = Double.NaN;
        double availableBytes = Double.NaN;
        double majorPageFaults = Double.NaN;
        double receivedBytes = Double.NaN;
        double sentBytes = Double.NaN;
        final Pressure cpuPressure = new Pressure();
        final Pressure memoryPressure = new Pressure();

        double cpuMillis() {
            return usageNanoCores / NANOS_PER_MILLI;
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
    static final class Pressure {

        double some10 = Double.NaN;
        double some60 = Double.NaN;
        double full60 = Double.NaN;
        private double totals;

        boolean isMeasured() {
            return totals > 0;
        }

        private void read(JsonParser parser) throws IOException {
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
