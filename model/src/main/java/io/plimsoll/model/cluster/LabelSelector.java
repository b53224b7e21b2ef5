package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which objects are meant, by their labels: all that is said must hold, so one that says nothing means every
/// object.
public record LabelSelector(Map<String, String> matchLabels, List<Expression> expressions) {

    /// Means every object.
    public static final LabelSelector EVERY = new LabelSelector(Map.of(), List.of());

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        expressions = List.copyOf(expressions);
    }

    /// What is asked of one label.
    ///
    /// @param operator as the API names it: `In`, `NotIn`, `Exists` or `DoesNotExist`
    public record Expression(String key, String operator, List<String> values) {

        public Expression {
            values = List.copyOf(values);
        }

        /// As the API server decides, for which an absent label is not in any list. An operator that is not
        /// known says yes: who is guarded by it is guarded, rather than not.
        boolean holds(Map<String, String> labels) {
            return switch (operator) {
                case "In" -> labels.containsKey(key) && values.contains(labels.get(key));
                case "NotIn" -> !labels.containsKey(key) || !values.contains(labels.get(key));
                case "DoesNotExist" -> !labels.containsKey(key);
                case "Exists" -> labels.containsKey(key);
                default -> true;
            };
        }
    }

    public boolean matches(Map<String, String> labels) {
        for (var wanted : matchLabels.entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (var expression : expressions) {
            if (!expression.holds(labels)) {
                return false;
            }
        }
        return true;
    }

    /// A label, and the values of which an object must have one; nothing where it asks for no such.
    public Optional<Map.Entry<String, List<String>>> demand() {
        return matchLabels.entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .map(label -> Map.entry(label.getKey(), List.of(label.getValue())))
                .or(() -> expressions.stream()
                        .filter(expression -> expression.operator().equals("In"))
                        .findFirst()
                        .map(expression -> Map.entry(expression.key(), expression.values())));
    }

    /// The labels that it asks for.
    public Stream<String> keys() {
        return Stream.concat(matchLabels.keySet().stream(), expressions.stream().map(Expression::key));
    }
}
