package io.plimsoll.app.lint;

import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import io.plimsoll.app.yaml.YamlNode.Scalar;
import io.plimsoll.app.yaml.YamlNode.ScalarKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a field of a KubeSchedulerConfiguration may hold.
sealed interface FieldType {

    /// In words, for messages.
    String words();

    /// Whether a value has the right shape; what is inside is not looked at.
    boolean accepts(YamlNode value);

    /// @param words what is asked for
    /// @param kinds the scalars that serve
    record Plain(String words, ScalarKind... kinds) implements FieldType {

        @Override
        public boolean accepts(YamlNode value) {
            return value instanceof Scalar scalar
                    && (scalar.type() == ScalarKind.NULL || Arrays.asList(kinds).contains(scalar.type()));
        }
    }

    /// An object whose fields are known by name; an unknown one is an error, as it is for the scheduler.
    record Fields(Map<String, FieldType> byName) implements FieldType {

        static Fields of(Object... namesAndTypes) {
            var byName = new LinkedHashMap<String, FieldType>();
            for (int i = 0; i < namesAndTypes.length; i += 2) {
                byName.put((String) namesAndTypes[i], (FieldType) namesAndTypes[i + 1]);
            }
            return new Fields(byName);
        }

        @Override
        public String words() {
            return "an object";
        }

        @Override
        public boolean accepts(YamlNode value) {
            return value instanceof Mapping || isNothing(value);
        }
    }

    record ListOf(FieldType item) implements FieldType {

        @Override
        public String words() {
            return "a list";
        }

        @Override
        public boolean accepts(YamlNode value) {
            return value instanceof Listing || isNothing(value);
        }
    }

    /// Anything: plugins' own arguments.
    record Anything() implements FieldType {

        @Override
        public String words() {
            return "anything";
        }

        @Override
        public boolean accepts(YamlNode value) {
            return true;
        }
    }

    private static boolean isNothing(YamlNode value) {
        return value instanceof Scalar scalar && scalar.type() == ScalarKind.NULL;
    }
}
