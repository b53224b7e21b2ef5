package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.Resources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// Reads the two sets of traces: Bitbrains' business machines (CPU and memory) and PlanetLab's (CPU).
public final class TraceFiles {

    /// A request is this share of what the machine was given, which was about ten times what it used on average: so
    /// the requests are right on the whole, and wrong for nearly each machine.
    private static final double REQUESTED_SHARE = 0.12;

    private static final double MHZ_PER_CORE = 2_600;
    private static final int INTERVAL_SECONDS = 300;
    private static final int TAR_BLOCK = 512;

    private TraceFiles() {}

    /// One week of 500 machines. Where a machine was not measured, its last value holds.
    public static List<UsageTrace> bitbrains(Path file) throws IOException {
        var machines = new TreeMap<Integer, List<double[]>>();
        try (var lines = new BufferedReader(new InputStreamReader(gunzip(file), StandardCharsets.US_ASCII))) {
            lines.readLine();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var fields = line.split(",", -1);
                var row = new double[fields.length];
                for (int i = 0; i < fields.length; i++) {
                    row[i] = Double.parseDouble(fields[i]);
                }
                machines.computeIfAbsent((int) row[0], key -> new ArrayList<>()).add(row);
            }
        }
        double start = machines.values().stream()
                .mapToDouble(rows -> rows.getFirst()[1])
                .min()
                .orElse(0);
        var traces = new ArrayList<UsageTrace>();
        machines.forEach((machine, rows) -> traces.add(bitbrains("vm-" + machine, rows, start)));
        return traces;
    }

    private static UsageTrace bitbrains(String name, List<double[]> rows, double start) {
        int intervals = 7 * 24 * 3600 / INTERVAL_SECONDS;
        var cpu = new float[intervals];
        var memory = new float[intervals];
        double cores = 0;
        double givenBytes = 0;
        int next = 0;
        for (int i = 0; i < intervals; i++) {
            while (next < rows.size() && rows.get(next)[1] < start + (i + 1) * (double) INTERVAL_SECONDS) {
                var row = rows.get(next++);
                cpu[i] = (float) (row[4] / MHZ_PER_CORE * 1000);
                memory[i] = (float) (row[6] * 1024);
                cores = Math.max(cores, row[3] / MHZ_PER_CORE);
                givenBytes = Math.max(givenBytes, row[5] * 1024);
            }
            if (i + 1 < intervals) {
                cpu[i + 1] = cpu[i];
                memory[i + 1] = memory[i];
            }
        }
        return new UsageTrace(
                name,
                new Resources(
                        Math.max(10, Math.round(cores * 1000 * REQUESTED_SHARE)),
                        Math.max(32L << 20, Math.round(givenBytes * REQUESTED_SHARE))),
                cpu,
                memory);
    }

    /// The workloads of the Crane project, of 8 to 16 days at a minute: what each used from the midnight
    /// with which it begins, at the interval of [UsageTrace], in units of its own. Where it was not measured,
    /// its last value holds.
    public static List<float[]> crane(Path folder) throws IOException {
        var series = new ArrayList<float[]>();
        try (var files = Files.list(folder)) {
            for (var file : files.filter(one -> one.toString().endsWith(".csv.gz"))
                    .sorted()
                    .toList()) {
                series.add(craneSeries(file));
            }
        }
        return series;
    }

    private static float[] craneSeries(Path file) throws IOException {
        var means = new TreeMap<Long, double[]>();
        try (var lines = new BufferedReader(new InputStreamReader(gunzip(file), StandardCharsets.US_ASCII))) {
            lines.readLine();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var fields = line.split(",", -1);
                var mean = means.computeIfAbsent(
                        (long) Double.parseDouble(fields[0]) / INTERVAL_SECONDS, key -> new double[2]);
                mean[0] += Double.parseDouble(fields[1]);
                mean[1]++;
            }
        }
        long first = means.firstKey();
        var series = new float[(int) (means.lastKey() - first) + 1];
        for (int i = 0; i < series.length; i++) {
            var mean = means.get(first + i);
            series[i] = mean == null ? series[i - 1] : (float) (mean[0] / mean[1]);
        }
        return series;
    }

    /// One day of a thousand machines of one core each; their memory was not measured, and is taken as 128 MiB.
    public static List<UsageTrace> planetlab(Path file) throws IOException {
        var traces = new ArrayList<UsageTrace>();
        try (var tar = gunzip(file)) {
            for (var header = tar.readNBytes(TAR_BLOCK);
                    header.length == TAR_BLOCK && header[0] != 0;
                    header = tar.readNBytes(TAR_BLOCK)) {
                int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
                var body = tar.readNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
                if (header[156] == '0') {
                    traces.add(planetlab("vm-" + traces.size(), text(body, 0, size)));
                }
            }
        }
        return traces;
    }

    private static UsageTrace planetlab(String name, String body) {
        var lines = body.strip().lines().toList();
        var cpu = new float[lines.size()];
        var memory = new float[lines.size()];
        for (int i = 0; i < cpu.length; i++) {
            cpu[i] = 10 * Float.parseFloat(lines.get(i).strip());
            memory[i] = 128L << 20;
        }
        return new UsageTrace(name, new Resources(Math.round(1000 * REQUESTED_SHARE), 128L << 20), cpu, memory);
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.US_ASCII);
    }

    private static GZIPInputStream gunzip(Path file) throws IOException {
        return new GZIPInputStream(Files.newInputStream(file), 1 << 16);
    }
}
