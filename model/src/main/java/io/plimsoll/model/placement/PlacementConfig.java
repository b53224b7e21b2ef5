package io.plimsoll.model.placement;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What a platform engineer may set about placement. All shares are of a node's allocatable amount, 0 to 1.
///
/// @param targetUtilization up to where nodes are filled before others are; 0 prefers the emptier node always
/// @param cpuHot above this share in use with the pod there a node is unfit
/// @param memoryHot above this share in use with the pod there a node is unfit
/// @param memoryEvictShare share of memory that the kubelet keeps available before it evicts; below
///     [#MEMORY_ROOMY_SHARE]
/// @param usageFreshMillis up to this age a measurement is fully trusted
/// @param usageExpiryMillis from this age on a measurement is not used at all
/// @param keepLeastBad how many nodes stay at least when every candidate is unfit
/// @param weights relative weight of each part; 0 leaves it out
public record PlacementConfig(
        double targetUtilization,
        double cpuHot,
        double memoryHot,
        double memoryEvictShare,
        long usageFreshMillis,
        long usageExpiryMillis,
        int keepLeastBad,
        Map<ScorePart, Double> weights) {

    /// The share of a machine's memory that must be available for it to be in no danger of evictions at all.
    public static final double MEMORY_ROOMY_SHARE = 0.20;

    public static final PlacementConfig DEFAULT =
            new PlacementConfig(0, 0.90, 0.92, 0.02, 75_000, 180_000, 3, defaultWeights());

    public PlacementConfig {
        if (!(targetUtilization >= 0 && targetUtilization < 1)) {
            throw new IllegalArgumentException(
                    "targetUtilization must be at least 0 and below 1: " + targetUtilization);
        }
        share("cpuHot", cpuHot);
        share("memoryHot", memoryHot);
        share("memoryEvictShare", memoryEvictShare);
        if (memoryEvictShare >= MEMORY_ROOMY_SHARE) {
            throw new IllegalArgumentException("memoryEvictShare must be below " + MEMORY_ROOMY_SHARE
                    + ", from which on there is no danger: " + memoryEvictShare);
        }
        if (usageFreshMillis < 0 || usageExpiryMillis <= usageFreshMillis) {
            throw new IllegalArgumentException(
                    "usageExpiryMillis must be above usageFreshMillis, and both not negative: " + usageExpiryMillis
                            + ", " + usageFreshMillis);
        }
        if (keepLeastBad < 1) {
            throw new IllegalArgumentException("keepLeastBad must be at least 1: " + keepLeastBad);
        }
        var given = new EnumMap<ScorePart, Double>(ScorePart.class);
        given.putAll(weights);
        weights = Collections.unmodifiableMap(given);
        weights.forEach((part, weight) -> {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "weight of " + part.label() + " must be finite and not negative: " + weight);
            }
        });
    }

    /// The weight of each part in that regime.
    public Map<ScorePart, Double> weights(Regime regime) {
        return switch (regime) {
            case UNKNOWN -> weights;
        };
    }

    /// How full a node should be in that regime.
    public double targetUtilization(Regime regime) {
        return switch (regime) {
            case UNKNOWN -> targetUtilization;
        };
    }

    private static void share(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must lie between 0 and 1: " + value);
        }
    }

    private static Map<ScorePart, Double> defaultWeights() {
        var weights = new EnumMap<ScorePart, Double>(ScorePart.class);
        weights.put(ScorePart.PACKING, 3.0);
        weights.put(ScorePart.MEMORY_PRESSURE, 3.0);
        weights.put(ScorePart.NEIGHBOUR_FIT, 0.0);
        weights.put(ScorePart.CPU_CONTENTION, 1.0);
        weights.put(ScorePart.SIBLINGS, 1.0);
        weights.put(ScorePart.NETWORK_AFFINITY, 0.0);
        // Keeping nodes empty draws a burst of equal pods onto the few that are not: wrong while the regime is unknown.
        weights.put(ScorePart.EMPTINESS, 0.0);
        // Packing looks at the resource that binds, and so evens the two out. This would draw pods to a node as the
        // other of its resources gets busier.
        weights.put(ScorePart.COMPLEMENTARITY, 0.0);
        weights.put(ScorePart.STABILITY, 1.0);
        return weights;
    }
}
