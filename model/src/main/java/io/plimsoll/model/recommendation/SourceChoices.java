package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Of which usage source the measurements count for each workload. The policy that holds for its size says so
/// ([PolicyChoice]), whether it acts or not; where that names no source, or there is none, those of all sources count.
public final class SourceChoices implements Function<Owner, Optional<String>> {

    /// Where all sources count for all workloads.
    public static final SourceChoices NONE = new SourceChoices(Map.of());

    private final Map<PolicyCandidate, Optional<String>> policies;

    private SourceChoices(Map<PolicyCandidate, Optional<String>> policies) {
        this.policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
    }

    /// @param policies the source that each names; nothing where it names none
    public static SourceChoices of(Map<PolicyCandidate, Optional<String>> policies) {
        return policies.values().stream().allMatch(Optional::isEmpty) ? NONE : new SourceChoices(policies);
    }

    @Override
    public Optional<String> apply(Owner workload) {
        return PolicyChoice.among(policies.keySet(), workload)
                .map(PolicyChoice::winner)
                .flatMap(winner -> policies.getOrDefault(winner, Optional.empty()));
    }
}
