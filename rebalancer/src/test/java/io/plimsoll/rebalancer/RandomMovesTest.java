package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveConfig.Limits;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/// Random clusters, of which many nodes are hot or were within the last day, and a scheduler that places at random.
class RandomMovesTest {

    private static final RebalancerSettings AUTOMATIC = RebalancerTest.settings(MoveApproval.AUTOMATIC);
    private static final RebalancerSettings OFF_PEAK = RebalancerTest.settings(MoveApproval.AUTOMATIC, Hours.OFF_PEAK);

    @Property(seed = "4711")
    void anHourOfMoves_breaksNoBudgetAndNoLimit_andTouchesNobodyWhoIsToStay(@ForAll long seed) throws Exception {
        var random = new Random(seed);
        var fleet = new MovingFleet();
        var floors = new LinkedHashMap<String, Integer>();
        var limits =
                new Limits(1 + random.nextInt(2), 1 + random.nextInt(2), 1 + random.nextInt(4), 1 + random.nextInt(4));
        fleet.config = MoveConfig.DEFAULT.with(limits);
        int nodes = 3 + random.nextInt(5);
        fleet.nodes(nodes);
        deploy(fleet, nodes, floors, random);
        keep(fleet, nodes, random);
        var policies = policies(2 * nodes, random);
        fleet.rules = PoliciesOfMovesTest.rules(policies);
        fleet.scheduler = pod -> random.nextInt(12) == 0 ? "" : node(nodes, random);
        fleet.pass(Duration.ofMinutes(8));
        var most = watch(fleet, floors, policies, random, seed);

        fleet.run(hours(fleet, nodes, random), Duration.ofHours(1));

        assertThat(most.get()).isLessThanOrEqualTo(1);
        assertThat(fleet.evicted).doesNotHaveDuplicates().noneMatch(RandomMovesTest::isKept);
        assertThat(fleet.evicted)
                .as("nobody has approved anything, seed %s", seed)
                .extracting(RandomMovesTest::workload)
                .noneMatch(name -> Set.of(MoveApproval.NEVER, MoveApproval.REQUIRED)
                        .contains(policies.getOrDefault(name, MoveApproval.AUTOMATIC)));
        assertWithin(fleet, limits);
    }

    /// Several nodes are hot from the start, and most replacements come where the plan has them, after a while.
    @Property(seed = "4711")
    void anHourOfMovesSeveralAtATime_breaksNoBudgetAndNoLimit(@ForAll long seed) throws Exception {
        var random = new Random(seed);
        var fleet = new MovingFleet();
        var floors = new LinkedHashMap<String, Integer>();
        var limits = new Limits(1 + random.nextInt(3), 1, 4 + random.nextInt(8), 4 + random.nextInt(8));
        fleet.config = MoveConfig.DEFAULT.with(limits);
        int nodes = 9 + random.nextInt(4);
        int hotNodes = 3 + random.nextInt(2);
        fleet.nodes(nodes);
        for (int hot = 1; hot <= hotNodes; hot++) {
            for (var name : List.of("a" + hot, "b" + hot, "c" + hot)) {
                fleet.deploy(name, 3_000 + random.nextInt(400), "n" + hot, "n" + (5 + random.nextInt(nodes - 4)));
                if (random.nextBoolean()) {
                    fleet.budget(name, 1);
                    floors.put(name, 1);
                }
            }
        }
        fleet.scheduler = pod -> random.nextInt(15) == 0
                ? ""
                : fleet.planned(pod).filter(to -> random.nextInt(4) > 0).orElseGet(() -> node(nodes, random));
        fleet.binding = Duration.ofSeconds(10 + random.nextInt(60));
        fleet.pass(Duration.ofMinutes(8));
        var most = watch(fleet, floors, Map.of(), random, seed);
        int together = 2 + random.nextInt(2);

        fleet.run(AUTOMATIC.withConcurrentMax(together), Duration.ofHours(1));

        assertThat(most.get()).as("seed %s", seed).isLessThanOrEqualTo(together);
        assertThat(fleet.evicted).doesNotHaveDuplicates();
        assertWithin(fleet, limits);
        Statistics.label("several at a time")
                .collect(most.get() > 1)
                .coverage(coverage -> coverage.check(true).count(count -> count > 0));
    }

    /// Looks each second whether all is as it must be.
    ///
    /// @return how many moves were on their way at a time, at most
    private static AtomicInteger watch(
            MovingFleet fleet,
            Map<String, Integer> floors,
            Map<String, MoveApproval> policies,
            Random random,
            long seed) {
        var most = new AtomicInteger();
        fleet.watcher = () -> {
            floors.forEach((name, floor) -> assertThat(fleet.ready(name))
                    .as("%s of seed %s", name, seed)
                    .isGreaterThanOrEqualTo(floor));
            var underWay = fleet.underWay();
            assertThat(underWay).as("seed %s", seed).extracting(Move::workload).doesNotHaveDuplicates();
            assertThat(underWay).as("seed %s", seed).extracting(Move::from).doesNotHaveDuplicates();
            assertThat(underWay).as("seed %s", seed).extracting(Move::to).doesNotHaveDuplicates();
            most.accumulateAndGet(underWay.size(), Math::max);
            fleet.rules = random.nextInt(200) == 0
                    ? MoveRules.unknown("policies cannot be listed")
                    : PoliciesOfMovesTest.rules(policies);
        };
        return most;
    }

    /// Half of the clusters have none; in the others every third workload has one.
    private static Map<String, MoveApproval> policies(int workloads, Random random) {
        var policies = new TreeMap<String, MoveApproval>();
        boolean isAny = random.nextBoolean();
        for (int i = 0; isAny && i < workloads; i++) {
            if (random.nextInt(3) == 0) {
                policies.put("d" + i, MoveApproval.values()[random.nextInt(MoveApproval.values().length)]);
            }
        }
        return policies;
    }

    private static String workload(PodKey pod) {
        return pod.name().substring(0, pod.name().lastIndexOf('-'));
    }

    /// Half of the clusters are off-peak, some for a part of the hour only, and move by what was within the day.
    private static RebalancerSettings hours(MovingFleet fleet, int nodes, Random random) {
        if (random.nextBoolean()) {
            return AUTOMATIC;
        }
        long from = fleet.nowMillis() + random.nextInt(3) * 600_000L;
        fleet.regimes = MovingFleet.quiet(from, from + (1 + random.nextInt(9)) * 600_000L);
        var shares = new TreeMap<String, Double>();
        for (int i = 1; i <= nodes; i++) {
            shares.put("n" + i, 0.3 + random.nextDouble());
        }
        fleet.peaks = MovingFleet.day(shares, fleet.nowMillis() - random.nextInt(86_000_000));
        return random.nextBoolean() ? OFF_PEAK : AUTOMATIC;
    }

    private static void deploy(MovingFleet fleet, int nodes, Map<String, Integer> floors, Random random) {
        int count = nodes + random.nextInt(2 * nodes);
        for (int i = 0; i < count; i++) {
            var name = "d" + i;
            int replicas = 1 + random.nextInt(4);
            var on = IntStream.range(0, replicas)
                    .mapToObj(each -> node(nodes, random))
                    .toArray(String[]::new);
            fleet.deploy(name, 300 + random.nextInt(3_500), on);
            if (random.nextBoolean()) {
                fleet.peak(name, 300 + random.nextInt(5_000));
            }
            if (random.nextBoolean()) {
                int floor = random.nextInt(replicas + 1);
                fleet.budget(name, floor);
                floors.put(name, floor);
            }
        }
    }

    /// Pods that nobody may evict.
    private static void keep(MovingFleet fleet, int nodes, Random random) {
        for (int i = 0; i < nodes; i++) {
            fleet.pod("bare" + i, Optional.empty(), Set.of(), random.nextInt(2_000), node(nodes, random));
            fleet.pod(
                    "daemon" + i,
                    Optional.of(new Owner(MovingFleet.NAMESPACE, "DaemonSet", "daemon")),
                    Set.of(),
                    random.nextInt(2_000),
                    "n" + (i + 1));
            fleet.pod(
                    "optedout" + i,
                    Optional.of(new Owner(MovingFleet.NAMESPACE, "ReplicaSet", "optedout")),
                    Set.of(OptOut.EVICT),
                    random.nextInt(2_000),
                    node(nodes, random));
        }
    }

    private static boolean isKept(PodKey pod) {
        return pod.name().startsWith("bare")
                || pod.name().startsWith("daemon")
                || pod.name().startsWith("optedout");
    }

    private static String node(int nodes, Random random) {
        return "n" + (1 + random.nextInt(nodes));
    }

    /// Within any hour.
    private static void assertWithin(MovingFleet fleet, Limits limits) {
        var moves = fleet.plans.plans().stream()
                .flatMap(plan -> plan.steps().stream())
                .map(MoveStep::move)
                .collect(Collectors.toMap(Move::pod, Function.identity(), (one, other) -> one));
        var all = fleet.evictions.stream()
                .map(each -> moves.get(each.pod().key()))
                .toList();
        assertThat(all).doesNotContainNull().hasSizeLessThanOrEqualTo(Math.min(limits.total(), limits.perNamespace()));
        assertThat(all.stream()
                        .collect(Collectors.groupingBy(Move::from, Collectors.counting()))
                        .values())
                .allMatch(count -> count <= limits.perNode());
    }
}
