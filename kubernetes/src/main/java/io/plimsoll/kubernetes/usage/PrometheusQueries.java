package io.plimsoll.kubernetes.usage;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.SignalKind;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The queries of one cycle: always the same number, whatever the number of nodes and pods.
///
/// They expect the standard names of node_exporter and of cAdvisor, whichever there is; neither kube-state-metrics nor
/// recording rules. `$node` stands for the label that holds a node's name, `$namespace` and `$pod` for a pod's. A
/// setting `query-<name>` replaces a query;
/// set empty, it is not asked. Results must be in the unit of their [SignalKind].
///
/// An instant query is stamped with the time of asking, while its samples may be minutes old. So two queries fetch when
/// nodes and containers were last scraped, and that is the time that samples carry.
record PrometheusQueries(
        Map<SignalKind, String> nodes,
        String nodeTimes,
        String cpuMillis,
        String memoryBytes,
        String containerTimes,
        String podCpuStalls,
        String podMemoryStalls,
        String throttledShare) {

    private static final String MEMORY = "container_memory_working_set_bytes{" + ContainerQueries.CONTAINERS + "}";
    private static final String PODS = "pod!=\"\",container!=\"POD\"";
    private static final String DEVICES = "device!~\"lo|veth.*|cali.*|cni.*|docker.*|flannel.*|br.*|tunl.*\"";

    static PrometheusQueries of(UsageSourceContext context) {
        var node = context.setting("node-label").orElse("node");
        var nodes = new EnumMap<SignalKind, String>(SignalKind.class);
        for (var kind : SignalKind.values()) {
            var key = "query-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            Optional.of(context.setting(key).orElseGet(() -> standard(kind)).replace("$node", node))
                    .filter(query -> !query.isBlank())
                    .ifPresent(query -> nodes.put(kind, query));
        }
        return new PrometheusQueries(
                nodes,
                "max by ($node) (timestamp(node_memory_MemAvailable_bytes)) or max by ($node)"
                        .concat(" (timestamp(container_memory_working_set_bytes{id=\"/\"}))")
                        .replace("$node", node),
                context.setting("query-container-cpu-millis")
                        .orElse(ContainerQueries.cpuMillis(ContainerQueries.CONTAINERS, "2m")),
                context.setting("query-container-memory-bytes").orElse(ContainerQueries.ofEach(MEMORY)),
                ContainerQueries.ofEach("timestamp(" + MEMORY + ")"),
                context.setting("query-pod-cpu-stalls").orElse(cpuStalls()),
                context.setting("query-pod-memory-stalls").orElse(stalls("memory")),
                context.setting("query-container-throttled-share")
                        .orElse(periods("container_cpu_cfs_throttled_periods_total") + " / "
                                + periods("container_cpu_cfs_periods_total")));
    }

    /// How long each pod waited, as cAdvisor tells it since Kubernetes 1.34: of its own control group, in which
    /// some task waits at least whenever one of a container does, and of its containers where that one is not kept.
    private static String stalls(String what) {
        return "max by (namespace, pod) (rate(container_pressure_" + what + "_waiting_seconds_total{" + PODS
                + "}[1m]))";
    }

    /// Nothing of a pod one of whose containers its own limit held in a twentieth of its periods or more: periods
    /// are no time, and the container that waited may be another one. Only what has a limit has periods.
    private static String cpuStalls() {
        return stalls("cpu") + " unless max by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{" + PODS
                + "}[1m]) / rate(container_cpu_cfs_periods_total{" + PODS + "}[1m]) >= 0.05)";
    }

    private static String periods(String counter) {
        return "sum by (container) (rate(" + counter + "{namespace=\"$namespace\",pod=\"$pod\","
                + ContainerQueries.CONTAINERS + "}[2m]))";
    }

    String throttledShare(PodKey pod) {
        return throttledShare.replace("$namespace", pod.namespace()).replace("$pod", pod.name());
    }

    private static String standard(SignalKind kind) {
        return switch (kind) {
            case CPU_USAGE_MILLIS ->
                "1000 * (sum by ($node) (rate(node_cpu_seconds_total{mode!~\"idle|iowait|steal\"}[2m]))"
                        + " or sum by ($node) (rate(container_cpu_usage_seconds_total{id=\"/\"}[2m])))";
            case MEMORY_WORKING_SET_BYTES ->
                "max by ($node) (container_memory_working_set_bytes{id=\"/\"}) or max by ($node)"
                        + " (node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)";
            case MEMORY_AVAILABLE_BYTES -> "max by ($node) (node_memory_MemAvailable_bytes)";
            case CPU_PSI_SOME_60 -> "max by ($node) (rate(node_pressure_cpu_waiting_seconds_total[1m]))";
            case CPU_RUN_QUEUE_60 -> "1 - exp(-avg by ($node) (rate(node_schedstat_waiting_seconds_total[1m])))";
            // A rate over 10 s would need scrapes every 5 s: Prometheus cannot tell it.
            case MEMORY_PSI_SOME_10 -> "";
            case MEMORY_PSI_SOME_60 -> "max by ($node) (rate(node_pressure_memory_waiting_seconds_total[1m]))";
            case MEMORY_PSI_FULL_60 -> "max by ($node) (rate(node_pressure_memory_stalled_seconds_total[1m]))";
            // cAdvisor tells them from Kubernetes 1.37 on; before, nothing does.
            case MEMORY_REFAULTS_PER_SECOND ->
                "sum by ($node) (rate(container_memory_workingset_refault_file_total{id=\"/\"}[2m]))"
                        + " + sum by ($node) (rate(container_memory_workingset_refault_anon_total{id=\"/\"}[2m]))";
            case MEMORY_MAJOR_FAULTS_PER_SECOND -> "max by ($node) (rate(node_vmstat_pgmajfault[2m]))";
            case NETWORK_BYTES_PER_SECOND ->
                "sum by ($node) (rate(node_network_receive_bytes_total{" + DEVICES + "}[2m]))"
                        + " + sum by ($node) (rate(node_network_transmit_bytes_total{" + DEVICES + "}[2m]))";
        };
    }
}
