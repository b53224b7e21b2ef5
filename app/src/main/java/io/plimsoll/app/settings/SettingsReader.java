package io.plimsoll.app.settings;

import io.plimsoll.app.UserError;
import io.plimsoll.app.settings.Settings.Given;
import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Entry;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import io.plimsoll.app.yaml.YamlNode.Scalar;
import io.plimsoll.app.yaml.YamlSyntaxException;
import io.plimsoll.app.yaml.YamlText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Puts settings together: the file first, over it the environment, over that the command line. All mistakes are
/// collected and told at once. Belongs to one thread.
public final class SettingsReader {

    private final String kind;
    private final String apiVersion;
    private final Map<String, Setting<?>> known = new LinkedHashMap<>();
    private final Map<String, Given> given = new LinkedHashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    /// @param kind what the file's `kind` must say
    public SettingsReader(String apiVersion, String kind, List<Setting<?>> settings) {
        this.apiVersion = apiVersion;
        this.kind = kind;
        settings.forEach(setting -> known.put(setting.key(), setting));
    }

    public SettingsReader file(String name, String text) {
        try {
            var documents = YamlText.read(name, text);
            if (documents.size() == 1 && documents.getFirst() instanceof Mapping root) {
                head(root, "apiVersion", apiVersion);
                head(root, "kind", kind);
                fields("", root);
            } else {
                mistakes.add(
                        name + ":1:1: must hold one YAML object with apiVersion: " + apiVersion + " and kind: " + kind);
            }
        } catch (YamlSyntaxException e) {
            mistakes.add(e.place() + ": " + e.getMessage());
        }
        return this;
    }

    public SettingsReader environment(Map<String, String> variables) {
        known.values()
                .forEach(setting -> Optional.ofNullable(variables.get(setting.variable()))
                        .ifPresent(text -> set(setting, text, setting.variable())));
        return this;
    }

    /// @param origin the flag, as a message names it
    public SettingsReader flag(String key, String text, String origin) {
        Optional.ofNullable(known.get(key))
                .ifPresentOrElse(
                        setting -> set(setting, text, origin), () -> mistakes.add(origin + ": " + unknown(key)));
        return this;
    }

    /// @throws UserError with all mistakes, one a line
    public Settings read() {
        if (!mistakes.isEmpty()) {
            throw UserError.ofInput("the configuration is wrong\n  " + String.join("\n  ", mistakes));
        }
        return new Settings(List.copyOf(known.values()), given);
    }

    private void head(Mapping root, String key, String wanted) {
        var value = root.scalar(key).map(Scalar::text).orElse("missing");
        if (!value.equals(wanted)) {
            var place = root.get(key).map(YamlNode::place).orElse(root.place());
            mistakes.add(place + ": " + key + " is " + value + "; allowed: " + wanted);
        }
    }

    private void fields(String prefix, Mapping mapping) {
        var seen = new HashSet<String>();
        for (var entry : mapping.entries()) {
            if (prefix.isEmpty() && Set.of("apiVersion", "kind").contains(entry.key())) {
                continue;
            }
            if (!seen.add(entry.key())) {
                mistakes.add(entry.keyPlace() + ": " + prefix + entry.key() + " stands there twice");
            }
            field(prefix + entry.key(), entry);
        }
    }

    private void field(String key, Entry entry) {
        Optional<Setting<?>> setting = Optional.ofNullable(known.get(key));
        boolean isGroup = known.keySet().stream().anyMatch(name -> name.startsWith(key + "."));
        if (setting.isEmpty() && !isGroup) {
            mistakes.add(entry.keyPlace() + ": " + unknown(key));
            return;
        }
        switch (entry.value()) {
            case Mapping group when isGroup -> fields(key + ".", group);
            case Scalar scalar
            when setting.isPresent() ->
                set(setting.get(), scalar.text(), scalar.place().toString());
            case Mapping _, Listing _, Scalar _ -> wrongShape(key, entry.value(), allowed(key, setting));
        }
    }

    private String allowed(String key, Optional<Setting<?>> setting) {
        return setting.map(one -> one.type().allowed())
                .orElseGet(() -> "an object with " + String.join(", ", children(key + ".")));
    }

    private void wrongShape(String key, YamlNode value, String allowed) {
        mistakes.add(value.place() + ": " + key + " is " + value.kind() + "; allowed: " + allowed);
    }

    private void set(Setting<?> setting, String text, String origin) {
        if (setting.type().read().apply(text).isEmpty()) {
            mistakes.add(origin + ": " + setting.key() + " is '" + text + "'; allowed: "
                    + setting.type().allowed());
        } else {
            given.put(setting.key(), new Given(text, origin));
        }
    }

    private String unknown(String key) {
        int dot = key.lastIndexOf('.');
        var siblings = children(key.substring(0, dot + 1));
        return key + " is unknown; allowed" + (dot > 0 ? " in " + key.substring(0, dot) : "") + ": "
                + String.join(", ", siblings.isEmpty() ? children("") : siblings);
    }

    private Set<String> children(String prefix) {
        var children = new TreeSet<String>();
        known.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()).replaceFirst("\\..*", ""))
                .forEach(children::add);
        return children;
    }
}
