package io.plimsoll.kubernetes.policy;

import io.plimsoll.kubernetes.resource.LabelQuery;
import io.plimsoll.kubernetes.resource.LabelQuery.Expression;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads selectors as Kubernetes does: every label and every expression must hold; `NotIn` holds for an object without
/// the label; an absent or empty selector selects everything.
final class Selectors {

    private Selectors() {}

    static Predicate<Map<String, String>> of(@Nullable LabelQuery query) {
        Predicate<Map<String, String>> selector = labels -> true;
        if (query == null) {
            return selector;
        }
        selector = selector.and(
                labels -> labels.entrySet().containsAll(query.matchLabels().entrySet()));
        for (var expression : query.matchExpressions()) {
            selector = selector.and(labels -> holds(expression, labels));
        }
        return selector;
    }

    private static boolean holds(Expression expression, Map<String, String> labels) {
        var key = expression.key();
        var operator = expression.operator();
        if (key == null || operator == null) {
            return false;
        }
        boolean isThere = labels.containsKey(key);
        boolean isAmong = isThere && expression.values().contains(labels.get(key));
        return switch (operator) {
            case IN -> isAmong;
            case NOT_IN -> !isAmong;
            case EXISTS -> isThere;
            case DOES_NOT_EXIST -> !isThere;
        };
    }
}
