package io.plimsoll.model.recommendation;

/// What a core costs in an hour, and what a GiB of memory does.
public record Price(double cpuCoreHour, double memoryGibHour) {

    public static final Price NONE = new Price(0, 0);

    /// A twelfth of a year of 365 days.
    private static final double HOURS_A_MONTH = 730;

    private static final double MILLIS_A_CORE = 1000;
    private static final double BYTES_A_GIB = 1 << 30;

    public Price {
        if (!(cpuCoreHour >= 0 && memoryGibHour >= 0 && Double.isFinite(cpuCoreHour + memoryGibHour))) {
            throw new IllegalArgumentException("prices must not be negative: " + cpuCoreHour + ", " + memoryGibHour);
        }
    }

    /// What that saves in a month; negative where more is needed.
    public double monthly(Freed freed) {
        return HOURS_A_MONTH
                * (cpuCoreHour * freed.cpuMillis() / MILLIS_A_CORE + memoryGibHour * freed.memoryBytes() / BYTES_A_GIB);
    }

    Price plus(Price other) {
        return new Price(cpuCoreHour + other.cpuCoreHour, memoryGibHour + other.memoryGibHour);
    }

    Price times(int factor) {
        return new Price(cpuCoreHour * factor, memoryGibHour * factor);
    }

    /// The higher of the two for each.
    Price max(Price other) {
        return new Price(Math.max(cpuCoreHour, other.cpuCoreHour), Math.max(memoryGibHour, other.memoryGibHour));
    }
}
