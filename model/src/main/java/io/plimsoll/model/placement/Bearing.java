package io.plimsoll.model.placement;

/// What a node bears of CPU and memory, as shares of allocatable: its latest measurement, with pods that do
/// not show in it yet. By this it is refused to further pods.
public record Bearing(double cpuShare, double memoryShare) {}
