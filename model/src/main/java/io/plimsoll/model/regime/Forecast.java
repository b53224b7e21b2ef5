package io.plimsoll.model.regime;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Which half hours of a week are peaks, as learned from one series; immutable.
///
///     series ─► days by the clocks of the zone, without drift (DayTable)
///            ─► which half hours of them were peaks         (PeakLine)
///            ─► how often each half hour of a week is one   (Rhythm: the one that foretells held-out days best)
///            ─► does it hold on days that it was not learned from? (HeldOut)
///
/// It is believed when two days or more are known, hours differ by more than a fifth, and the peaks of days that were
/// held out are foretold with F1 of [#SCORE_MIN] or more. So load that is flat, or busy at no fixed time, stays
/// unknown: noise foretells nothing.
public final class Forecast {

    static final int DAYS_MIN = 2;
    static final double SCORE_MIN = 0.6;

    /// A peak, or a pause between two, that is shorter than this is none.
    private static final int DWELL_HALF_HOURS = 2;
    /// An hour is foretold as a peak that was one on so many of the days that tell of it.
    private static final double OFTEN = 0.5;

    /// A rhythm of more detail must foretell days with so much of the error or less.
    private static final double WORTH = 0.97;

    /// Of the last day's half hours, when it is other than usual.
    private static final double OTHER_SHARE = 0.5;

    private static final double BUSY = 0.9;
    private static final int WEEK_BINS = 7 * LoadSeries.BINS_A_DAY;

    static final Forecast NOTHING = new Forecast(
            ZoneId.of("UTC"), new boolean[HalfHours.WEEK], Optional.of("nothing was measured yet"), 0, "", Double.NaN);

    private final ZoneId zone;
    private final boolean[] peaks;
    private final Optional<String> doubt;
    private final double confidence;
    private final String basis;
    private final double busyLog;

    private Forecast(
            ZoneId zone, boolean[] peaks, Optional<String> doubt, double confidence, String basis, double busyLog) {
        this.zone = zone;
        this.peaks = peaks;
        this.doubt = doubt;
        this.confidence = confidence;
        this.basis = basis;
        this.busyLog = busyLog;
    }

    /// @param zone by whose clocks days and half hours are told
    public static Forecast of(LoadSeries series, ZoneId zone) {
        var table = DayTable.of(series, zone);
        int days = table.wholeDays();
        double busy = busy(series);
        if (days < DAYS_MIN) {
            return doubtful(
                    zone,
                    busy,
                    days + " whole " + (days == 1 ? "day" : "days") + " of load known, " + DAYS_MIN + " are needed");
        }
        if (!table.hasPeaks()) {
            return doubtful(zone, busy, "load hardly differs between the hours of a week");
        }
        var rhythm = choose(table);
        var heldOut = HeldOut.of(rhythm, table, OFTEN);
        var basis = String.format(
                Locale.ROOT,
                "%d days of load, %s; past days were foretold with F1 %.2f",
                days,
                rhythm.words(),
                heldOut.score());
        return new Forecast(
                zone,
                settled(peaks(rhythm.week(table))),
                doubt(heldOut, rhythm, table),
                heldOut.score() * days / (days + 1),
                basis,
                busy);
    }

    private static Forecast doubtful(ZoneId zone, double busyLog, String doubt) {
        return new Forecast(zone, new boolean[HalfHours.WEEK], Optional.of(doubt), 0, "", busyLog);
    }

    /// The simplest that foretells held-out days about as well as any.
    private static Rhythm choose(DayTable table) {
        var best = Rhythm.DAILY;
        double error = HeldOut.of(best, table, OFTEN).error();
        for (var rhythm : Rhythm.values()) {
            double other =
                    rhythm.isTold(table) ? HeldOut.of(rhythm, table, OFTEN).error() : Double.MAX_VALUE;
            if (other < error * WORTH) {
                best = rhythm;
                error = other;
            }
        }
        return best;
    }

    private static Optional<String> doubt(HeldOut heldOut, Rhythm rhythm, DayTable table) {
        if (heldOut.score() < SCORE_MIN) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "busy hours come at no fixed time: past days were foretold with F1 %.2f, %.2f is needed",
                    heldOut.score(),
                    SCORE_MIN));
        }
        return isOtherThanUsual(table, rhythm)
                ? Optional.of("load was other than usual for most of the last day")
                : Optional.empty();
    }

    private static boolean isOtherThanUsual(DayTable table, Rhythm rhythm) {
        int seen = 0;
        int other = 0;
        for (int day = table.days() - 1; day >= Math.max(0, table.days() - 2); day--) {
            var row = rhythm.row(table, table.weekdays[day], day);
            for (int i = row.length - 1; i >= 0 && seen < HalfHours.DAY; i--) {
                boolean isKnown = !Double.isNaN(table.peaks[day][i]) && !Double.isNaN(row[i]);
                seen += isKnown ? 1 : 0;
                other += isKnown && (row[i] >= OFTEN) != (table.peaks[day][i] == 1) ? 1 : 0;
            }
        }
        return seen >= DayTable.CELLS_MIN && other >= OTHER_SHARE * seen;
    }

    private static boolean[] peaks(double[] week) {
        var peaks = new boolean[week.length];
        for (int i = 0; i < week.length; i++) {
            // What was never measured may be anything: not off-peak.
            peaks[i] = Double.isNaN(week[i]) || week[i] >= OFTEN;
        }
        return peaks;
    }

    /// Without pauses and peaks that are too short, pauses first.
    private static boolean[] settled(boolean[] peaks) {
        return without(false, without(true, peaks));
    }

    /// Turns runs of `kind`'s opposite that are too short; the week is a ring.
    private static boolean[] without(boolean kind, boolean[] week) {
        var settled = week.clone();
        for (int i = 0; i < week.length; i++) {
            int before = (i + week.length - 1) % week.length;
            if (week[i] != kind && week[before] == kind) {
                int run = 1;
                while (run < DWELL_HALF_HOURS && week[(i + run) % week.length] != kind) {
                    run++;
                }
                for (int j = 0; run < DWELL_HALF_HOURS && j < run; j++) {
                    settled[(i + j) % week.length] = kind;
                }
            }
        }
        return settled;
    }

    /// Above which logarithm of load a half hour is among the busiest tenth of the last week.
    private static double busy(LoadSeries series) {
        var logs = new double[Math.min(WEEK_BINS, series.size())];
        Arrays.setAll(logs, i -> series.log(series.size() - logs.length + i));
        return Medians.quantile(logs, BUSY);
    }

    double busyLog() {
        return busyLog;
    }

    /// 0 where it is in doubt.
    public double confidence() {
        return doubt.isPresent() ? 0 : confidence;
    }

    /// What a time is as a rule.
    public RegimeKind kind(Instant time) {
        if (doubt.isPresent()) {
            return RegimeKind.UNKNOWN;
        }
        return isPeak(time) ? RegimeKind.PEAK : RegimeKind.OFF_PEAK;
    }

    /// Whether it would be a peak if there were no doubt.
    public boolean isPeak(Instant time) {
        return peaks[HalfHours.of(time, zone)];
    }

    /// Why that is said, in a sentence.
    public String because(RegimeKind kind) {
        return switch (kind) {
            case UNKNOWN -> doubt.orElse("");
            case PEAK -> "load is high at this hour as a rule (" + basis + ")";
            case OFF_PEAK -> "load is low at this hour as a rule (" + basis + ")";
        };
    }
}
