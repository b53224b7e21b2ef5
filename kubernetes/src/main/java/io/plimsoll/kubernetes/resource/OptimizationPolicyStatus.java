package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a policy.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OptimizationPolicyStatus(
        @JsonPropertyDescription("The generation of the policy that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("How many workloads it matches, those of other policies included.") @Nullable
        Integer matchedWorkloads,

        @JsonPropertyDescription("For how many workloads it is the policy that holds.") @Nullable
        Integer governedWorkloads,

        @JsonPropertyDescription("For how many of those there is a recommendation.") @Nullable
        Integer recommendedWorkloads,

        @JsonPropertyDescription(
                "How many of those ask for what is recommended, or near enough: no resource of theirs is outside its range.")
        @Nullable
        Integer optimizedWorkloads,

        @JsonPropertyDescription("What all of its workloads would free; told anew when it has moved by a tenth.")
        @Nullable
        Saving saving,

        @JsonPropertyDescription("What is so of this policy: Ready, Conflicting, Autoscaled, Able.") @Size(max = 16)
        List<ResourceCondition> conditions) {

    public OptimizationPolicyStatus {
        conditions = Lists.copy(conditions);
    }
}
