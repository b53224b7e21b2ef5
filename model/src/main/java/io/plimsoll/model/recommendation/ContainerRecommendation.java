package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;

/// What one container of a workload should ask for, and why.
///
/// @param container its name
/// @param recommender the name of the one that says so
/// @param sampledAtMillis when the newest sample behind it was taken, epoch milliseconds; 0 when there is none
public record ContainerRecommendation(
        String container,
        String recommender,
        ResourceRecommendation cpu,
        ResourceRecommendation memory,
        long sampledAtMillis) {

    public ResourceRecommendation of(ResourceKind kind) {
        return switch (kind) {
            case CPU -> cpu;
            case MEMORY -> memory;
        };
    }

    public Resources target() {
        return new Resources(cpu.target(), memory.target());
    }

    /// The container with its targets as requests, and the limits that go with them.
    public ContainerSpec applied(ContainerSpec present, LimitRule rule) {
        return new ContainerSpec(present.name(), target(), rule.limits(present, target()));
    }
}
