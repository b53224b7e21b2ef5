package io.plimsoll.benchmarks.regime;

import io.plimsoll.benchmarks.regime.SeriesFiles.Series;
import io.plimsoll.model.regime.Forecast;
import io.plimsoll.model.regime.LoadSeries;
import io.plimsoll.model.regime.RegimeKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// How well the peak half hours of the next seven days are foretold: by the product's [Forecast], by the last week
/// repeated, and by the last day repeated (naive).
///
/// Arguments: the folder of the traces, which holds `longseries-crane` and `bitbrains-rnd`; without it, made-up load
/// alone.
public final class RegimeBenchmark {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final long BIN_SECONDS = 1_800;
    /// A Monday.
    private static final long MONDAY_BIN = Instant.parse("2026-01-05T00:00:00Z").getEpochSecond() / BIN_SECONDS;

    private static final int SEEDS = 200;
    private static final int[] DAYS_KNOWN = {2, 7, 14, 28};
    private static final int DAYS_MIN = 2;

    private RegimeBenchmark() {}

    public static void main(String[] args) throws IOException {
        madeUp();
        if (args.length > 0) {
            var folder = Path.of(args[0]);
            real("workloads of the Crane project", SeriesFiles.crane(folder.resolve("longseries-crane")));
            var machines = SeriesFiles.bitbrains(folder.resolve("bitbrains-rnd"));
            real("machines of Bitbrains", machines);
            real("all machines of Bitbrains together", List.of(SeriesFiles.sum("all", machines)));
        }
    }

    /// What was foretold of one week.
    private record Told(boolean isKnown, double confidence, double score, double lastWeek, double lastDay) {

        static Told of(long firstBin, double[] known, Week next) {
            var series = new LoadSeries();
            for (int i = 0; i < known.length; i++) {
                if (!Double.isNaN(known[i])) {
                    series.add((firstBin + i) * BIN_SECONDS * 1_000, known[i]);
                }
            }
            long begin = firstBin + known.length;
            // Closes the last half hour.
            series.add(begin * BIN_SECONDS * 1_000, 0);
            var forecast = Forecast.of(series, ZoneOffset.UTC);
            var peaks = new boolean[Week.BINS];
            for (int i = 0; i < Week.BINS; i++) {
                peaks[i] = forecast.isPeak(Instant.ofEpochSecond((begin + i) * BIN_SECONDS));
            }
            var past = new Week(known);
            return new Told(
                    forecast.kind(Instant.ofEpochSecond(begin * BIN_SECONDS)) != RegimeKind.UNKNOWN,
                    forecast.confidence(),
                    next.score(peaks),
                    next.score(past.repeated(7)),
                    next.score(past.repeated(1)));
        }
    }

    // Made-up load

    private static void madeUp() {
        OUT.println("### Made-up load\n\n| shape | days known | called known | F1 where known | F1 of all, unknown as 0"
                + " | last week repeated | last day repeated |\n|---|---|---|---|---|---|---|");
        for (var shape : Shape.values()) {
            for (int days : DAYS_KNOWN) {
                var told = new ArrayList<Told>();
                for (int seed = 1; seed <= SEEDS; seed++) {
                    told.add(madeUp(shape, days, new Random(seed)));
                }
                OUT.printf("| %s | %d | %s |%n", shape.words, days, row(told));
            }
        }
    }

    /// Begins on any day of the week.
    private static Told madeUp(Shape shape, int days, Random random) {
        int start = random.nextInt(7) * Week.BINS_A_DAY;
        var known = new double[days * Week.BINS_A_DAY];
        for (int i = 0; i < known.length; i++) {
            known[i] = shape.noisy(start + i, random);
        }
        var next = new double[Week.BINS];
        for (int i = 0; i < next.length; i++) {
            next[i] = shape.load(start + known.length + i);
        }
        return Told.of(MONDAY_BIN + start, known, new Week(next));
    }

    // Real load

    private static void real(String name, List<Series> series) {
        int tooShort = 0;
        int flat = 0;
        var told = new ArrayList<Told>();
        for (var one : series) {
            int end = one.loads().length - Week.BINS;
            if (end < DAYS_MIN * Week.BINS_A_DAY) {
                tooShort++;
                continue;
            }
            var next = new Week(Arrays.copyOfRange(one.loads(), end, one.loads().length));
            if (next.hasPeaks()) {
                told.add(Told.of(one.firstBin(), Arrays.copyOf(one.loads(), end), next));
            } else {
                flat++;
            }
        }
        if (told.isEmpty()) {
            return;
        }
        OUT.printf(
                "%n### %s%n%n%d series; %d shorter than nine days, %d without peaks in the week that is judged%n%n",
                name, series.size(), tooShort, flat);
        OUT.println("| | series | called known | F1 where known | F1 of all, unknown as 0 | last week repeated"
                + " | last day repeated |\n|---|---|---|---|---|---|---|");
        OUT.printf("| all | %d | %s |%n", told.size(), row(told));
        var known = told.stream().filter(Told::isKnown).toList();
        if (!known.isEmpty()) {
            OUT.printf("| those known | %d | %s |%n", known.size(), row(known));
        }
        for (double from = 0.4; from < 0.95; from += 0.1) {
            double least = from;
            var of = known.stream()
                    .filter(one -> one.confidence() >= least && one.confidence() < least + 0.1)
                    .toList();
            if (!of.isEmpty()) {
                OUT.printf(
                        Locale.ROOT, "| confidence %.1f to %.1f | %d | %s |%n", from, from + 0.1, of.size(), row(of));
            }
        }
    }

    private static String row(List<Told> told) {
        var known = told.stream().filter(Told::isKnown).toList();
        return String.format(
                Locale.ROOT,
                "%d | %s | %.2f | %.2f | %.2f",
                known.size(),
                known.isEmpty()
                        ? "–"
                        : String.format(
                                Locale.ROOT,
                                "%.2f",
                                known.stream()
                                        .mapToDouble(Told::score)
                                        .average()
                                        .orElse(0)),
                told.stream()
                        .mapToDouble(one -> one.isKnown() ? one.score() : 0)
                        .average()
                        .orElse(0),
                told.stream().mapToDouble(Told::lastWeek).average().orElse(0),
                told.stream().mapToDouble(Told::lastDay).average().orElse(0));
    }
}
