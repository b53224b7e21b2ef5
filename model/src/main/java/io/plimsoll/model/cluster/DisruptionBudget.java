package io.plimsoll.model.cluster;

import java.util.Map;

/// A PodDisruptionBudget: which pods it guards and how many of them may be disrupted now.
///
/// @param matchLabels the selector's equality part; an empty one guards every pod of the namespace
/// @param selectorHasExpressions whether there are `matchExpressions` besides, which this record does not evaluate
public record DisruptionBudget(
        String namespace,
        String name,
        Map<String, String> matchLabels,
        boolean selectorHasExpressions,
        int disruptionsAllowed) {

    public DisruptionBudget {
        matchLabels = Map.copyOf(matchLabels);
    }

    /// What tells it from all others: `namespace/name`.
    public String key() {
        return key(namespace, name);
    }

    static String key(String namespace, String name) {
        return namespace + "/" + name;
    }
}
