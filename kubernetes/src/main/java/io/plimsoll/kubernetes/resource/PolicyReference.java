package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// A policy of the same namespace, or a cluster-wide one.
public record PolicyReference(
        @JsonPropertyDescription("OptimizationPolicy or ClusterOptimizationPolicy.") @Required @Size(max = 63)
        String kind,

        @JsonPropertyDescription("The policy's name.") @Required @Size(max = 253)
        String name) {}
