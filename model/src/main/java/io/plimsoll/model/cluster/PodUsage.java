package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.ContainerUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one pod was measured to use: the sum over its containers.
///
/// @param atMillis when the latest of them was measured, epoch milliseconds
record PodUsage(double cpuMillis, double memoryBytes, long atMillis) {

    static Map<PodKey, PodUsage> byPod(List<ContainerUsage> containers) {
        var byPod = new HashMap<PodKey, PodUsage>();
        for (var container : containers) {
            var one = new PodUsage(
                    container.cpuMillis().value(),
                    container.memoryBytes().value(),
                    container.cpuMillis().atMillis());
            byPod.merge(container.pod(), one, PodUsage::plus);
        }
        return byPod;
    }

    private PodUsage plus(PodUsage other) {
        return new PodUsage(
                cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes, Math.max(atMillis, other.atMillis));
    }

    Resources amount() {
        return new Resources(Math.round(cpuMillis), Math.round(memoryBytes));
    }
}
