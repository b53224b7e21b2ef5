package io.plimsoll.model.placement;

import io.plimsoll.model.regime.RegimeKind;
import java.util.Map;

/// What a platform engineer may set about placement. All shares are of a node's allocatable amount, 0 to 1.
///
/// @param cpuHot above this share in use with the pod there a node is unfit
/// @param memoryHot above this share in use with the pod there a node is unfit
/// @param memoryEvictShare share of memory that the kubelet keeps available before it evicts; below
///     [#MEMORY_ROOMY_SHARE]
/// @param usageFreshMillis up to this age a measurement is fully trusted
/// @param usageExpiryMillis from this age on a measurement is not used at all
/// @param keepLeastBad how many nodes stay at least when every candidate is unfit
/// @param busy what is worth how much in busy hours, and while nobody knows what hours these are
/// @param quiet the same in hours that are known to be quiet
public record PlacementConfig(
        double cpuHot,
        double memoryHot,
        double memoryEvictShare,
        long usageFreshMillis,
        long usageExpiryMillis,
        int keepLeastBad,
        Preference busy,
        Preference quiet) {

    /// The share of a machine's memory that must be available for it to be in no danger of evictions at all.
    public static final double MEMORY_ROOMY_SHARE = 0.20;

    public static final PlacementConfig DEFAULT =
            new PlacementConfig(0.90, 0.92, 0.02, 75_000, 180_000, 3, Preference.BUSY, Preference.QUIET);

    public PlacementConfig {
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
    }

    /// The same with quiet hours as they usually are.
    public PlacementConfig(
            double targetUtilization,
            double cpuHot,
            double memoryHot,
            double memoryEvictShare,
            long usageFreshMillis,
            long usageExpiryMillis,
            int keepLeastBad,
            Map<ScorePart, Double> weights) {
        this(
                cpuHot,
                memoryHot,
                memoryEvictShare,
                usageFreshMillis,
                usageExpiryMillis,
                keepLeastBad,
                new Preference(targetUtilization, weights),
                Preference.QUIET);
    }

    /// What is worth how much in that regime.
    public Preference preference(RegimeKind regime) {
        return switch (regime) {
            case UNKNOWN, PEAK -> busy;
            case OFF_PEAK -> quiet;
        };
    }

    /// The same with other weights.
    public PlacementConfig with(Preference busyHours, Preference quietHours) {
        return new PlacementConfig(
                cpuHot,
                memoryHot,
                memoryEvictShare,
                usageFreshMillis,
                usageExpiryMillis,
                keepLeastBad,
                busyHours,
                quietHours);
    }

    /// The same with a node called hot by so much sooner.
    public PlacementConfig cooler(double margin) {
        return new PlacementConfig(
                cpuHot - margin,
                memoryHot - margin,
                memoryEvictShare,
                usageFreshMillis,
                usageExpiryMillis,
                keepLeastBad,
                busy,
                quiet);
    }

    private static void share(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must lie between 0 and 1: " + value);
        }
    }
}
