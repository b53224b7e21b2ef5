package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.Resources;

/// What one pod of a workload uses, from the history of its containers: the sum over its containers.
///
/// @param current the mean of the latest samples
/// @param usual the median
/// @param p95 the 95th percentile
/// @param peak the largest value remembered
/// @param demand mean and variance at any time
/// @param confidence 0 (nothing known) to 1 (a day of samples or more)
/// @param sampledAtMillis when the latest sample was taken, epoch milliseconds
public record UsageEstimate(
        Resources current,
        Resources usual,
        Resources p95,
        Resources peak,
        Demand demand,
        double confidence,
        long sampledAtMillis) {

    private static final double P95_DEVIATIONS = 1.645;

    /// Nothing is known: callers fall back to requests.
    public static final UsageEstimate UNKNOWN =
            new UsageEstimate(Resources.NONE, Resources.NONE, Resources.NONE, Resources.NONE, Demand.NONE, 0, 0);

    public UsageEstimate {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence must be within 0 and 1: " + confidence);
        }
    }

    /// One that tells no more than percentiles: those of a normal distribution, of which the 95th lies 1.645
    /// deviations beyond the median.
    public UsageEstimate(
            Resources current,
            Resources usual,
            Resources p95,
            Resources peak,
            double confidence,
            long sampledAtMillis) {
        this(current, usual, p95, peak, normal(usual, p95), confidence, sampledAtMillis);
    }

    private static Demand normal(Resources usual, Resources p95) {
        return new Demand(
                usual.cpuMillis(),
                square((p95.cpuMillis() - usual.cpuMillis()) / P95_DEVIATIONS),
                usual.memoryBytes(),
                square((p95.memoryBytes() - usual.memoryBytes()) / P95_DEVIATIONS));
    }

    private static double square(double value) {
        return value * value;
    }

    public boolean isKnown() {
        return confidence > 0;
    }
}
