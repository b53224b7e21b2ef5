package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.usage.ContainerUsageView;
import java.util.List;

/// All that a recommendation for one container is made from.
///
/// @param containersInPod how many containers share a floor that is meant for a pod, at least 1
/// @param floors what its memory must not fall below
/// @param nowMillis epoch milliseconds
public record SizingCase(
        ContainerSpec spec,
        ContainerUsageView usage,
        ContainerSizing sizing,
        int containersInPod,
        List<MemoryFloor> floors,
        long nowMillis) {

    public SizingCase {
        floors = List.copyOf(floors);
        if (containersInPod < 1) {
            throw new IllegalArgumentException("containersInPod must be at least 1: " + containersInPod);
        }
    }
}
