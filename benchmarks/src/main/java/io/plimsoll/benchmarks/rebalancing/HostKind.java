package io.plimsoll.benchmarks.rebalancing;

/// The two servers of the published set-up, with two cores each.
enum HostKind {
    HP_ML110_G4(1860),
    HP_ML110_G5(2660);

    static final int CORES = 2;
    static final int RAM_MEGABYTES = 4096;

    /// At 0 %, 10 %, … 100 % of their CPU: SPECpower_ssj2008.
    private static final double[] G4_WATTS = {86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117};

    private static final double[] G5_WATTS = {93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135};

    final double coreMips;

    HostKind(double coreMips) {
        this.coreMips = coreMips;
    }

    double mips() {
        return CORES * coreMips;
    }

    /// With straight lines between the measured points.
    double watts(double share) {
        double at = Math.clamp(share, 0, 1) * 10;
        int low = (int) Math.floor(at);
        var watts = this == HP_ML110_G4 ? G4_WATTS : G5_WATTS;
        return low == 10 ? watts[10] : watts[low] + (watts[low + 1] - watts[low]) * (at - low);
    }
}
