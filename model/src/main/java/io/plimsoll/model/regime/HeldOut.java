package io.plimsoll.model.regime;

/// How well a rhythm tells a day from the other days: each of the last fourteen whole days foretold without itself.
///
/// @param error mean square of what was foretold, 0 to 1, less what came, 0 or 1
/// @param score the worse of two F1, that of peak half hours and that of all others: 2 · both / (foretold +
///     came). Chance gets one half at most, whatever share of the hours is peak
record HeldOut(double error, double score) {

    private static final int DAYS = 14;

    /// What was foretold and what came.
    private static final class Tally {

        private int both;
        private int either;

        void add(boolean isForetold, boolean came) {
            both += isForetold && came ? 1 : 0;
            either += (isForetold ? 1 : 0) + (came ? 1 : 0);
        }

        /// 0 where neither was any.
        double score() {
            return either == 0 ? 0 : 2.0 * both / either;
        }
    }

    /// @param often from how often on an hour is foretold as a peak
    static HeldOut of(Rhythm rhythm, DayTable table, double often) {
        var peaks = new Tally();
        var others = new Tally();
        double squares = 0;
        int cells = 0;
        int left = DAYS;
        for (int day = table.days() - 1; day >= 0 && left > 0; day--) {
            if (!table.isWhole[day]) {
                continue;
            }
            left--;
            var row = rhythm.row(table, table.weekdays[day], day);
            for (int i = 0; i < row.length; i++) {
                double came = table.peaks[day][i];
                if (!Double.isNaN(came) && !Double.isNaN(row[i])) {
                    squares += (came - row[i]) * (came - row[i]);
                    cells++;
                    peaks.add(row[i] >= often, came == 1);
                    others.add(row[i] < often, came == 0);
                }
            }
        }
        return new HeldOut(cells == 0 ? Double.MAX_VALUE : squares / cells, Math.min(peaks.score(), others.score()));
    }
}
