package io.plimsoll.benchmarks.rebalancing;

import java.util.Locale;

/// What one day under one rule came to.
///
/// @param slatah share of the time of active servers in which they were short of CPU
/// @param pdm share of the CPU asked for that machines did not get while they were moved
/// @param activeHosts mean number of servers that ran something
record DayOutcome(
        String rule,
        int machines,
        double kilowattHours,
        int migrations,
        double slatah,
        double pdm,
        int shutdowns,
        double activeHosts) {

    static final String HEAD = """
        | rule | moves | moves a VM-day | SLATAH % | PDM % | SLAV ×1e-5 | energy, kWh | hosts used | shutdowns |
        |---|---|---|---|---|---|---|---|---|\
        """;

    double slav() {
        return slatah * pdm;
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.2f | %.3f | %.5f | %.4f | %.2f | %.1f | %d |",
                rule,
                migrations,
                migrations / (double) machines,
                100 * slatah,
                100 * pdm,
                1e5 * slav(),
                kilowattHours,
                activeHosts,
                shutdowns);
    }
}
