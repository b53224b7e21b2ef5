package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.benchmarks.placement.Arrival;
import io.plimsoll.benchmarks.placement.Baselines;
import io.plimsoll.benchmarks.placement.PlacementBenchmark;
import io.plimsoll.benchmarks.placement.PlimsollPolicy;
import io.plimsoll.benchmarks.placement.Policy;
import io.plimsoll.benchmarks.placement.Replay;
import io.plimsoll.benchmarks.placement.TraceFiles;
import io.plimsoll.benchmarks.placement.UsageTrace;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Preference;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A cluster with a daily wave, of real workloads' CPU: what moving pods at night alone does for the
/// days, and what emptying nodes at night saves.
///
/// Arguments: the folder of the traces; the number of seeds, 1 unless given.
public final class QuietHoursBenchmark {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private static final int DAY_MINUTES = 24 * 60;
    private static final int DAYS = 6;
    /// Until then hours are learned.
    private static final int COUNTED_FROM = 3 * DAY_MINUTES;
    /// As many hours of the day as have the least load are the night, as whoever sets up a CronJob would
    /// know.
    private static final int NIGHT_HOURS = 8;
    /// An hour of so much more load than the usual one is a peak.
    private static final double PEAK_OF_MEDIAN = 1.2;

    private static final int WORKLOADS = 120;
    private static final int REPLICAS_MIN = 2;
    private static final int REPLICAS_MAX = 6;
    private static final double CPU_MILLIS = 400;
    /// At any time.
    private static final double CPU_MILLIS_MAX = 4_000;
    private static final double SIZES_SIGMA = 0.8;
    private static final double REQUESTS_SIGMA = 0.7;
    private static final float MEMORY = 256 << 20;
    private static final double ASKED_SHARE = 0.85;
    private static final int LIFE_MINUTES = 6_000_000;

    private static final String HEAD = "| rule | placed by | hot node-minutes | CPU overload, core-h | nodes in use"
            + " | moves | of these at peak hours | came back | judged | did not help |\n|---|---|---|---|---|---|---|---|---|---|";

    private QuietHoursBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0], "longseries-crane"))) {
            OUT.println("Skipped: say where the traces are, e.g. QuietHoursBenchmark traces 3");
            return;
        }
        var series = TraceFiles.crane(Path.of(args[0], "longseries-crane"));
        int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        for (var size : Size.values()) {
            var totals = new LinkedHashMap<String, double[]>();
            for (int seed = 1; seed <= seeds; seed++) {
                new Week(size, series, seed, totals).run();
            }
            OUT.printf("%n### %s, %d seeds together%n%n%s%n", size.words, seeds, HEAD);
            totals.forEach((name, sums) -> OUT.println(row(name, sums, seeds)));
        }
    }

    /// How many nodes there are.
    private enum Size {
        TIGHT("Tight: all nodes together are in use to 80 % in the busiest hour", 0.80),
        ROOMY("Roomy: to 30 %", 0.30);

        private final String words;
        private final double busiest;

        Size(String words, double busiest) {
            this.words = words;
            this.busiest = busiest;
        }
    }

    /// Some days of one cluster.
    private static final class Week {

        private final Size size;
        private final Map<String, double[]> totals;
        private final int seed;
        private final List<UsageTrace> traces = new ArrayList<>();
        private final int[] replicas = new int[WORKLOADS];
        private final List<Arrival> arrivals = new ArrayList<>();
        /// What all use, by the hour from the start.
        private final double[] load = new double[DAYS * 24];
        private final Set<Integer> nights;
        private final double peakLoad;
        private final int nodes;

        Week(Size size, List<float[]> series, int seed, Map<String, double[]> totals) {
            this.size = size;
            this.seed = seed;
            this.totals = totals;
            var random = new Random(seed);
            for (int i = 0; i < WORKLOADS; i++) {
                traces.add(trace("app-" + i, series.get(random.nextInt(series.size())), random));
                replicas[i] = REPLICAS_MIN + random.nextInt(REPLICAS_MAX - REPLICAS_MIN + 1);
                for (int number = 0; number < replicas[i]; number++) {
                    arrivals.add(new Arrival(i, number, 2 + random.nextInt(Arrival.FILL_MINUTES), LIFE_MINUTES));
                }
            }
            arrivals.sort(Comparator.comparingInt(Arrival::fromMinute));
            for (int hour = 0; hour < load.length; hour++) {
                for (int i = 0; i < WORKLOADS; i++) {
                    load[hour] += replicas[i] * mean(traces.get(i).cpuMillis(), hour);
                }
            }
            this.nights = nights();
            this.peakLoad = PEAK_OF_MEDIAN
                    * Arrays.stream(load)
                            .sorted()
                            .skip(load.length / 2)
                            .findFirst()
                            .orElseThrow();
            this.nodes = nodes();
        }

        /// Some days of a series from any midnight on, of a size by chance; what it asks for is right on
        /// the whole, and wrong for nearly each.
        private static UsageTrace trace(String name, float[] series, Random random) {
            int aDay = DAY_MINUTES / UsageTrace.INTERVAL_MINUTES;
            int from = aDay * random.nextInt(series.length / aDay - DAYS + 1);
            double mean = 0;
            double peak = 0;
            for (int i = 0; i < DAYS * aDay; i++) {
                mean += series[from + i] / (DAYS * aDay);
                peak = Math.max(peak, series[from + i]);
            }
            double cpuMillis =
                    Math.min(CPU_MILLIS_MAX * mean / peak, CPU_MILLIS * Math.exp(SIZES_SIGMA * random.nextGaussian()));
            var cpu = new float[DAYS * aDay];
            var memory = new float[DAYS * aDay];
            for (int i = 0; i < cpu.length; i++) {
                cpu[i] = (float) (series[from + i] / mean * cpuMillis);
                memory[i] = MEMORY;
            }
            double asked = cpuMillis * Math.exp(REQUESTS_SIGMA * random.nextGaussian());
            return new UsageTrace(name, new Resources(Math.max(10, Math.round(asked)), (long) MEMORY), cpu, memory);
        }

        private static double mean(float[] cpuMillis, int hour) {
            int anHour = 60 / UsageTrace.INTERVAL_MINUTES;
            return IntStream.range(hour * anHour, (hour + 1) * anHour)
                    .mapToDouble(i -> cpuMillis[i])
                    .average()
                    .orElseThrow();
        }

        /// Hours of the day.
        private Set<Integer> nights() {
            return IntStream.range(0, 24)
                    .boxed()
                    .sorted(Comparator.comparingDouble(hour -> IntStream.range(0, DAYS)
                            .mapToDouble(day -> load[day * 24 + hour])
                            .sum()))
                    .limit(NIGHT_HOURS)
                    .collect(Collectors.toSet());
        }

        private int nodes() {
            double busiest = Arrays.stream(load).max().orElseThrow();
            double asked = IntStream.range(0, WORKLOADS)
                    .mapToDouble(i -> replicas[i] * traces.get(i).requested().cpuMillis())
                    .sum();
            double cpu = PlacementBenchmark.NODE.cpuMillis();
            return (int) Math.ceil(Math.max(busiest / cpu / size.busiest, asked / cpu / ASKED_SHARE));
        }

        void run() throws InterruptedException {
            OUT.printf(
                    "%n### %s, seed %d, %d nodes, %d workloads, %d pods%n%n%s%n",
                    size.words, seed, nodes, WORKLOADS, arrivals.size(), HEAD);
            var stock = Baselines.named("LeastAllocated");
            moved("none", stock, MoveRule.NONE);
            switch (size) {
                case TIGHT -> {
                    var aware = Baselines.named("Koordinator LoadAware");
                    moved("sigs 70/90", stock, LowNodeUtilization.between(0.7, 0.9));
                    moved("sigs 70/90 at night", stock, atNight(LowNodeUtilization.between(0.7, 0.9)));
                    moved("Koordinator 70/90", aware, new LowNodeLoad(0.7, 0.9));
                    moved("Koordinator 70/90 at night", aware, atNight(new LowNodeLoad(0.7, 0.9)));
                    plimsoll("Plimsoll", Preference.BUSY, MoveConfig::of, Hours.ANY);
                    plimsoll("Plimsoll off-peak", Preference.BUSY, MoveConfig::of, Hours.OFF_PEAK);
                }
                case ROOMY -> {
                    var most = Baselines.named("MostAllocated");
                    moved("sigs HighNodeUtilization at night", most, atNight(new HighNodeUtilization(0.2)));
                    plimsoll("Plimsoll off-peak, packs", Preference.QUIET, MoveConfig::of, Hours.OFF_PEAK);
                    plimsoll("Plimsoll off-peak, packs and empties", Preference.QUIET, Week::empties, Hours.OFF_PEAK);
                    plimsoll("Plimsoll, packs and empties", Preference.QUIET, Week::empties, Hours.ANY);
                }
            }
        }

        private static MoveConfig empties(PlacementConfig placement) {
            return MoveConfig.of(placement).withGoals(Set.of(MoveGoal.EMPTY_NODES));
        }

        private boolean isNight(long minute) {
            return nights.contains((int) (minute % DAY_MINUTES / 60));
        }

        private boolean isPeak(int minute) {
            return load[minute / 60] >= peakLoad;
        }

        private MoveRule atNight(MoveRule rule) {
            return (image, minute) -> isNight(minute) ? rule.evictions(image, minute) : List.of();
        }

        /// All placed by requests.
        private MovedReplay start(Policy later) {
            var policy = new TwoPolicies(Baselines.named("LeastAllocated"), later);
            var replay =
                    new Replay(policy, traces, arrivals, PlacementBenchmark.NODE, nodes, seed).withReplicas(replicas);
            for (int minute = 0; minute < Arrival.FILL_MINUTES + 10; minute++) {
                replay.step();
            }
            policy.goOn();
            return new MovedReplay(replay);
        }

        private void moved(String name, Policy policy, MoveRule rule) {
            var moved = start(policy);
            var tally = new Tally(this, moved);
            for (int minute = Arrival.FILL_MINUTES + 10; minute < DAYS * DAY_MINUTES; minute++) {
                if (minute == COUNTED_FROM) {
                    tally.begin();
                }
                moved.replay.step();
                rule.evictions(moved.replay.image(), minute).forEach(moved::evict);
            }
            report(name + " | " + policy.name(), tally, 0, 0);
        }

        private void plimsoll(String name, Preference quiet, Function<PlacementConfig, MoveConfig> config, Hours hours)
                throws InterruptedException {
            var placement = PlacementConfig.DEFAULT.with(Preference.BUSY, quiet);
            var fleet = new ReplayFleet[1];
            // It is there once all pods are placed for the first time.
            var policy = new PlimsollPolicy(
                    "Plimsoll",
                    new Placer(placement),
                    () -> fleet[0] == null ? Reservations.NONE : fleet[0].reservations(),
                    () -> fleet[0] == null ? RegimeKind.UNKNOWN : fleet[0].kind());
            var moved = start(policy);
            var tally = new Tally(this, moved);
            fleet[0] = new ReplayFleet(moved, config.apply(placement), hours);
            fleet[0].run(fleet[0].nowMillis() + (COUNTED_FROM - Arrival.FILL_MINUTES - 10) * 60_000L);
            tally.begin();
            fleet[0].run(fleet[0].nowMillis() + (DAYS * DAY_MINUTES - COUNTED_FROM) * 60_000L);
            var landed = fleet[0].landed();
            report(
                    name + " | " + policy.name(),
                    tally,
                    landed.stream().filter(step -> step.isBad().isPresent()).count(),
                    landed.stream().filter(step -> step.isBad().orElse(false)).count());
        }

        private void report(String name, Tally tally, long judged, long bad) {
            var figures = tally.figures(judged, bad);
            OUT.println(row(name, figures, 1));
            var sums = totals.computeIfAbsent(name, key -> new double[figures.length]);
            for (int i = 0; i < figures.length; i++) {
                sums[i] += figures[i];
            }
        }
    }

    /// What is counted of a replay.
    private static final class Tally {

        private final Week week;
        private final MovedReplay moved;
        private int movesBefore;
        private int cameBackBefore;

        Tally(Week week, MovedReplay moved) {
            this.week = week;
            this.moved = moved;
        }

        void begin() {
            moved.replay.countFromHere();
            movesBefore = moved.minutes().size();
            cameBackBefore = moved.replay.cameBack();
        }

        double[] figures(long judged, long bad) {
            var result = moved.replay.result();
            var moves = moved.minutes().subList(movesBefore, moved.minutes().size());
            return new double[] {
                result.hotMinutes(),
                result.cpuOverload(),
                result.nodesUsed(),
                moves.size(),
                moves.stream().filter(week::isPeak).count(),
                moved.replay.cameBack() - cameBackBefore,
                judged,
                bad
            };
        }
    }

    private static String row(String name, double[] figures, int seeds) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f |",
                name,
                figures[0],
                figures[1],
                figures[2] / seeds,
                figures[3],
                figures[4],
                figures[5],
                figures[6],
                figures[7]);
    }
}
