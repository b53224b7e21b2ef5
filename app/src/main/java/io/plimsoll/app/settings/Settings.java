package io.plimsoll.app.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The values in force, each with where it came from.
public final class Settings {

    private final List<Setting<?>> known;
    private final Map<String, Given> given;

    /// @param given by key; every text is one that its setting allows
    Settings(List<Setting<?>> known, Map<String, Given> given) {
        this.known = known;
        this.given = new LinkedHashMap<>(given);
    }

    /// A text and where it came from.
    record Given(String text, String origin) {}

    public <T> T get(Setting<T> setting) {
        return Optional.ofNullable(given.get(setting.key()))
                .flatMap(value -> setting.type().read().apply(value.text()))
                .orElse(setting.standard());
    }

    /// All settings as a file that sets them, with a comment on each: what it is and where its value came from.
    public String toYaml(String head) {
        var yaml = new StringBuilder(head);
        var open = List.<String>of();
        for (var setting : known) {
            var path = List.of(setting.key().split("\\."));
            var parents = path.subList(0, path.size() - 1);
            for (int depth = 0; depth < parents.size(); depth++) {
                if (depth >= open.size() || !open.subList(0, depth + 1).equals(parents.subList(0, depth + 1))) {
                    yaml.append("  ".repeat(depth)).append(parents.get(depth)).append(":\n");
                }
            }
            open = parents;
            appendLine(yaml, "  ".repeat(parents.size()), path.getLast(), setting);
        }
        return yaml.toString();
    }

    private void appendLine(StringBuilder yaml, String indent, String name, Setting<?> setting) {
        var value = Optional.ofNullable(given.get(setting.key()));
        yaml.append(indent)
                .append("# ")
                .append(setting.help())
                .append("; ")
                .append(setting.type().allowed());
        yaml.append(". From ")
                .append(value.map(Given::origin).orElse("default"))
                .append(".\n");
        yaml.append(indent)
                .append(name)
                .append(": ")
                .append(quoted(value.map(Given::text).orElse(String.valueOf(setting.standard()))));
        yaml.append('\n');
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9/][A-Za-z0-9/._-]*")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
