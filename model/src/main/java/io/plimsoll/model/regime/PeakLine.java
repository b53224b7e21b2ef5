package io.plimsoll.model.regime;

import java.util.Arrays;
import java.util.Optional;

/// Above which logarithm of load an hour is a peak.
///
/// Hours that stick out upwards: at or above the 60th percentile of the week, and 1.2 times its median or more.
/// Where the busy hours are most of the week, the median is one of them and nothing sticks out; then the quiet
/// hours do, downwards: at or below the 40th percentile and the median over 1.2, and all others are peaks. The first
/// goes before the second where it finds two hours a day or more: a short spike makes no day of 16 hours quiet.
///
/// | week | line | peaks |
/// |---|---|---|
/// | 16 quiet hours a day, 8 of twice as much | upwards, 1.2 times the quiet ones | 8 h |
/// | 8 quiet hours a day, 16 of twice as much | downwards, 1/1.2 of the busy ones | 16 h |
/// | all within ± 15 % | none | none |
record PeakLine(double log) {

    private static final double HIGH = 0.6;
    private static final double LOW = 0.4;
    private static final double APART = Math.log(1.2);
    /// Two hours a day.
    private static final double SHARE_MIN = 1.0 / 12;

    /// @param week logarithms; NaN where nothing is known
    static Optional<PeakLine> of(double[] week) {
        var sorted = week.clone();
        Arrays.sort(sorted);
        int present = Medians.present(sorted);
        double median = Medians.ofSorted(sorted, present, 0.5);
        double upward = Math.max(Medians.ofSorted(sorted, present, HIGH), median + APART);
        double downward = Math.min(Medians.ofSorted(sorted, present, LOW), median - APART);
        double up = share(sorted, present, upward);
        double down = share(sorted, present, Math.nextUp(downward));
        return up >= SHARE_MIN || (up > 0 && 1 - down < SHARE_MIN)
                ? line(upward, up)
                : line(Math.nextUp(downward), down);
    }

    private static Optional<PeakLine> line(double log, double share) {
        return share > 0 && share < 1 ? Optional.of(new PeakLine(log)) : Optional.empty();
    }

    /// How much of the week lies at or above a line.
    private static double share(double[] sorted, int present, double line) {
        int above = 0;
        for (int i = 0; i < present; i++) {
            above += sorted[i] >= line ? 1 : 0;
        }
        return (double) above / present;
    }

    boolean isPeak(double log) {
        return log >= this.log;
    }
}
