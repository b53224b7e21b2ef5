package io.plimsoll.kubernetes.policy;

import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import java.util.Optional;

/// A policy as it stands at the API server, and what became of reading it.
///
/// @param namespace where it holds; empty for a policy of the whole cluster
/// @param generation of what its user wrote
/// @param status what was told of it last, if that can be read
public record ListedPolicy(
        Optional<String> namespace,
        String name,
        long generation,
        Optional<OptimizationPolicyStatus> status,
        PolicyReading reading) {

    /// As people name it: `namespace/name`, or `name` for one of the whole cluster.
    public String label() {
        return namespace.map(there -> there + "/" + name).orElse(name);
    }
}
