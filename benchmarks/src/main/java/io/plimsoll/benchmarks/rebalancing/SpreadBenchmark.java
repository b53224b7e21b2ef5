package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.benchmarks.placement.Arrival;
import io.plimsoll.benchmarks.placement.Baselines;
import io.plimsoll.benchmarks.placement.PlacementBenchmark;
import io.plimsoll.benchmarks.placement.PlimsollPolicy;
import io.plimsoll.benchmarks.placement.Policy;
import io.plimsoll.benchmarks.placement.Replay;
import io.plimsoll.benchmarks.placement.Result;
import io.plimsoll.benchmarks.placement.TraceFiles;
import io.plimsoll.benchmarks.placement.UsageTrace;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/// Real usage on nodes that were filled badly, under each rule that moves pods: hot node-minutes, moves, how many came
/// back to where they were, and what disturbing them costs.
///
/// Arguments: the folder of the traces; the number of seeds, 1 unless given; hours, 12 unless given; a part of the
/// names of the weeks to take, all unless given.
public final class SpreadBenchmark {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    /// No pod goes by itself.
    private static final int LIFE_HOURS = 100_000;

    private static final String HEAD = "| rule | placed by | hot node-minutes | CPU overload, core-h"
            + " | memory overload, GiB-h | moves | came back | cost | judged | did not help |\n"
            + "|---|---|---|---|---|---|---|---|---|---|";

    private final int minutes;
    private final Map<String, double[]> totals = new LinkedHashMap<>();

    private SpreadBenchmark(int minutes) {
        this.minutes = minutes;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0], "bitbrains-rnd"))) {
            OUT.println("Skipped: say where the traces are, e.g. SpreadBenchmark traces 1 12");
            return;
        }
        int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        int hours = args.length > 2 ? Integer.parseInt(args[2]) : 12;
        var named = args.length > 3 ? args[3] : "";
        var weeks = new LinkedHashMap<String, List<UsageTrace>>();
        try (var files = Files.list(Path.of(args[0], "bitbrains-rnd"))) {
            for (var file : files.filter(one -> one.toString().endsWith(".csv.gz"))
                    .filter(one -> one.toString().contains(named))
                    .sorted()
                    .toList()) {
                weeks.put(
                        file.getFileName().toString(),
                        TraceFiles.bitbrains(file).stream()
                                .filter(PlacementBenchmark::isSmallEnough)
                                .toList());
            }
        }
        for (var first : Fill.values()) {
            var benchmark = new SpreadBenchmark(hours * 60);
            for (var week : weeks.entrySet()) {
                for (int seed = 1; seed <= seeds; seed++) {
                    benchmark.run(first, week.getKey(), week.getValue(), seed);
                }
            }
            OUT.printf("%n### %s, all together%n%n%s%n", first.words, HEAD);
            benchmark.totals.forEach((name, sums) -> OUT.println(row(name, sums)));
        }
    }

    /// How pods were placed before anybody moves them.
    private enum Fill {
        SPREAD("Spread by requests", "LeastAllocated"),
        PACKED("Packed by requests", "MostAllocated");

        private final String words;
        private final String policy;

        Fill(String words, String policy) {
            this.words = words;
            this.policy = policy;
        }
    }

    private void run(Fill fill, String week, List<UsageTrace> traces, int seed) throws InterruptedException {
        OUT.printf(
                "%n### %s, %s, seed %d, %d nodes, %d workloads%n%n%s%n",
                fill.words, week, seed, PlacementBenchmark.nodes(traces, minutes), traces.size(), HEAD);
        var day = new Day(fill, traces, seed);
        var stock = Baselines.named("LeastAllocated");
        var aware = Baselines.named("Koordinator LoadAware");
        day.moved("none", stock, MoveRule.NONE);
        day.moved("sigs 70/90", stock, LowNodeUtilization.between(0.7, 0.9));
        day.moved("sigs ±10", stock, LowNodeUtilization.around(0.1));
        day.moved("Koordinator 70/90", aware, new LowNodeLoad(0.7, 0.9));
        day.plimsoll("Plimsoll", MoveConfig.DEFAULT);
        day.moved("Koordinator 70/90", ours(() -> Reservations.NONE), new LowNodeLoad(0.7, 0.9));
        day.plimsoll("Plimsoll", stock, MoveConfig.DEFAULT);
    }

    private static Policy ours(Supplier<Reservations> reservations) {
        return new PlimsollPolicy(
                "Plimsoll", new Placer(PlacementConfig.DEFAULT), reservations, () -> RegimeKind.UNKNOWN);
    }

    /// One week's first day, filled in one way.
    private final class Day {

        private final Fill fill;
        private final List<UsageTrace> traces;
        private final int seed;
        private final List<Arrival> arrivals;

        Day(Fill fill, List<UsageTrace> traces, int seed) {
            this.fill = fill;
            this.traces = traces;
            this.seed = seed;
            this.arrivals = Arrival.draw(traces.size(), minutes, LIFE_HOURS, new Random(seed));
        }

        private MovedReplay filled(Policy later) {
            var policy = new TwoPolicies(Baselines.named(fill.policy), later);
            var replay = new Replay(
                            policy,
                            traces,
                            arrivals,
                            PlacementBenchmark.NODE,
                            PlacementBenchmark.nodes(traces, minutes),
                            seed)
                    .withIdleReplicas();
            for (int minute = 0; minute < Arrival.FILL_MINUTES + 10; minute++) {
                replay.step();
            }
            policy.goOn();
            replay.countFromHere();
            return new MovedReplay(replay);
        }

        void moved(String name, Policy later, MoveRule rule) {
            var moved = filled(later);
            for (int minute = Arrival.FILL_MINUTES + 10; minute < minutes; minute++) {
                moved.replay.step();
                rule.evictions(moved.replay.image(), minute).forEach(moved::evict);
            }
            report(name, later.name(), moved, 0, 0);
        }

        void plimsoll(String name, MoveConfig config) throws InterruptedException {
            var fleet = new ReplayFleet[1];
            plimsoll(name, ours(() -> fleet[0].reservations()), config, fleet);
        }

        /// Where the scheduler does not know of the plan.
        void plimsoll(String name, Policy later, MoveConfig config) throws InterruptedException {
            plimsoll(name, later, config, new ReplayFleet[1]);
        }

        private void plimsoll(String name, Policy later, MoveConfig config, ReplayFleet[] fleet)
                throws InterruptedException {
            var moved = filled(later);
            fleet[0] = new ReplayFleet(moved, config, Hours.ANY);
            fleet[0].run(fleet[0].nowMillis() + (minutes - Arrival.FILL_MINUTES - 10) * 60_000L);
            var landed = fleet[0].landed();
            report(
                    name,
                    later.name(),
                    moved,
                    landed.stream().filter(step -> step.isBad().isPresent()).count(),
                    landed.stream().filter(step -> step.isBad().orElse(false)).count());
        }

        private void report(String name, String placed, MovedReplay moved, long judged, long bad) {
            Result result = moved.replay.result();
            var figures = new double[] {
                result.hotMinutes(),
                result.cpuOverload(),
                result.memoryOverload(),
                moved.replay.evictions(),
                moved.replay.cameBack(),
                moved.cost(),
                judged,
                bad
            };
            var full = name + " | " + placed;
            OUT.println(row(full, figures));
            var sums = totals.computeIfAbsent(full, key -> new double[figures.length]);
            for (int i = 0; i < figures.length; i++) {
                sums[i] += figures[i];
            }
        }
    }

    private static String row(String name, double[] figures) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f |",
                name,
                figures[0],
                figures[1],
                figures[2],
                figures[3],
                figures[4],
                figures[5],
                figures[6],
                figures[7]);
    }
}
