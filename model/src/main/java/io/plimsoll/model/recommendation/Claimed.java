package io.plimsoll.model.recommendation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// What other autoscalers own of a workload: that is left alone.
///
/// @param owners who owns a resource, as people name them, e.g. `HorizontalPodAutoscaler web`; sorted
public record Claimed(Map<ResourceKind, List<String>> owners) {

    public static final Claimed NONE = new Claimed(Map.of());

    public Claimed {
        var sorted = new EnumMap<ResourceKind, List<String>>(ResourceKind.class);
        owners.forEach((kind, names) -> sorted.put(kind, List.copyOf(names)));
        owners = Collections.unmodifiableMap(sorted);
    }

    /// All that one autoscaler owns.
    public static Claimed by(String autoscaler, Iterable<ResourceKind> kinds) {
        var owners = new EnumMap<ResourceKind, List<String>>(ResourceKind.class);
        kinds.forEach(kind -> owners.put(kind, List.of(autoscaler)));
        return new Claimed(owners);
    }

    public boolean contains(ResourceKind kind) {
        return owners.containsKey(kind);
    }

    public boolean isEmpty() {
        return owners.isEmpty();
    }

    /// What either of both says.
    public Claimed and(Claimed other) {
        var both = new EnumMap<ResourceKind, List<String>>(ResourceKind.class);
        both.putAll(owners);
        other.owners.forEach((kind, names) -> both.merge(kind, names, Claimed::together));
        return new Claimed(both);
    }

    private static List<String> together(List<String> some, List<String> others) {
        var all = new TreeSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    /// Who owns what, e.g. `HorizontalPodAutoscaler web owns CPU`; nothing where nobody owns anything.
    public Optional<String> sentence() {
        return owners.keySet().stream().map(this::sentence).reduce((one, next) -> one + ", and " + next);
    }

    /// Of a resource that somebody owns.
    public String sentence(ResourceKind kind) {
        var names = owners.getOrDefault(kind, List.of());
        return String.join(" and ", names) + (names.size() == 1 ? " owns " : " own ") + kind.text();
    }
}
