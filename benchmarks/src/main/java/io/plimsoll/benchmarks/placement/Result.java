package io.plimsoll.benchmarks.placement;

import java.util.Locale;

/// What one replay came to.
///
/// @param hotMinutes minutes of nodes whose demand was above 90 % of their CPU or of their memory
/// @param cpuOverload demand beyond the nodes' CPU, core-hours
/// @param memoryOverload demand beyond the nodes' memory, GiB-hours
/// @param nodesUsed mean number of nodes with a pod on them
/// @param spread mean over time of the deviation of CPU demand between used nodes, share of a node
/// @param pendingMinutes minutes that pods waited since no node was offered
public record Result(
        String policy,
        long hotMinutes,
        long cpuHotMinutes,
        long memoryHotMinutes,
        double cpuOverload,
        double memoryOverload,
        double nodesUsed,
        double spread,
        long pendingMinutes) {

    static final String HEAD = """
        | policy | hot node-minutes | by CPU | by memory | CPU overload, core-h | memory overload, GiB-h \
        | nodes used | spread | pod-minutes pending |
        |---|---|---|---|---|---|---|---|---|\
        """;

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.1f | %.1f | %.1f | %.3f | %d |",
                policy,
                hotMinutes,
                cpuHotMinutes,
                memoryHotMinutes,
                cpuOverload,
                memoryOverload,
                nodesUsed,
                spread,
                pendingMinutes);
    }
}
