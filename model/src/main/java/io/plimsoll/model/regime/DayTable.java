package io.plimsoll.model.regime;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;

/// A series as a table of days and half hours of a zone's clocks, without its drift.
///
/// A cell is the logarithm of the load less the *level*: the median, over the seven days around, of the days'
/// medians. So a slow trend, or a step to twice as much, leaves the shape of the days alone, while quiet weekends
/// stay quiet. An hour that comes twice is one cell, the mean of both.
final class DayTable {

    /// Of fewer half hours nobody can tell a day.
    static final int CELLS_MIN = HalfHours.DAY / 2;

    private static final int LEVEL_DAYS = 3;

    /// By day, then by half hour of the day; NaN where nothing was measured.
    private final double[][] cells;
    /// 0 for Monday.
    final int[] weekdays;
    /// Whether half of a day or more was measured.
    final boolean[] isWhole;

    /// By day, then by half hour of the day: 1 for a peak, 0 for none, NaN where nothing was measured or where no line
    /// parts peaks from others.
    final double[][] peaks;

    private final int[] measured;
    private Optional<PeakLine> line = Optional.empty();

    private DayTable(int days) {
        cells = new double[days][HalfHours.DAY];
        for (var row : cells) {
            Arrays.fill(row, Double.NaN);
        }
        peaks = new double[days][HalfHours.DAY];
        weekdays = new int[days];
        isWhole = new boolean[days];
        measured = new int[days];
    }

    static DayTable of(LoadSeries series, ZoneId zone) {
        int size = series.size();
        if (size == 0) {
            return new DayTable(0);
        }
        long firstDay = day(series.firstBin(), zone);
        var table = new DayTable((int) (day(series.firstBin() + size - 1, zone) - firstDay) + 1);
        for (int i = 0; i < size; i++) {
            double log = series.log(i);
            if (!Double.isNaN(log)) {
                table.put(series.firstBin() + i, firstDay, zone, log);
            }
        }
        for (int day = 0; day < table.days(); day++) {
            table.weekdays[day] = (int) Math.floorMod(firstDay + day + 3, 7L);
            table.isWhole[day] = table.measured[day] >= CELLS_MIN;
        }
        table.level();
        table.mark();
        return table;
    }

    /// By its middle: in zones that are a quarter of an hour off, half hours of UTC lie across two of the clocks'.
    private static Instant middle(long bin) {
        return Instant.ofEpochMilli(bin * LoadSeries.BIN_MILLIS + LoadSeries.BIN_MILLIS / 2);
    }

    private static long day(long bin, ZoneId zone) {
        return middle(bin).atZone(zone).toLocalDate().toEpochDay();
    }

    private void put(long bin, long firstDay, ZoneId zone, double log) {
        var time = middle(bin);
        int day = (int) (day(bin, zone) - firstDay);
        int cell = HalfHours.of(time, zone) % HalfHours.DAY;
        boolean isTwice = !Double.isNaN(cells[day][cell]);
        measured[day] += isTwice ? 0 : 1;
        cells[day][cell] = isTwice ? (cells[day][cell] + log) / 2 : log;
    }

    private void level() {
        var medians = new double[days()];
        for (int day = 0; day < days(); day++) {
            medians[day] = isWhole[day] ? Medians.of(cells[day]) : Double.NaN;
        }
        double overall = Medians.of(medians);
        for (int day = 0; day < days(); day++) {
            double level = Medians.of(
                    Arrays.copyOfRange(medians, Math.max(0, day - LEVEL_DAYS), Math.min(days(), day + LEVEL_DAYS + 1)));
            subtract(cells[day], Double.isNaN(level) ? overall : level);
        }
    }

    private static void subtract(double[] row, double level) {
        for (int i = 0; i < row.length; i++) {
            row[i] -= Double.isNaN(level) ? 0 : level;
        }
    }

    private void mark() {
        line = PeakLine.of(Arrays.stream(cells).flatMapToDouble(Arrays::stream).toArray());
        for (int day = 0; day < days(); day++) {
            for (int i = 0; i < HalfHours.DAY; i++) {
                peaks[day][i] = mark(cells[day][i]);
            }
        }
    }

    private double mark(double cell) {
        if (line.isEmpty() || Double.isNaN(cell)) {
            return Double.NaN;
        }
        return line.get().isPeak(cell) ? 1 : 0;
    }

    /// Whether any hours stick out.
    boolean hasPeaks() {
        return line.isPresent();
    }

    int days() {
        return cells.length;
    }

    /// Of how many weeks a whole Saturday or Sunday is known.
    int weekends() {
        int weekends = 0;
        int last = -2;
        for (int day = 0; day < days(); day++) {
            if (isWhole[day] && HalfHours.isWeekend(weekdays[day])) {
                weekends += day - last > 1 ? 1 : 0;
                last = day;
            }
        }
        return weekends;
    }

    /// How many days there are to tell from: those of which half or more was measured, but no more than what was
    /// measured makes in all.
    int wholeDays() {
        int whole = 0;
        int halfHours = 0;
        for (int day = 0; day < days(); day++) {
            whole += isWhole[day] ? 1 : 0;
            halfHours += measured[day];
        }
        return Math.min(whole, halfHours / HalfHours.DAY);
    }
}
