package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Nodes that a pod may run on, by their labels and names: all that is said must hold. One that says nothing means no
/// node.
///
/// @param names what is asked of the node's name
public record NodeTerm(List<Requirement> labels, List<Requirement> names) {

    public NodeTerm {
        labels = List.copyOf(labels);
        names = List.copyOf(names);
    }

    /// As the scheduler decides.
    boolean matches(NodeSpec node) {
        if (labels.isEmpty() && names.isEmpty()) {
            return false;
        }
        for (var requirement : labels) {
            if (!requirement.holds(node.labels().get(requirement.key()))) {
                return false;
            }
        }
        for (var requirement : names) {
            if (!requirement.holds(node.name())) {
                return false;
            }
        }
        return true;
    }

    /// What is asked of one label, or of the name.
    ///
    /// @param number of which the label's value is to be greater or less; 0 where another thing is asked
    public record Requirement(String key, Operator operator, List<String> values, long number) {

        private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,19}");

        public Requirement {
            values = List.copyOf(values);
        }

        /// How the API names its operators.
        public enum Operator {
            IN,
            NOT_IN,
            EXISTS,
            DOES_NOT_EXIST,
            GREATER,
            LESS
        }

        /// What is asked by an operator of that name; nothing where that makes no sense, or none that is known.
        public static Optional<Requirement> of(String key, String operator, List<String> values) {
            return switch (operator) {
                case "In" -> among(key, Operator.IN, values);
                case "NotIn" -> among(key, Operator.NOT_IN, values);
                case "Exists" -> there(key, Operator.EXISTS, values);
                case "DoesNotExist" -> there(key, Operator.DOES_NOT_EXIST, values);
                case "Gt" -> compared(key, Operator.GREATER, values);
                case "Lt" -> compared(key, Operator.LESS, values);
                default -> Optional.empty();
            };
        }

        private static Optional<Requirement> among(String key, Operator operator, List<String> values) {
            return values.isEmpty() ? Optional.empty() : Optional.of(new Requirement(key, operator, values, 0));
        }

        private static Optional<Requirement> there(String key, Operator operator, List<String> values) {
            return values.isEmpty() ? Optional.of(new Requirement(key, operator, values, 0)) : Optional.empty();
        }

        private static Optional<Requirement> compared(String key, Operator operator, List<String> values) {
            return values.size() == 1
                    ? number(values.getFirst()).map(number -> new Requirement(key, operator, List.of(), number))
                    : Optional.empty();
        }

        private static Optional<Long> number(String text) {
            try {
                return NUMBER.matcher(text).matches() ? Optional.of(Long.parseLong(text)) : Optional.empty();
            } catch (NumberFormatException e) {
                // Beyond what 64 bits hold, which is no number to the scheduler either.
                return Optional.empty();
            }
        }

        /// @param value nothing where there is no such label
        boolean holds(@Nullable String value) {
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
                case GREATER ->
                    value != null && number(value).filter(v -> v > number).isPresent();
                case LESS ->
                    value != null && number(value).filter(v -> v < number).isPresent();
            };
        }
    }
}
