package io.plimsoll.model.usage;

import java.util.List;

/// All that one source measured in one cycle. What is missing is absent, never zero.
///
/// @param source the source's name, as metrics and explanations show it
/// @param fetchedAtMillis when the cycle ended, epoch milliseconds
/// @param stalls how long tasks of single pods waited; empty where the source does not tell
/// @param rejected samples that the source had to drop: negative, not finite, absurd or without a time
/// @param failures what could not be asked, in words for the operator; empty when all went well
public record UsageBatch(
        String source,
        long fetchedAtMillis,
        List<NodeSample> nodes,
        List<ContainerUsage> containers,
        List<PodStalls> stalls,
        int rejected,
        List<String> failures) {

    public UsageBatch {
        nodes = List.copyOf(nodes);
        containers = List.copyOf(containers);
        stalls = List.copyOf(stalls);
        failures = List.copyOf(failures);
    }

    /// Of a source that does not tell how long single pods wait.
    public UsageBatch(
            String source,
            long fetchedAtMillis,
            List<NodeSample> nodes,
            List<ContainerUsage> containers,
            int rejected,
            List<String> failures) {
        this(source, fetchedAtMillis, nodes, containers, List.of(), rejected, failures);
    }
}
