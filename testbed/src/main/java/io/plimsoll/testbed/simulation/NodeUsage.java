package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.Resources;

/// What a node's pods really want at one moment, beside what it has.
///
/// @param cpuMillisWanted the sum of what its pods want; beyond the capacity they only get a part of it
public record NodeUsage(String node, double cpuMillisWanted, double memoryBytesWanted, Resources allocatable) {

    /// Share of allocatable CPU that is wanted; above 1 the pods wait for each other.
    public double cpuShare() {
        return cpuMillisWanted / Math.max(1, allocatable.cpuMillis());
    }

    /// Share of allocatable memory that is wanted; above 1 something would be killed.
    public double memoryShare() {
        return memoryBytesWanted / Math.max(1, allocatable.memoryBytes());
    }
}
