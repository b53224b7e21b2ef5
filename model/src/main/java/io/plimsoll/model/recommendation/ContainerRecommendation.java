package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;

/// What one container of a workload should ask for, and why.
///
/// @param container its name
/// @param recommender the name of the one that says so
/// @param sampledAtMillis when the newest sample behind it was taken, epoch milliseconds; 0 when there is none
/// @param limits those that go with the targets, where the policy moves any; zero where it does not
/// @param role what is said of init containers that end holds for new pods alone
public record ContainerRecommendation(
        String container,
        String recommender,
        ResourceRecommendation cpu,
        ResourceRecommendation memory,
        long sampledAtMillis,
        Resources limits,
        ContainerRole role) {

    /// For a container that is no init container, and whose limits stay.
    public ContainerRecommendation(
            String container,
            String recommender,
            ResourceRecommendation cpu,
            ResourceRecommendation memory,
            long sampledAtMillis) {
        this(container, recommender, cpu, memory, sampledAtMillis, Resources.NONE, ContainerRole.MAIN);
    }

    /// The same for a container of that role.
    public ContainerRecommendation as(ContainerRole other) {
        return other == role
                ? this
                : new ContainerRecommendation(container, recommender, cpu, memory, sampledAtMillis, limits, other);
    }

    /// The same with limits that are moved.
    public ContainerRecommendation with(Resources moved) {
        return new ContainerRecommendation(container, recommender, cpu, memory, sampledAtMillis, moved, role);
    }

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
        return present.with(target(), rule.limits(present, target()));
    }
}
