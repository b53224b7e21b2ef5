package io.plimsoll.app.lint;

import io.plimsoll.app.lint.FieldType.Anything;
import io.plimsoll.app.lint.FieldType.Fields;
import io.plimsoll.app.lint.FieldType.ListOf;
import io.plimsoll.app.lint.FieldType.Plain;
import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Entry;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import java.util.HashSet;
import java.util.Optional;

/// Whether the fields are those that the scheduler knows. It decodes strictly: an unknown field, a field in other
/// case, a field twice or a value of another type, and it does not start.
record ShapeRules(Findings findings) {

    void check(String path, FieldType type, YamlNode value) {
        if (!type.accepts(value)) {
            findings.error(
                    "wrong-type",
                    value.place(),
                    path + " is " + value.kind() + "; the scheduler does not start",
                    "Write " + type.words() + ".");
            return;
        }
        switch (type) {
            case Fields fields when value instanceof Mapping mapping -> checkFields(path, fields, mapping);
            case ListOf list when value instanceof Listing listing -> checkItems(path, list, listing);
            case Fields _, ListOf _, Plain _, Anything _ -> {}
        }
    }

    private void checkItems(String path, ListOf list, Listing listing) {
        for (int i = 0; i < listing.items().size(); i++) {
            check(path + "[" + i + "]", list.item(), listing.items().get(i));
        }
    }

    private void checkFields(String path, Fields fields, Mapping mapping) {
        var seen = new HashSet<String>();
        for (var entry : mapping.entries()) {
            var entryPath = path.isEmpty() ? entry.key() : path + "." + entry.key();
            if (!seen.add(entry.key())) {
                findings.error(
                        "duplicate-field",
                        entry.keyPlace(),
                        entryPath + " stands there twice; the scheduler does not start",
                        "Keep one of them.");
            }
            Optional.ofNullable(fields.byName().get(entry.key()))
                    .ifPresentOrElse(
                            type -> check(entryPath, type, entry.value()), () -> unknown(entryPath, fields, entry));
        }
    }

    private void unknown(String path, Fields fields, Entry entry) {
        var meant = fields.byName().keySet().stream()
                .filter(name -> name.equalsIgnoreCase(entry.key()))
                .findFirst();
        meant.ifPresentOrElse(
                name -> findings.error(
                        "field-case",
                        entry.keyPlace(),
                        path + " is in the wrong case; the scheduler does not start",
                        "Write " + name + "."),
                () -> findings.error(
                        "unknown-field",
                        entry.keyPlace(),
                        path + " is unknown; the scheduler does not start",
                        "Known here: " + String.join(", ", fields.byName().keySet()) + "."));
    }
}
