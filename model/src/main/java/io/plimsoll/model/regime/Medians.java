package io.plimsoll.model.regime;

import java.util.Arrays;

/// Quantiles of small arrays in which NaN stands for what was not measured.
final class Medians {

    private Medians() {}

    /// NaN where nothing was measured.
    static double of(double[] values) {
        return quantile(values, 0.5);
    }

    /// Between two values in proportion.
    static double quantile(double[] values, double q) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return ofSorted(sorted, present(sorted), q);
    }

    /// NaN sorts last.
    static int present(double[] sorted) {
        int present = sorted.length;
        while (present > 0 && Double.isNaN(sorted[present - 1])) {
            present--;
        }
        return present;
    }

    /// @param present how many of the first count
    static double ofSorted(double[] sorted, int present, double q) {
        if (present == 0) {
            return Double.NaN;
        }
        double at = q * (present - 1);
        int below = (int) at;
        int above = Math.min(present - 1, below + 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
