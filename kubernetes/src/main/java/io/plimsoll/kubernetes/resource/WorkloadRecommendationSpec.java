package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// For which workload a recommendation is.
public record WorkloadRecommendationSpec(
        @JsonPropertyDescription("The workload.") WorkloadReference workload) {}
