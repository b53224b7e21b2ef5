package io.plimsoll.app.baddays;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a scheduler was told about each pod, as inspection shows it, with what else speaks of lost advice.
///
/// @param decisions the newest first
record Advice(List<JsonNode> decisions, Metrics metrics) {

    /// For every one of these pods nodes were filtered and ranked once at least; late is not missing, since a busy
    /// machine is no fault.
    void assertGivenFor(Collection<String> pods) {
        for (var verb : List.of("filter", "prioritize")) {
            var missing = new TreeSet<>(pods);
            missing.removeAll(advised(verb));
            assertThat(missing)
                    .as(() -> "pods without a %s decision, among %d decisions; besides%n%s"
                            .formatted(verb, decisions.size(), troubles()))
                    .isEmpty();
        }
    }

    private Set<String> advised(String verb) {
        return decisions.stream()
                .filter(decision -> decision.path("verb").asText().equals(verb) && isAdvice(decision))
                .map(decision -> decision.path("pod").asText())
                .collect(toCollection(TreeSet::new));
    }

    private static boolean isAdvice(JsonNode decision) {
        var neutral = decision.path("neutral");
        return neutral.isNull() || neutral.asText().equals("deadline");
    }

    private String troubles() {
        return metrics.lines().stream()
                .filter(line -> !line.endsWith(" 0.0"))
                .filter(line -> line.startsWith("plimsoll_extender_neutral_total")
                        || line.startsWith("plimsoll_extender_refused_total")
                        || line.startsWith("plimsoll_extender_connections_closed_total"))
                .collect(joining("\n"));
    }
}
