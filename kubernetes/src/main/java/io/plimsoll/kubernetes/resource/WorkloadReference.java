package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// A workload of the same namespace.
public record WorkloadReference(
        @JsonPropertyDescription("The workload's kind, as Deployment.")
        String kind,

        @JsonPropertyDescription("The workload's name.") String name) {}
