package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.benchmarks.placement.TraceFiles;
import io.plimsoll.benchmarks.placement.UsageTrace;
import io.plimsoll.model.move.MoveConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Days of PlanetLab under the published rules of consolidation, each beside what CloudSim itself gave, and under
/// Plimsoll's rebalancer.
///
/// Arguments: the folder of the traces, which may hold `planetlab/cloudsim303_results.csv`; a part of the names of
/// the days to take, all unless given; `plimsoll` to leave out the published rules.
public final class PlanetLabBenchmark {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final int HOSTS = 800;
    /// So many machines share a host where there is only a fixed pool of these.
    private static final int[] MACHINES_A_HOST = {25, 21, 18, 15};

    private final Map<String, double[]> references = new HashMap<>();
    private final boolean onlyPlimsoll;

    private PlanetLabBenchmark(boolean onlyPlimsoll) {
        this.onlyPlimsoll = onlyPlimsoll;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0], "planetlab"))) {
            OUT.println("Skipped: say where the traces are, e.g. PlanetLabBenchmark traces 20110303");
            return;
        }
        var folder = Path.of(args[0], "planetlab");
        var benchmark = new PlanetLabBenchmark(args.length > 2 && args[2].equals("plimsoll"));
        benchmark.readReferences(folder.resolve("cloudsim303_results.csv"));
        var named = args.length > 1 ? args[1] : "";
        try (var files = Files.list(folder)) {
            for (var file : files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .filter(file -> file.toString().contains(named))
                    .sorted()
                    .toList()) {
                benchmark.run(file);
            }
        }
    }

    /// Energy, moves, SLATAH, PDM, SLAV and shutdowns by day and rule.
    private void readReferences(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        for (var line : Files.readAllLines(file)) {
            var fields = line.split(",", -1);
            if (fields.length == 10 && !fields[0].equals("day")) {
                var values = new double[] {
                    number(fields[3]),
                    number(fields[4]),
                    number(fields[5]),
                    number(fields[6]),
                    number(fields[7]),
                    number(fields[9])
                };
                references.put(fields[0] + fields[1], values);
            }
        }
    }

    private static double number(String field) {
        return Double.parseDouble(field);
    }

    private void run(Path file) throws IOException, InterruptedException {
        var day = file.getFileName().toString().replace(".tar.gz", "");
        var traces = TraceFiles.planetlab(file);
        OUT.printf("%n### %s, %d machines%n%n%s%n", day, traces.size(), DayOutcome.HEAD);
        var compared = new ArrayList<String>();
        if (!onlyPlimsoll) {
            for (var rule : Overload.values()) {
                var datacenter = new Datacenter(hosts(HOSTS, HostKind.values()), Datacenter.machines(traces));
                Consolidation.placeFirst(datacenter);
                var outcome = new Consolidation(datacenter, rule).run();
                OUT.println(outcome.row());
                compare(day, rule.words, outcome, compared);
            }
        }
        var published = new Datacenter(hosts(HOSTS, HostKind.values()), Datacenter.machines(traces));
        Consolidation.placeFirst(published);
        var landings = new ArrayList<String>();
        landings.add(plimsoll("Plimsoll, placed first as the others", published, true));
        for (int machines : MACHINES_A_HOST) {
            int pool = (traces.size() + machines - 1) / machines;
            unmoved(pool + " hosts, no moves", pool(pool, traces));
            landings.add(plimsoll("Plimsoll, " + pool + " hosts", pool(pool, traces), false));
        }
        OUT.printf("%n| | landed | came back | looked at later | did not help |%n|---|---|---|---|---|%n");
        landings.forEach(OUT::println);
        if (!compared.isEmpty()) {
            OUT.printf("%n| this simulator / CloudSim 3.0.3 | moves | SLATAH | PDM | SLAV | energy | shutdowns |%n"
                    + "|---|---|---|---|---|---|---|%n");
            compared.forEach(OUT::println);
        }
    }

    private static Datacenter pool(int hosts, List<UsageTrace> traces) {
        return new Datacenter(hosts(hosts, HostKind.HP_ML110_G5), Datacenter.machines(traces));
    }

    private static List<Host> hosts(int count, HostKind... kinds) {
        var hosts = new ArrayList<Host>();
        for (int i = 0; i < count; i++) {
            hosts.add(new Host(i, kinds[i % kinds.length]));
        }
        return hosts;
    }

    private static void unmoved(String name, Datacenter datacenter) {
        var fleet = new PlanetLabFleet(datacenter, MoveConfig.DEFAULT);
        fleet.placeFirst();
        fleet.pass((long) (Datacenter.END_SECONDS * 1000));
        OUT.println(datacenter.outcome(name).row());
    }

    /// @return what became of its moves
    private static String plimsoll(String name, Datacenter datacenter, boolean isPlaced) throws InterruptedException {
        var fleet = new PlanetLabFleet(datacenter, MoveConfig.DEFAULT);
        if (isPlaced) {
            fleet.adoptPlacement();
        } else {
            fleet.placeFirst();
        }
        fleet.run(fleet.nowMillis() + (long) (Datacenter.END_SECONDS * 1000));
        OUT.println(datacenter.outcome(name).row());
        return fleet.landings(name);
    }

    private void compare(String day, String rule, DayOutcome outcome, List<String> compared) {
        var reference = references.get(day + rule);
        if (reference != null) {
            compared.add(String.format(
                    Locale.ROOT,
                    "| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |",
                    rule,
                    outcome.migrations() / reference[1],
                    100 * outcome.slatah() / reference[2],
                    100 * outcome.pdm() / reference[3],
                    1e5 * outcome.slav() / reference[4],
                    outcome.kilowattHours() / reference[0],
                    outcome.shutdowns() / reference[5]));
        }
    }
}
