package io.plimsoll.model.recommendation;

/// What a policy says of one resource of a container. Amounts are thousandths of a core or bytes.
///
/// @param percentile of what was used, 0 to 1, that a request is taken from
/// @param factor that it is multiplied by for safety, 1 to 10
/// @param min no request is recommended below it
/// @param max no request is recommended above it; `Long.MAX_VALUE` for none
/// @param change how large a change must be, and may be
public record ResourceSizing(double percentile, double factor, long min, long max, ChangeBounds change) {

    private static final double FACTOR_MAX = 10;

    public ResourceSizing {
        if (!(percentile > 0 && percentile <= 1)) {
            throw new IllegalArgumentException("percentile must be above 0 and at most 1: " + percentile);
        }
        if (!(factor >= 1 && factor <= FACTOR_MAX)) {
            throw new IllegalArgumentException("factor must be within 1 and 10: " + factor);
        }
        if (min < 0) {
            throw new IllegalArgumentException("min must not be negative: " + min);
        }
        if (max < min || max == 0) {
            throw new IllegalArgumentException("max must be above 0 and not below min " + min + ": " + max);
        }
    }

    public long clamp(double amount) {
        return Math.clamp((long) Math.ceil(amount), min, max);
    }
}
