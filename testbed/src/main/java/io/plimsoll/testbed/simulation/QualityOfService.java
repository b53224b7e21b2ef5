package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.ContainerSpec;
import java.util.List;

/// A pod's class by its requests and limits; a resize must not change it.
enum QualityOfService {
    GUARANTEED,
    BURSTABLE,
    BEST_EFFORT;

    static QualityOfService of(List<ContainerSpec> containers) {
        if (containers.stream().allMatch(QualityOfService::isGuaranteed)) {
            return GUARANTEED;
        }
        boolean nothing = containers.stream()
                .allMatch(c -> c.requests().isZero() && c.limits().isZero());
        return nothing ? BEST_EFFORT : BURSTABLE;
    }

    private static boolean isGuaranteed(ContainerSpec container) {
        return container.limits().cpuMillis() > 0
                && container.limits().memoryBytes() > 0
                && container.requests().equals(container.limits());
    }
}
