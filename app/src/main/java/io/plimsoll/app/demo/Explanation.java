package io.plimsoll.app.demo;

import java.util.Map;
import java.util.Optional;

/// One decision in figures: where a pod went, and the node that its requests alone would have chosen.
record Explanation(String pod, String asks, int candidates, Candidate chosen, Candidate byRequests) {

    /// @param score what was sent to the scheduler, 0 to 10; nothing when the filter had taken the node out
    /// @param cpuShare predicted share of its CPU with the pod on it
    /// @param memoryShare the same for memory
    /// @param parts the parts of the score, 0 to 100, by their labels
    record Candidate(
            String node, Optional<Integer> score, double cpuShare, double memoryShare, Map<String, Double> parts) {}

    /// How much CPU share the choice spared.
    double gain() {
        return byRequests.cpuShare() - chosen.cpuShare();
    }
}
