package io.plimsoll.benchmarks.regime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// Real series of load as means of half hours.
final class SeriesFiles {

    private static final long BIN_SECONDS = 1_800;
    private static final double MILLIS_A_CORE = 1_000;

    private SeriesFiles() {}

    /// @param firstBin half hours since 1970
    record Series(String name, long firstBin, double[] loads) {}

    private static final class Means {

        private final TreeMap<Long, double[]> bins = new TreeMap<>();

        void add(double seconds, double load) {
            var bin = bins.computeIfAbsent((long) (seconds / BIN_SECONDS), key -> new double[2]);
            bin[0] += load;
            bin[1]++;
        }

        Series series(String name) {
            long first = bins.firstKey();
            var loads = new double[(int) (bins.lastKey() - first) + 1];
            Arrays.fill(loads, Double.NaN);
            bins.forEach((bin, mean) -> loads[(int) (bin - first)] = mean[0] / mean[1]);
            return new Series(name, first, loads);
        }
    }

    /// One workload a file: time in seconds, cores.
    static List<Series> crane(Path folder) throws IOException {
        var series = new ArrayList<Series>();
        for (var file : files(folder)) {
            var means = new Means();
            lines(file, fields -> {
                means.add(Double.parseDouble(fields[0]), MILLIS_A_CORE * Double.parseDouble(fields[1]));
            });
            series.add(means.series(file.getFileName().toString()));
        }
        return series;
    }

    /// The machines of Bitbrains over three weeks. The first one is told as if it had come three weeks later, next to
    /// the second: weekdays stay what they are.
    static List<Series> bitbrains(Path folder) throws IOException {
        var files = files(folder);
        double gapSeconds = 3 * 7 * 86_400.0;
        var machines = new TreeMap<Integer, Means>();
        for (int i = 0; i < files.size(); i++) {
            double later = i == 0 ? gapSeconds : 0;
            lines(files.get(i), fields -> {
                machines.computeIfAbsent(Integer.parseInt(fields[0]), key -> new Means())
                        .add(Double.parseDouble(fields[1]) + later, Double.parseDouble(fields[4]));
            });
        }
        var series = new ArrayList<Series>();
        machines.forEach((machine, means) -> series.add(means.series("vm-" + machine)));
        return series;
    }

    /// All of them together, as far as they were measured.
    static Series sum(String name, List<Series> parts) {
        long first = parts.stream().mapToLong(Series::firstBin).min().orElse(0);
        long end = parts.stream()
                .mapToLong(part -> part.firstBin() + part.loads().length)
                .max()
                .orElse(0);
        var sums = new double[(int) (end - first)];
        for (var part : parts) {
            for (int i = 0; i < part.loads().length; i++) {
                double load = part.loads()[i];
                sums[(int) (part.firstBin() - first) + i] += Double.isNaN(load) ? 0 : load;
            }
        }
        return new Series(name, first, sums);
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".csv.gz"))
                    .sorted()
                    .toList();
        }
    }

    private static void lines(Path file, Consumer<String[]> reader) throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16), StandardCharsets.US_ASCII))) {
            lines.readLine();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.accept(line.split(",", -1));
            }
        }
    }
}
