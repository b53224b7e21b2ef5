package io.plimsoll.extender.decision;

/// What bounds a decision.
///
/// @param deadlineMillis after this long the answer is neutral; well below the scheduler's `httpTimeout`
/// @param imageAgeMillisMax from this age on the picture of the cluster is not decided upon
/// @param shadow whether decisions are only recorded, and every answer is neutral
public record DecisionSettings(long deadlineMillis, long imageAgeMillisMax, boolean shadow) {

    public static final DecisionSettings DEFAULT = new DecisionSettings(100, 60_000, false);

    public DecisionSettings {
        if (deadlineMillis < 1 || deadlineMillis > 5_000) {
            throw new IllegalArgumentException(
                    "deadlineMillis must be 1 to 5000, below the scheduler's httpTimeout: " + deadlineMillis);
        }
        if (imageAgeMillisMax < 1_000) {
            throw new IllegalArgumentException("imageAgeMillisMax must be at least 1000: " + imageAgeMillisMax);
        }
    }
}
