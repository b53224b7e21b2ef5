package io.plimsoll.benchmarks.extender;

import io.plimsoll.testbed.controlplane.JavaCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Measures the extender at 5,000 nodes and 150,000 pods in a 256 MiB heap: latency under open-loop load of 300
/// requests a second beside an empty round trip of the same body, CPU time and bytes allocated per call, resident
/// memory.
///
/// The rows of one body take turns, several times, so that a noisy moment of the machine falls on all of them.
/// Whole nodes come 30 times a second: 300 would be 2 GB/s, more than the empty round trip bears.
///
/// Arguments: `[SECONDS]` for each row, 20 by default. The property `benchmark.serverOptions` adds options to the
/// server's JVM, e.g. to profile it.
public final class ExtenderBenchmark {

    private static final int REQUESTS_PER_SECOND = 300;
    private static final int TURNS = 4;
    /// As many calls as come in that time; sent faster.
    private static final int WARM_UP_SECONDS = 30;
    private static final int NODES = 5_000;
    private static final int PODS = 150_000;
    private final Process process;
    private final int port;
    private final int healthPort;
    private final int emptyPort;
    private final int seconds;
    private final PrintStream out;
    private final HttpClient http = HttpClient.newHttpClient();

    private ExtenderBenchmark(Process process, String[] ports, int seconds, PrintStream out) {
        this.process = process;
        this.port = Integer.parseInt(ports[1]);
        this.healthPort = Integer.parseInt(ports[2]);
        this.emptyPort = Integer.parseInt(ports[3]);
        this.seconds = seconds;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        var process = new ProcessBuilder(JavaCommand.of(
                        List.of(
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-Dio.netty.allocator.type=pooled",
                                "--enable-native-access=ALL-UNNAMED",
                                System.getProperty("benchmark.serverOptions", "-Dbenchmark=extender")),
                        BenchmarkServer.class,
                        List.of(Integer.toString(NODES), Integer.toString(PODS))))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var lines = process.inputReader(StandardCharsets.UTF_8).lines();
            var ports =
                    lines.filter(line -> line.startsWith("ports ")).findFirst().orElseThrow();
            new ExtenderBenchmark(process, ports.split(" "), seconds, System.out).run();
        } finally {
            process.destroy();
        }
    }

    private void run() throws Exception {
        while (status("/readyz") != 200) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        out.printf(
                "%d nodes, %d pods, -Xmx256m, %d requests/s, %d s a row, load average %.2f%n%n",
                NODES, PODS, REQUESTS_PER_SECOND, seconds, load());
        out.println("| request | body | p50 ms | p99 ms | p99.9 ms | max ms | CPU/call | allocated/call | load |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        measure("500 names", Bodies.names(500), REQUESTS_PER_SECOND);
        measure("5,000 names", Bodies.names(NODES), REQUESTS_PER_SECOND);
        measure("500 whole nodes", Bodies.wholeNodes(500), 30);
        out.printf("%nresident memory %d MiB%n", residentMib());
    }

    private void measure(String label, byte[] body, int perSecond) throws Exception {
        var rows = List.of(
                new Row("empty, " + label, emptyPort, new OpenLoop("/scheduler/prioritize", body, perSecond)),
                new Row("prioritize, " + label, port, new OpenLoop("/scheduler/prioritize", body, perSecond)),
                new Row("filter, " + label, port, new OpenLoop("/scheduler/filter", body, perSecond)));
        for (var row : rows) {
            row.loop.warmUp(row.target, perSecond * WARM_UP_SECONDS);
        }
        int count = perSecond * seconds / TURNS;
        for (int turn = 0; turn < TURNS; turn++) {
            for (var row : rows) {
                var before = spent();
                row.latencies.add(row.loop.run(row.target, count));
                var after = spent();
                row.bytes += after[0] - before[0];
                row.cpuNanos += after[1] - before[1];
            }
        }
        rows.forEach(row -> print(row, body.length, count * TURNS));
    }

    /// One line of the result while it is measured.
    private static final class Row {

        private final String label;
        private final int target;
        private final OpenLoop loop;
        private final Histogram latencies = new Histogram(3_600_000_000_000L, 3);
        private long bytes;
        private long cpuNanos;

        Row(String label, int target, OpenLoop loop) {
            this.label = label;
            this.target = target;
            this.loop = loop;
        }
    }

    private void print(Row row, int bodyBytes, int calls) {
        out.printf(
                Locale.ROOT,
                "| %s | %,d kB | %.2f | %.2f | %.2f | %.1f | %,d us | %,d B | %.1f |%n",
                row.label,
                bodyBytes / 1000,
                row.latencies.getValueAtPercentile(50) / 1e6,
                row.latencies.getValueAtPercentile(99) / 1e6,
                row.latencies.getValueAtPercentile(99.9) / 1e6,
                row.latencies.getMaxValue() / 1e6,
                row.cpuNanos / calls / 1000,
                row.bytes / calls,
                load());
    }

    private int status(String path) throws IOException, InterruptedException {
        return get(healthPort, path).statusCode();
    }

    private long[] spent() throws IOException, InterruptedException {
        return Arrays.stream(get(emptyPort, "/spent").body().split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private HttpResponse<String> get(int target, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + target + path))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private long residentMib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    private static double load() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
