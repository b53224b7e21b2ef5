package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// A policy of the same namespace, or a cluster-wide one.
public record PolicyReference(
        @JsonPropertyDescription("OptimizationPolicy or ClusterOptimizationPolicy.")
        String kind,

        @JsonPropertyDescription("The policy's name.") String name) {}
