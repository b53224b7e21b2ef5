package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.PlacementConfig;
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
/// Arguments: the folder of the traces; the number of seeds, 3 unless given, or the first and the last one as in 4-5;
/// hours to replay, 24 unless given, and the hour of the trace to begin at, as in 24+48; `tune` to compare settings of
/// Plimsoll instead of rules; and a part of the names of the traces to take, all unless given.
public final class PlacementBenchmark {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /// The cluster is the smallest of which the mean demand is at most this share of CPU and of memory, and
    private static final double DEMAND_SHARE = 0.60;

    /// of which requests fill at most this share, so that all pods find room by them.
    private static final double REQUESTED_SHARE = 0.85;

    public static final Resources NODE = new Resources(16_000, 32L << 30);

    private static final int LIFE_HOURS = 12;
    private static final int MEAN_MINUTES = 24 * 60;

    private PlacementBenchmark() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0]))) {
            OUT.println("Skipped: say where the traces are, e.g. PlacementBenchmark traces 3");
            return;
        }
        var seeds = (args.length > 1 ? args[1] : "3").split("-", 2);
        var hours = (args.length > 2 ? args[2] : "24").split("[+]", 2);
        int start = hours.length > 1 ? Integer.parseInt(hours[1]) : 0;
        var policies = args.length > 3 && args[3].equals("tune") ? settings() : rules();
        var totals = new Totals();
        for (var scenario : scenarios(Path.of(args[0]), args.length > 4 ? args[4] : "")) {
            var later = scenario.from(start * 60);
            for (int seed = seeds.length > 1 ? Integer.parseInt(seeds[0]) : 1;
                    seed <= Integer.parseInt(seeds[seeds.length - 1]);
                    seed++) {
                totals.add(run(later, policies, seed, Integer.parseInt(hours[0]) * 60));
            }
        }
        OUT.printf("%n### All of them%n%n%s", totals.table());
    }

    private static List<Scenario> scenarios(Path data, String named) throws IOException {
        var scenarios = new ArrayList<Scenario>();
        for (var file : files(data.resolve("bitbrains-rnd"), named, ".csv.gz")) {
            scenarios.add(new Scenario("Bitbrains " + file.getFileName(), TraceFiles.bitbrains(file)));
        }
        for (var file : files(data.resolve("planetlab"), named, ".tar.gz")) {
            scenarios.add(new Scenario("PlanetLab " + file.getFileName(), TraceFiles.planetlab(file)));
        }
        return scenarios;
    }

    private static List<Path> files(Path folder, String named, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(ending) && file.toString().contains(named))
                    .sorted()
                    .toList();
        }
    }

    private static List<Result> run(Scenario scenario, List<Policy> policies, int seed, int minutes) {
        var traces = scenario.traces.stream()
                .filter(PlacementBenchmark::isSmallEnough)
                .toList();
        var arrivals = Arrival.draw(traces.size(), minutes, LIFE_HOURS, new Random(seed));
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
            var result = new Replay(policy, traces, arrivals, NODE, nodes, seed).run(minutes);
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

    /// From spreading to packing: up to what load nodes are filled first, and how much an empty one is kept empty.
    private static List<Policy> settings() {
        var policies = new ArrayList<Policy>();
        for (double emptiness : new double[] {20, 2, 1.15, 1, 0.5}) {
            policies.add(settings(0, emptiness));
        }
        for (double target : new double[] {0.4, 0.5, 0.65}) {
            policies.add(settings(target, 0));
        }
        policies.add(new PlimsollPolicy("Plimsoll, defaults", PlacementConfig.DEFAULT));
        return policies;
    }

    private static Policy settings(double target, double emptiness) {
        var standard = PlacementConfig.DEFAULT;
        var weights = new EnumMap<>(standard.busy().weights());
        weights.put(ScorePart.EMPTINESS, emptiness);
        return new PlimsollPolicy(
                "target " + target + ", emptiness " + emptiness, config(target, standard.cpuHot(), weights));
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
    public static boolean isSmallEnough(UsageTrace trace) {
        return 2 * Math.max((double) trace.requested().cpuMillis(), trace.cpuMillisMean(MEAN_MINUTES))
                        < NODE.cpuMillis()
                && 2 * Math.max((double) trace.requested().memoryBytes(), trace.memoryBytesMean(MEAN_MINUTES))
                        < NODE.memoryBytes();
    }

    /// How many nodes the traces are run on.
    public static int nodes(List<UsageTrace> traces, int minutes) {
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

    private record Scenario(String name, List<UsageTrace> traces) {

        /// The same from a later minute on.
        Scenario from(int minute) {
            return minute == 0
                    ? this
                    : new Scenario(
                            name + " from hour " + minute / 60,
                            traces.stream().map(trace -> trace.from(minute)).toList());
        }
    }
}
