package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// A workload of the same namespace.
public record WorkloadReference(
        @JsonPropertyDescription("The workload's kind, as Deployment.") @Required @Size(max = 63)
        String kind,

        @JsonPropertyDescription("The workload's name.") @Required @Size(max = 253)
        String name) {}
