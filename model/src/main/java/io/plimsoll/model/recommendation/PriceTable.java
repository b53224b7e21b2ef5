package io.plimsoll.model.recommendation;

/// What is paid for what pods ask for, as the list of prices of a cloud has it.
///
/// @param cpuCoreHour for a core in an hour
/// @param memoryGibHour for a GiB in an hour
/// @param currency as it is shown, e.g. `EUR`
public record PriceTable(double cpuCoreHour, double memoryGibHour, String currency) {

    /// A twelfth of a year of 365 days.
    private static final double HOURS_A_MONTH = 730;

    private static final double MILLIS_A_CORE = 1000;
    private static final double BYTES_A_GIB = 1 << 30;

    public PriceTable {
        if (!(cpuCoreHour >= 0 && memoryGibHour >= 0 && Double.isFinite(cpuCoreHour + memoryGibHour))) {
            throw new IllegalArgumentException("prices must not be negative: " + cpuCoreHour + ", " + memoryGibHour);
        }
    }

    /// What that saves in a month; negative where more is needed.
    public double monthly(Freed freed) {
        return HOURS_A_MONTH
                * (cpuCoreHour * freed.cpuMillis() / MILLIS_A_CORE + memoryGibHour * freed.memoryBytes() / BYTES_A_GIB);
    }
}
