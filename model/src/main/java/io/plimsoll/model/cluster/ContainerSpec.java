package io.plimsoll.model.cluster;

/// One container of a pod as its spec asks for it.
///
/// @param requests what the scheduler counts; zero where nothing is asked for
/// @param limits what the kubelet enforces; zero where there is no limit
public record ContainerSpec(String name, Resources requests, Resources limits, ContainerRole role) {

    /// A container that is no init container.
    public ContainerSpec(String name, Resources requests, Resources limits) {
        this(name, requests, limits, ContainerRole.MAIN);
    }

    /// The same container with another size.
    public ContainerSpec with(Resources otherRequests, Resources otherLimits) {
        return new ContainerSpec(name, otherRequests, otherLimits, role);
    }

    public ContainerSpec asSidecar() {
        return as(ContainerRole.SIDECAR);
    }

    /// The same as an init container that ends.
    public ContainerSpec asInit() {
        return as(ContainerRole.INIT);
    }

    private ContainerSpec as(ContainerRole other) {
        return new ContainerSpec(name, requests, limits, other);
    }

    /// Whether it is an init container that restarts, and so runs beside the others.
    public boolean isSidecar() {
        return role == ContainerRole.SIDECAR;
    }

    /// Whether it stands among its pod's `initContainers`.
    public boolean isAmongInitContainers() {
        return role != ContainerRole.MAIN;
    }
}
