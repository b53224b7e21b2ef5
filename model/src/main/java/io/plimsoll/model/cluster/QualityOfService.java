package io.plimsoll.model.cluster;

import java.util.List;

/// A pod's class by the requests and limits of its containers; a resize must not change it.
public enum QualityOfService {
    /// Each container has limits of both resources, and its requests equal them.
    GUARANTEED,
    BURSTABLE,
    /// No container asks for anything.
    BEST_EFFORT;

    public static QualityOfService of(List<ContainerSpec> containers) {
        boolean isGuaranteed = true;
        boolean isNothing = true;
        for (var container : containers) {
            isGuaranteed = isGuaranteed && isGuaranteed(container);
            isNothing = isNothing
                    && container.requests().isZero()
                    && container.limits().isZero();
        }
        if (isGuaranteed) {
            return GUARANTEED;
        }
        return isNothing ? BEST_EFFORT : BURSTABLE;
    }

    private static boolean isGuaranteed(ContainerSpec container) {
        return container.limits().cpuMillis() > 0
                && container.limits().memoryBytes() > 0
                && container.requests().equals(container.limits());
    }
}
