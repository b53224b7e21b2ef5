package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.Resources;

/// A node as a scheduler counts it.
///
/// @param requested the sum of the requests of the pods on it
/// @param podsFree how many more pods it takes
/// @param open whether it is Ready and takes pods without tolerations
public record SchedulableNode(String name, Resources allocatable, Resources requested, int podsFree, boolean open) {

    boolean fits(Resources requests) {
        return open
                && podsFree > 0
                && requested.cpuMillis() + requests.cpuMillis() <= allocatable.cpuMillis()
                && requested.memoryBytes() + requests.memoryBytes() <= allocatable.memoryBytes();
    }
}
