package io.plimsoll.model.regime;

/// What the hours of a week have in common: which days are taken together to tell how often an hour is a peak.
enum Rhythm {
    /// All days alike.
    DAILY("every day alike"),
    /// Weekdays, and Saturdays with Sundays. One quiet weekend may be chance: two must be known.
    WEEKEND("weekdays and weekends"),
    /// Each day of the week by itself, as far as there are weeks to tell.
    WEEKLY("each day of the week");

    private final String words;

    Rhythm(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /// Whether there are days enough to tell it.
    boolean isTold(DayTable table) {
        return switch (this) {
            case DAILY -> true;
            case WEEKEND, WEEKLY -> table.weekends() >= 2;
        };
    }

    /// Whether a day tells something of days of that weekday.
    private boolean goesWith(int weekday, int other) {
        return switch (this) {
            case DAILY -> true;
            case WEEKEND -> HalfHours.isWeekend(weekday) == HalfHours.isWeekend(other);
            case WEEKLY -> weekday == other;
        };
    }

    /// How often each of the 48 half hours of a weekday is a peak, 0 to 1: the share of the days that go with
    /// it, each smoothed with the half hours beside it.
    ///
    /// A day of the week by itself has few days to tell from: k of them count k/(k + 1), the rest is by weekdays
    /// and weekends. Where nothing goes with a day, all days do.
    ///
    /// @param without a day that is left out, or -1
    double[] row(DayTable table, int weekday, int without) {
        return smooth(raw(table, weekday, without));
    }

    private double[] raw(DayTable table, int weekday, int without) {
        var row = shares(table, weekday, without);
        return switch (this) {
            case DAILY -> row;
            case WEEKEND -> mixed(row, DAILY.raw(table, weekday, without), 1);
            case WEEKLY -> {
                int days = count(table, weekday, without);
                yield mixed(row, WEEKEND.raw(table, weekday, without), days / (days + 1.0));
            }
        };
    }

    private double[] shares(DayTable table, int weekday, int without) {
        var peaks = new double[HalfHours.DAY];
        var days = new int[HalfHours.DAY];
        for (int day = 0; day < table.days(); day++) {
            if (day != without && goesWith(weekday, table.weekdays[day])) {
                for (int i = 0; i < peaks.length; i++) {
                    double peak = table.peaks[day][i];
                    peaks[i] += Double.isNaN(peak) ? 0 : peak;
                    days[i] += Double.isNaN(peak) ? 0 : 1;
                }
            }
        }
        for (int i = 0; i < peaks.length; i++) {
            peaks[i] = days[i] == 0 ? Double.NaN : peaks[i] / days[i];
        }
        return peaks;
    }

    private int count(DayTable table, int weekday, int without) {
        int days = 0;
        for (int day = 0; day < table.days(); day++) {
            days += day != without && table.isWhole[day] && goesWith(weekday, table.weekdays[day]) ? 1 : 0;
        }
        return days;
    }

    private static double[] mixed(double[] row, double[] otherwise, double share) {
        for (int i = 0; i < row.length; i++) {
            row[i] = Double.isNaN(row[i]) ? otherwise[i] : share * row[i] + (1 - share) * otherwise[i];
        }
        return row;
    }

    private static double[] smooth(double[] row) {
        var smooth = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            double sum = 0;
            int there = 0;
            for (int j = Math.max(0, i - 1); j <= Math.min(row.length - 1, i + 1); j++) {
                sum += Double.isNaN(row[j]) ? 0 : row[j];
                there += Double.isNaN(row[j]) ? 0 : 1;
            }
            smooth[i] = there == 0 ? Double.NaN : sum / there;
        }
        return smooth;
    }

    /// The whole week.
    double[] week(DayTable table) {
        var week = new double[HalfHours.WEEK];
        for (int weekday = 0; weekday < 7; weekday++) {
            System.arraycopy(row(table, weekday, -1), 0, week, weekday * HalfHours.DAY, HalfHours.DAY);
        }
        return week;
    }
}
