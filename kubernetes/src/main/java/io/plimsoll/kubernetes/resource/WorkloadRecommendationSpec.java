package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/// For which workload a recommendation is.
@ValidationRule(
        value = "self == oldSelf",
        message = "the workload of a WorkloadRecommendation never changes: make another for another workload")
public record WorkloadRecommendationSpec(
        @JsonPropertyDescription("The workload.") @Required WorkloadReference workload) {}
