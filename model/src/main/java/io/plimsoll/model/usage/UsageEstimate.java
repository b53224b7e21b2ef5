package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.Resources;

/// What one pod of a workload uses, from the history of its containers: the sum over its containers.
///
/// @param current the mean of the latest samples
/// @param usual the median
/// @param p95 the 95th percentile
/// @param peak the largest value remembered
/// @param confidence 0 (nothing known) to 1 (a day of samples or more)
/// @param sampledAtMillis when the latest sample was taken, epoch milliseconds
public record UsageEstimate(
        Resources current, Resources usual, Resources p95, Resources peak, double confidence, long sampledAtMillis) {

    /// Nothing is known: callers fall back to requests.
    public static final UsageEstimate UNKNOWN =
            new UsageEstimate(Resources.NONE, Resources.NONE, Resources.NONE, Resources.NONE, 0, 0);

    public UsageEstimate {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence must be within 0 and 1: " + confidence);
        }
    }

    public boolean isKnown() {
        return confidence > 0;
    }
}
