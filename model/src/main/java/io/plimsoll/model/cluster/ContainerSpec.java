package io.plimsoll.model.cluster;

/// One container of a pod as its spec asks for it.
///
/// @param requests what the scheduler counts; zero where nothing is asked for
/// @param limits what the kubelet enforces; zero where there is no limit
/// @param isSidecar whether it is an init container that restarts, and so runs beside the others
public record ContainerSpec(String name, Resources requests, Resources limits, boolean isSidecar) {

    /// A container that is no sidecar.
    public ContainerSpec(String name, Resources requests, Resources limits) {
        this(name, requests, limits, false);
    }

    /// The same container with another size.
    public ContainerSpec with(Resources otherRequests, Resources otherLimits) {
        return new ContainerSpec(name, otherRequests, otherLimits, isSidecar);
    }

    public ContainerSpec asSidecar() {
        return new ContainerSpec(name, requests, limits, true);
    }
}
