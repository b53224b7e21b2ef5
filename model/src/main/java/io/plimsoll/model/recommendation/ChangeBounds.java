package io.plimsoll.model.recommendation;

/// How large a change of a request must be to be worth it, and may be at once.
///
/// @param minShare of the present request; a smaller change is left, 0 to 1
/// @param minAmount in the resource's unit; a smaller change is left
/// @param maxRaiseShare of the present request; a larger raise is cut to it, above 0
/// @param maxCutShare of the present request; a larger cut is cut to it, above 0 and at most 1
public record ChangeBounds(double minShare, long minAmount, double maxRaiseShare, double maxCutShare) {

    /// No change is ever large enough: a resource is recommended for and left as it is.
    public static final ChangeBounds NONE = new ChangeBounds(1, Long.MAX_VALUE, 1, 1);

    public ChangeBounds {
        if (!(minShare >= 0 && minShare <= 1)) {
            throw new IllegalArgumentException("minShare must be within 0 and 1: " + minShare);
        }
        if (minAmount < 0) {
            throw new IllegalArgumentException("minAmount must not be negative: " + minAmount);
        }
        if (!(maxRaiseShare > 0)) {
            throw new IllegalArgumentException("maxRaiseShare must be above 0: " + maxRaiseShare);
        }
        if (!(maxCutShare > 0 && maxCutShare <= 1)) {
            throw new IllegalArgumentException("maxCutShare must be above 0 and at most 1: " + maxCutShare);
        }
    }

    /// Whether no change is large enough.
    public boolean isNone() {
        return minAmount == Long.MAX_VALUE;
    }

    /// Whether a change is too small to be made.
    public boolean isTooSmall(long current, long target) {
        long change = Math.abs(target - current);
        return change == 0 || change < minAmount || change < minShare * current;
    }

    /// The target, or as far towards it as one step goes. Where nothing is asked for yet, a step has no bound.
    public long cut(long current, long target) {
        if (current == 0) {
            return target;
        }
        double most = current * (1 + maxRaiseShare);
        double least = current * (1 - maxCutShare);
        return (long) Math.clamp((double) target, Math.ceil(least), Math.floor(Math.max(most, current + 1.0)));
    }
}
