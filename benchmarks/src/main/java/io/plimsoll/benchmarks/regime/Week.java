package io.plimsoll.benchmarks.regime;

import java.util.Arrays;

/// Mean loads of the half hours of some days, NaN where nothing was measured, and which of them were peaks: those at
/// or above the 60th percentile, and 1.2 times the median or more.
record Week(double[] loads) {

    static final int BINS_A_DAY = 48;
    static final int BINS = 7 * BINS_A_DAY;

    private static final double HIGH = 0.6;
    private static final double APART = 1.2;

    boolean[] peaks() {
        var known = Arrays.stream(loads)
                .filter(load -> !Double.isNaN(load))
                .sorted()
                .toArray();
        if (known.length == 0) {
            return new boolean[loads.length];
        }
        double line = Math.max(known[(int) (HIGH * (known.length - 1))], APART * known[known.length / 2]);
        var peaks = new boolean[loads.length];
        for (int i = 0; i < loads.length; i++) {
            peaks[i] = loads[i] >= line;
        }
        return peaks;
    }

    boolean hasPeaks() {
        for (var isPeak : peaks()) {
            if (isPeak) {
                return true;
            }
        }
        return false;
    }

    /// F1 of the peaks that were foretold: 2 · both / (foretold + came), of the half hours that were measured; 0 where
    /// none was foretold.
    double score(boolean[] foretold) {
        var came = peaks();
        int both = 0;
        int either = 0;
        for (int i = 0; i < loads.length; i++) {
            if (!Double.isNaN(loads[i])) {
                both += foretold[i] && came[i] ? 1 : 0;
                either += (foretold[i] ? 1 : 0) + (came[i] ? 1 : 0);
            }
        }
        return either == 0 ? 0 : 2.0 * both / either;
    }

    /// What comes if its last days go on as they were.
    ///
    /// @param days after which all comes again
    boolean[] repeated(int days) {
        int bins = days * BINS_A_DAY;
        var last = new Week(Arrays.copyOfRange(loads, Math.max(0, loads.length - bins), loads.length)).peaks();
        var peaks = new boolean[BINS];
        for (int i = 0; i < BINS; i++) {
            peaks[i] = last[i % last.length];
        }
        return peaks;
    }
}
