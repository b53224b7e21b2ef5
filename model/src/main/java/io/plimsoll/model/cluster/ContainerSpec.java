package io.plimsoll.model.cluster;

/// One container of a pod as its spec asks for it.
///
/// @param requests what the scheduler counts; zero where nothing is asked for
/// @param limits what the kubelet enforces; zero where there is no limit
public record ContainerSpec(String name, Resources requests, Resources limits) {}
