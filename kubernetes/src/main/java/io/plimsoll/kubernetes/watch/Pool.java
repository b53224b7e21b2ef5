package io.plimsoll.kubernetes.watch;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodTraits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The values that many objects share, kept once each: the pods of one workload have one owner and one list of
/// containers between them. Bounded, and safe for any thread.
final class Pool {

    private final Interner<String> strings = new Interner<>(14);
    private final Interner<Optional<String>> nodeNames = new Interner<>(14);
    private final Interner<Optional<Owner>> owners = new Interner<>(14);
    private final Interner<List<ContainerSpec>> containers = new Interner<>(14);
    private final Interner<InitContainers> init = new Interner<>(12);
    private final Interner<MemoryFacts> memory = new Interner<>(12);
    private final Interner<PodTraits> traits = new Interner<>(14);
    private final Interner<PlacementRules> rules = new Interner<>(12);
    private final Interner<PodLevel> levels = new Interner<>(10);
    private final Interner<Set<OptOut>> optOuts = new Interner<>(4);
    private final Interner<String> labelKeys = new Interner<>(10);
    private final Interner<String> labelValues = new Interner<>(14);
    private final Interner<Map<String, String>> labels = new Interner<>(10);

    String string(String value) {
        return strings.intern(value);
    }

    Optional<String> nodeName(String value) {
        return value.isEmpty() ? Optional.empty() : nodeNames.intern(Optional.of(value));
    }

    Optional<Owner> owner(Optional<Owner> value) {
        return value.isEmpty() ? value : owners.intern(value);
    }

    List<ContainerSpec> containers(List<ContainerSpec> value) {
        return containers.intern(List.copyOf(value));
    }

    InitContainers init(List<ContainerSpec> inOrder) {
        return inOrder.isEmpty() ? InitContainers.NONE : init.intern(InitContainers.of(inOrder));
    }

    /// What the pods of one workload tell alike: heaps, but no kills.
    MemoryFacts memory(MemoryFacts value) {
        return memory.intern(value);
    }

    /// What the pods of one template have alike. With 6 labels each it is about 400 B: 15,000 templates cost 6 MB.
    PodTraits traits(PodTraits value) {
        if (value.equals(PodTraits.NONE)) {
            return PodTraits.NONE;
        }
        var known = traits.known(value);
        return known.orElseGet(
                () -> traits.intern(new PodTraits(value.traits(), labels(value.labels()), rules(value.rules()))));
    }

    /// Pods of many templates demand the same: mostly nothing.
    private PlacementRules rules(PlacementRules value) {
        return value.equals(PlacementRules.NONE) ? PlacementRules.NONE : rules.intern(value);
    }

    PodLevel level(PodLevel value) {
        return value.equals(PodLevel.NONE) ? PodLevel.NONE : levels.intern(value);
    }

    Set<OptOut> optOuts(Map<String, String> labels) {
        return optOuts.intern(OptOut.in(labels));
    }

    /// A small map whose keys and values are shared; the map itself is too, where its neighbour has the same labels.
    ///
    /// What they cost: 7 labels are a table of 28 places (128 B) behind a map (24 B). Keys and common values are
    /// shared; the two or so of each workload's own (its name, its instance) are 56 B each. So a workload costs
    /// 264 B: 15,000 of them and 1,000 namespaces cost 4.2 MB. Owners with a parent keep none.
    Map<String, String> labels(Map<String, String> value) {
        var pooled = new HashMap<String, String>();
        value.forEach((key, text) -> pooled.put(labelKeys.intern(key), labelValues.intern(text)));
        return labels.intern(Map.copyOf(pooled));
    }
}
