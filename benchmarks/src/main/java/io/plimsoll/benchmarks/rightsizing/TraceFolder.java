package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.recommendation.ResourceKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// The folder of public traces, of which nothing is copied here.
///
/// Left out: `k8s-openshift-usage`'s cluster (25 hourly means, of which the first day is for learning), `planetlab`
/// (single days), `interference-ntua` (latencies of single tests, no use over time).
record TraceFolder(Path folder) {

    private static final double MILLIS_PER_CORE = 1000;
    private static final double MHZ_PER_CORE = 2600;
    private static final int MINUTE = 60;
    private static final int FIVE_MINUTES = 300;
    private static final int QUARTER = 900;

    /// One container of the Alibaba trace of 2018, eight days by the minute.
    List<Trace> vasim() throws IOException {
        try (var files = Files.list(folder.resolve("longseries-vasim-alibaba"))) {
            return cores(
                    files.filter(file -> file.toString().endsWith(".csv.gz"))
                            .sorted()
                            .toList(),
                    "_cpu.csv.gz");
        }
    }

    /// Workloads of the Crane project, 8 to 16 days by the minute. The unit is not stated: taken for cores.
    List<Trace> crane() throws IOException {
        try (var files = Files.list(folder.resolve("longseries-crane"))) {
            return cores(
                    files.filter(file -> file.toString().endsWith(".csv.gz"))
                            .sorted()
                            .toList(),
                    ".csv.gz");
        }
    }

    /// The weeks of Bitbrains' business machines that there are, by their first day.
    List<String> bitbrainsWeeks() throws IOException {
        try (var files = Files.list(folder.resolve("bitbrains-rnd"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("rnd_"))
                    .map(name -> name.substring("rnd_".length(), "rnd_2013-07-08".length()))
                    .sorted()
                    .toList();
        }
    }

    /// One week of 500 machines every five minutes.
    List<Trace> bitbrains(String week, ResourceKind kind) throws IOException {
        try (var files = Files.list(folder.resolve("bitbrains-rnd"))) {
            var file = files.filter(name -> name.getFileName().toString().startsWith("rnd_" + week))
                    .findFirst()
                    .orElseThrow();
            return bitbrains(file, kind);
        }
    }

    /// The largest use among the containers of a web benchmark, every quarter of an hour.
    Trace kruize(ResourceKind kind) throws IOException {
        var rows = rows(folder.resolve("k8s-openshift-usage/kruize_tfb_data.first1000.csv.gz"));
        var columns = Arrays.asList(rows.getFirst());
        int column = columns.indexOf(kind == ResourceKind.CPU ? "cpu_usage_max_container" : "mem_usage_max_container");
        double unit = kind == ResourceKind.CPU ? MILLIS_PER_CORE : 1;
        return new Trace("kruize-tfb", kind, QUARTER, column(rows.subList(1, rows.size()), column, unit));
    }

    private static List<Trace> cores(List<Path> files, String ending) throws IOException {
        var traces = new ArrayList<Trace>();
        for (var file : files) {
            var rows = rows(file);
            var name = file.getFileName().toString().replace(ending, "");
            traces.add(new Trace(
                    name, ResourceKind.CPU, MINUTE, column(rows.subList(1, rows.size()), 1, MILLIS_PER_CORE)));
        }
        return traces;
    }

    /// Columns: machine, seconds, cores, MHz given, MHz used, KB given, KB used, …
    private static List<Trace> bitbrains(Path file, ResourceKind kind) throws IOException {
        var rows = rows(file);
        Map<Integer, List<String[]>> machines = new TreeMap<>();
        for (var row : rows.subList(1, rows.size())) {
            machines.computeIfAbsent(Integer.valueOf(row[0]), key -> new ArrayList<>())
                    .add(row);
        }
        int column = kind == ResourceKind.CPU ? 4 : 6;
        double unit = kind == ResourceKind.CPU ? MILLIS_PER_CORE / MHZ_PER_CORE : 1024;
        var traces = new ArrayList<Trace>();
        machines.forEach((machine, used) ->
                traces.add(new Trace("vm-" + machine, kind, FIVE_MINUTES, column(used, column, unit))));
        return traces.stream().filter(Trace::isWorthReplaying).toList();
    }

    private static double[] column(List<String[]> rows, int column, double unit) {
        return rows.stream()
                .mapToDouble(row -> row[column].isEmpty() ? 0 : unit * Double.parseDouble(row[column]))
                .toArray();
    }

    private static List<String[]> rows(Path file) throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16), StandardCharsets.US_ASCII))) {
            return lines.lines().map(line -> line.split(",", -1)).toList();
        }
    }
}
