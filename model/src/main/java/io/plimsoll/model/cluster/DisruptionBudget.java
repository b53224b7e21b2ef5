package io.plimsoll.model.cluster;

import java.util.HashMap;
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

    /// The selector as far as it speaks of labels that the picture keeps; one that asks for others may guard any
    /// pod that the rest of it fits.
    public Optional<LabelSelector> keptSelector() {
        return selector.map(asked -> {
            var labels = new HashMap<>(asked.matchLabels());
            labels.keySet().removeIf(PodTraits::isOwn);
            return new LabelSelector(
                    labels,
                    asked.expressions().stream()
                            .filter(expression -> !PodTraits.isOwn(expression.key()))
                            .toList());
        });
    }

    /// Whether [#keptSelector] is all of the selector.
    public boolean isDecidable() {
        return selector.stream().flatMap(LabelSelector::keys).noneMatch(PodTraits::isOwn);
    }

    /// Whether it guards such a pod, for all that the picture keeps of its labels.
    public boolean mayGuard(String podNamespace, PodTraits pod) {
        return namespace.equals(podNamespace)
                && keptSelector().filter(kept -> kept.matches(pod.labels())).isPresent();
    }

    /// What tells it from all others: `namespace/name`.
    public String key() {
        return key(namespace, name);
    }

    static String key(String namespace, String name) {
        return namespace + "/" + name;
    }
}
