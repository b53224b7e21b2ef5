package io.plimsoll.model.cluster;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// What of a pod decides whether it may be moved, and where to. Mostly the same for all pods of a workload,
/// which then share one instance.
///
/// @param labels without those that every pod has a value of its own for ([#isOwn])
/// @param rules as far as they are understood; see [PodTrait#PLACEMENT_RULES]
public record PodTraits(Set<PodTrait> traits, Map<String, String> labels, PlacementRules rules) {

    public static final PodTraits NONE = new PodTraits(Set.of(), Map.of(), PlacementRules.NONE);

    /// The API server counts a pod's restarts, and this many are often.
    public static final int OFTEN_RESTARTS = 4;

    public PodTraits {
        var copy = EnumSet.noneOf(PodTrait.class);
        copy.addAll(traits);
        traits = Collections.unmodifiableSet(copy);
        labels = Map.copyOf(labels);
    }

    /// A pod with these traits alone.
    public static PodTraits of(PodTrait... traits) {
        return new PodTraits(Set.of(traits), Map.of(), PlacementRules.NONE);
    }

    public PodTraits withLabels(Map<String, String> others) {
        return new PodTraits(traits, others, rules);
    }

    public PodTraits withRules(PlacementRules others) {
        return new PodTraits(traits, labels, others);
    }

    public boolean has(PodTrait trait) {
        return traits.contains(trait);
    }

    /// Whether a label of that name tells one pod of a workload from the others. It is not kept: the memory
    /// that it would take is not worth what it says.
    public static boolean isOwn(String label) {
        return switch (label) {
            case "statefulset.kubernetes.io/pod-name",
                    "apps.kubernetes.io/pod-index",
                    "batch.kubernetes.io/job-completion-index" -> true;
            default -> false;
        };
    }
}
