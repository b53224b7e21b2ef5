package io.plimsoll.app.yaml;

import java.util.List;
import java.util.Optional;

/// A part of a YAML document, with its place.
public sealed interface YamlNode {

    Place place();

    /// What a user would call this kind of value.
    String kind();

    /// @param entries in the order of the file; a key may stand there twice
    record Mapping(List<Entry> entries, Place place) implements YamlNode {

        @Override
        public String kind() {
            return "an object";
        }

        /// The value of a key, the last one where it stands there twice.
        public Optional<YamlNode> get(String key) {
            return entries.reversed().stream()
                    .filter(entry -> entry.key().equals(key))
                    .findFirst()
                    .map(Entry::value);
        }

        /// The text of a key's value, when it is there, a scalar and not empty.
        public Optional<Scalar> scalar(String key) {
            return get(key).filter(Scalar.class::isInstance)
                    .map(Scalar.class::cast)
                    .filter(scalar -> !scalar.text().isEmpty());
        }

        /// Whether a key's value is `true`.
        public boolean isTrue(String key) {
            return scalar(key).filter(scalar -> scalar.text().equals("true")).isPresent();
        }
    }

    /// A key with its value.
    record Entry(String key, Place keyPlace, YamlNode value) {}

    record Listing(List<YamlNode> items, Place place) implements YamlNode {

        @Override
        public String kind() {
            return "a list";
        }
    }

    /// @param text as it stands there, without quotes
    record Scalar(String text, ScalarKind type, Place place) implements YamlNode {

        @Override
        public String kind() {
            return switch (type) {
                case NULL -> "nothing";
                case BOOLEAN -> "true or false";
                case INTEGER -> "a whole number";
                case FRACTION -> "a number";
                case TEXT -> "a text";
            };
        }
    }

    /// What an unquoted scalar is taken for.
    enum ScalarKind {
        NULL,
        BOOLEAN,
        INTEGER,
        FRACTION,
        TEXT
    }
}
