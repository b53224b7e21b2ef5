package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A PodDisruptionBudget: which pods it guards and how many of them may be disrupted now.
///
/// @param selector which pods of its namespace it guards; none where there is no selector
/// @param isCurrent whether its status is of its present spec: without, the API server refuses evictions
public record DisruptionBudget(
        String namespace, String name, Optional<LabelSelector> selector, int disruptionsAllowed, boolean isCurrent) {

    /// One of these labels, whose status is current.
    public DisruptionBudget(String namespace, String name, Map<String, String> matchLabels, int disruptionsAllowed) {
        this(namespace, name, Optional.of(new LabelSelector(matchLabels, List.of())), disruptionsAllowed, true);
    }

    /// What tells it from all others: `namespace/name`.
    public String key() {
        return key(namespace, name);
    }

    static String key(String namespace, String name) {
        return namespace + "/" + name;
    }
}
