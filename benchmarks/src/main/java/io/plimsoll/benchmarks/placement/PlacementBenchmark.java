package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Regime;
import io.plimsoll.model.placement.ScorePart;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// Replays real usage under each placement rule and prints a Markdown table for each trace and seed.
///
/// Arguments: the folder of the traces; the number of seeds, 3 unless given; hours to replay, 24 unless given; and
/// `tune` to compare settings of Plimsoll instead of rules.
public final class PlacementBenchmark {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /// The cluster is the smallest of which the mean demand is at most this share of CPU and of memory, and
    private static final double DEMAND_SHARE = 0.60;

    /// of which requests fill at most this share, so that all pods find room by them.
    private static final double REQUESTED_SHARE = 0.85;

    private static final Resources NODE = new Resources(16_000, 32L << 30);

    private static final int MEAN_MINUTES = 24 * 60;

    private PlacementBenchmark() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0]))) {
            OUT.println("Skipped: say where the traces are, e.g. PlacementBenchmark traces 3");
            return;
        }
        int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        int hours = args.length > 2 ? Integer.parseInt(args[2]) : 24;
        var policies = args.length > 3 && args[3].equals("tune") ? settings() : rules();
        var totals = new Totals();
        for (var scenario : scenarios(Path.of(args[0]))) {
            for (int seed = 1; seed <= seeds; seed++) {
                totals.add(run(scenario, policies, seed, hours * 60));
            }
        }
        OUT.printf("%n### All of them%n%n%s", totals.table());
    }

    private static List<Scenario> scenarios(Path data) throws IOException {
        var scenarios = new ArrayList<Scenario>();
        for (var file : files(data.resolve("bitbrains-rnd"), ".csv.gz")) {
            scenarios.add(new Scenario("Bitbrains " + file.getFileName(), TraceFiles.bitbrains(file)));
        }
        for (var file : files(data.resolve("planetlab"), ".tar.gz")) {
            scenarios.add(new Scenario("PlanetLab " + file.getFileName(), TraceFiles.planetlab(file)));
        }
        return scenarios;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static List<Result> run(Scenario scenario, List<Policy> policies, int seed, int minutes) {
        var traces = scenario.traces.stream()
                .filter(PlacementBenchmark::isSmallEnough)
                .toList();
        var arrivals = Arrival.draw(traces.size(), minutes, new Random(seed));
        int nodes = nodes(traces, minutes);
        OUT.printf(
                Locale.ROOT,
                "%n### %s, seed %d%n%n%d nodes, %d workloads, %d pods%n%n%s%n",
                scenario.name,
                seed,
                nodes,
                traces.size(),
                arrivals.size(),
                Result.HEAD);
        var results = new ArrayList<Result>();
        for (var policy : policies) {
            var result = new Replay(policy, traces, NODE, nodes, seed).run(arrivals, minutes);
            OUT.println(result.row());
            results.add(result);
        }
        return results;
    }

    private static List<Policy> rules() {
        var policies = new ArrayList<>(Baselines.all());
        policies.add(new PlimsollPolicy("Plimsoll", PlacementConfig.DEFAULT));
        return policies;
    }

    private static List<Policy> settings() {
        var standard = PlacementConfig.DEFAULT;
        var policies = new ArrayList<Policy>();
        for (double target : new double[] {0.2, 0.35, 0.5}) {
            for (double emptiness : new double[] {0, 2}) {
                var weights = new EnumMap<>(standard.weights(Regime.UNKNOWN));
                weights.put(ScorePart.EMPTINESS, emptiness);
                policies.add(new PlimsollPolicy(
                        "target " + target + ", emptiness " + emptiness, config(target, standard.cpuHot(), weights)));
            }
        }
        policies.add(new PlimsollPolicy("Plimsoll", standard));
        return policies;
    }

    private static PlacementConfig config(double target, double cpuHot, Map<ScorePart, Double> weights) {
        var standard = PlacementConfig.DEFAULT;
        return new PlacementConfig(
                target,
                cpuHot,
                standard.memoryHot(),
                standard.memoryEvictShare(),
                standard.usageFreshMillis(),
                standard.usageExpiryMillis(),
                standard.keepLeastBad(),
                weights);
    }

    /// A machine that alone would need half a node or more is left out: no rule has a choice with it.
    private static boolean isSmallEnough(UsageTrace trace) {
        return 2 * Math.max((double) trace.requested().cpuMillis(), trace.cpuMillisMean(MEAN_MINUTES))
                        < NODE.cpuMillis()
                && 2 * Math.max((double) trace.requested().memoryBytes(), trace.memoryBytesMean(MEAN_MINUTES))
                        < NODE.memoryBytes();
    }

    private static int nodes(List<UsageTrace> traces, int minutes) {
        double cpuRequested = 0;
        double memoryRequested = 0;
        double cpu = 0;
        double memory = 0;
        for (var trace : traces) {
            cpuRequested += trace.requested().cpuMillis();
            memoryRequested += trace.requested().memoryBytes();
            cpu += trace.cpuMillisMean(minutes);
            memory += trace.memoryBytesMean(minutes);
        }
        double demand = Math.max(cpu / NODE.cpuMillis(), memory / NODE.memoryBytes()) / DEMAND_SHARE;
        double requested =
                Math.max(cpuRequested / NODE.cpuMillis(), memoryRequested / NODE.memoryBytes()) / REQUESTED_SHARE;
        return (int) Math.ceil(Math.max(demand, requested));
    }

    private record Scenario(String name, List<UsageTrace> traces) {}
}
