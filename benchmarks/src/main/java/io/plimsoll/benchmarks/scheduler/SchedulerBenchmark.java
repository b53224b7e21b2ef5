package io.plimsoll.benchmarks.scheduler;

import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.FreePorts;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Runs the real kube-scheduler over thousands of KWOK nodes in every [Case], several rounds in turn, and prints the
/// pods placed per second: alone, with the floor, with Plimsoll; and the ratios within each round.
///
/// Each case places two batches or more, with the same extender process and a scheduler of its own for each: the
/// first finds the extender just started (*cold*), the last finds it in use (*warm*). In its first minutes half of
/// the CPU time of a JVM is its compilers'.
///
/// The pods are pending before the scheduler starts. The rate counts from the first to the last pod that the scheduler
/// itself reports as scheduled. Rounds interleave the cases, since the speed of a shared machine drifts.
///
/// Arguments: `[--nodes N] [--pods N] [--rounds N] [--batches N] [--heap SIZE] [--only WORDS]`, run in the project's
/// folder.
public final class SchedulerBenchmark {

    private static final Pattern SCHEDULED =
            Pattern.compile("scheduler_schedule_attempts_total\\{[^}]*result=\"scheduled\"[^}]*\\} ([0-9.e+]+)");

    private final ControlPlane controlPlane;
    private final int pods;
    private final int batchesPerCase;
    private final String heap;
    private final PrintStream out;
    private int batches;

    private SchedulerBenchmark(ControlPlane controlPlane, int pods, int batchesPerCase, String heap, PrintStream out) {
        this.controlPlane = controlPlane;
        this.pods = pods;
        this.batchesPerCase = batchesPerCase;
        this.heap = heap;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        var options = options(arguments);
        int nodes = Integer.parseInt(options.getOrDefault("--nodes", "5000"));
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "3"));
        var settings = ControlPlaneSettings.named("benchmark")
                .withoutScheduler()
                .withMetricsServer()
                .withFakeNodes(FakeNodes.of("node", nodes))
                .withProgress(System.err::println);
        try (var controlPlane = ControlPlane.start(settings)) {
            int pods = Integer.parseInt(options.getOrDefault("--pods", "1500"));
            int batchesPerCase = Integer.parseInt(options.getOrDefault("--batches", "2"));
            var heap = options.getOrDefault("--heap", "256m");
            var wanted = options.getOrDefault("--only", "");
            new SchedulerBenchmark(controlPlane, pods, batchesPerCase, heap, System.out)
                    .run(
                            rounds,
                            cases().stream().filter(c -> matches(c, wanted)).toList());
        }
    }

    private static Map<String, String> options(String[] arguments) {
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private void run(int rounds, List<Case> cases) throws Exception {
        out.println("| round | server    | verbs                 | batching | cold pods/s | warm pods/s"
                + " | CPU of the extender, warm, ms/pod | RSS MiB |");
        out.println("|------:|-----------|-----------------------|----------|------------:|------------:"
                + "|----------------------------------:|--------:|");
        var rates = new LinkedHashMap<Case, double[]>();
        for (int round = 0; round < rounds; round++) {
            for (var each : cases) {
                var result = measure(each);
                rates.computeIfAbsent(each, c -> new double[rounds])[round] = result.warmPodsPerSecond();
                out.println(result.row(round + 1, each));
            }
        }
        printMedians(rates);
    }

    /// Whether `each` is of the server and batching that were asked for, such as `plimsoll,off`; all are when none is.
    private static boolean matches(Case each, String wanted) {
        var words = (each.server() + "," + each.verbs() + (each.batching() ? ",on" : ",off")).toLowerCase(Locale.ROOT);
        return wanted.isEmpty() || List.of(words.split(",")).containsAll(List.of(wanted.split(",")));
    }

    private static List<Case> cases() {
        var cases = new ArrayList<Case>();
        for (boolean batching : new boolean[] {false, true}) {
            cases.add(new Case(Case.Server.NONE, Case.Verbs.PRIORITIZE, batching));
            for (var verbs : Case.Verbs.values()) {
                cases.add(new Case(Case.Server.FLOOR, verbs, batching));
                cases.add(new Case(Case.Server.PLIMSOLL, verbs, batching));
            }
        }
        return cases;
    }

    private record Result(
            double coldPodsPerSecond, double warmPodsPerSecond, double cpuMillisPerPod, long residentMib) {

        String row(int round, Case each) {
            return String.format(
                    Locale.ROOT,
                    "| %5d | %-9s | %-21s | %-8s | %11.0f | %11.0f | %33.2f | %7d |",
                    round,
                    each.server().name().toLowerCase(Locale.ROOT),
                    each.server() == Case.Server.NONE
                            ? "-"
                            : each.verbs().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    each.batching() ? "on" : "off",
                    coldPodsPerSecond,
                    warmPodsPerSecond,
                    cpuMillisPerPod,
                    residentMib);
        }
    }

    private Result measure(Case each) throws Exception {
        if (each.server() == Case.Server.NONE) {
            double cold = place(each, 0);
            placeAllButTwo(each, 0);
            return new Result(cold, place(each, 0), 0, 0);
        }
        try (var server = start(each.server())) {
            double cold = place(each, server.port());
            placeAllButTwo(each, server.port());
            Duration before = server.cpu();
            double warm = place(each, server.port());
            double cpuMillis = server.cpu().minus(before).toMillis() / (double) pods;
            return new Result(cold, warm, cpuMillis, server.residentMib());
        }
    }

    /// The batches between the first and the last.
    private void placeAllButTwo(Case each, int port) throws InterruptedException {
        for (int batch = 2; batch < batchesPerCase; batch++) {
            place(each, port);
        }
    }

    /// Places a batch, takes it away again, and gives the rate.
    private double place(Case each, int port) throws InterruptedException {
        try (var pending = PendingPods.create(controlPlane.client(), "batch-" + batches++, pods)) {
            return schedule(each, port, pending.count());
        }
    }

    private ExtenderProcess start(Case.Server server) throws IOException, InterruptedException {
        if (server == Case.Server.FLOOR) {
            return ExtenderProcess.floor(Path.of("benchmarks/scheduler/floor"), controlPlane.folder());
        }
        int port = FreePorts.next();
        int healthPort = FreePorts.next();
        Path configuration = controlPlane.folder().resolve("plimsoll.yaml");
        Files.writeString(configuration, """
                apiVersion: plimsoll.io/v1alpha1
                kind: ServeConfiguration
                cluster:
                  kubeconfig: %s
                scheduler-port:
                  port: %d
                health-port:
                  port: %d
                """.formatted(controlPlane.kubeconfig(), port, healthPort));
        var arguments = List.of("--config", configuration.toString());
        return ExtenderProcess.plimsoll(controlPlane.folder(), arguments, port, healthPort, heap);
    }

    /// Starts the scheduler, waits until all pods are placed, stops it, and gives the rate.
    private double schedule(Case each, int port, int count) throws InterruptedException {
        var gates = each.batching() ? List.<String>of() : List.of("--feature-gates=OpportunisticBatching=false");
        controlPlane.startScheduler(
                SchedulerSettings.of(each.configuration(port)).withFlags(gates));
        try {
            long first = awaitScheduled(1);
            double already = scheduled();
            long last = awaitScheduled(count);
            return (count - already) * 1e9 / Math.max(1, last - first);
        } finally {
            controlPlane.stop(Component.SCHEDULER);
        }
    }

    private long awaitScheduled(double count) throws InterruptedException {
        while (scheduled() < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return System.nanoTime();
    }

    private double scheduled() {
        double sum = 0;
        var matcher = SCHEDULED.matcher(controlPlane.metrics(Component.SCHEDULER));
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
        }
        return sum;
    }

    private void printMedians(Map<Case, double[]> rates) {
        out.println();
        rates.forEach((each, values) -> {
            var sorted = values.clone();
            Arrays.sort(sorted);
            out.printf(
                    Locale.ROOT,
                    "%s: median %.0f pods/s, %.2f of no extender%s%n",
                    each.label(),
                    sorted[sorted.length / 2],
                    ratio(
                            values,
                            rates.getOrDefault(
                                    new Case(Case.Server.NONE, Case.Verbs.PRIORITIZE, each.batching()), values)),
                    each.server() == Case.Server.PLIMSOLL
                            ? String.format(
                                    Locale.ROOT,
                                    ", %.2f of the floor",
                                    ratio(
                                            values,
                                            rates.getOrDefault(
                                                    new Case(Case.Server.FLOOR, each.verbs(), each.batching()),
                                                    values)))
                            : "");
        });
    }

    /// The median of the ratios round by round.
    private static double ratio(double[] values, double[] base) {
        var ratios = new double[values.length];
        Arrays.setAll(ratios, i -> values[i] / base[i]);
        Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }
}
