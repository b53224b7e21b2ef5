package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.LabelSelector.Expression;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeTerm;
import io.plimsoll.model.cluster.NodeTerm.Requirement;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTerm;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Taint;
import io.plimsoll.model.cluster.Toleration;
import io.plimsoll.model.neighbour.Blame;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Episode;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Pressure;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What holds for the plan of any cluster: nodes of every kind, pods of every kind, several budgets, any
/// blame, at any hour, after any day.
class MovePlanLawsTest {

    private static final List<String> ZONES = List.of("a", "b", "c");

    private static final MoveConfig CONFIG = new MoveConfig(
            PlacementConfig.DEFAULT,
            0.1,
            false,
            MoveConfig.SYSTEM_CRITICAL,
            300_000,
            Set.of(),
            0.01,
            new MoveConfig.Limits(2, 2, 6, 9),
            MovePace.DEFAULT);

    /// A random cluster, and what is said of it.
    private record Case(Fleet fleet, Watched watched) {

        MovePlan plan(ClusterImage image) {
            return new MovePlanner(CONFIG, ResizeFirst.byPolicy()).plan(image, watched, Fleet.NOW);
        }

        MovePlan planForGoals(ClusterImage image) {
            return forGoals().plan(image, Fleet.misplacedForLong(watched, image), Fleet.NOW);
        }

        static MovePlanner forGoals() {
            return new MovePlanner(CONFIG.withGoals(EnumSet.allOf(MoveGoal.class)), ResizeFirst.byPolicy());
        }
    }

    @Property
    void plan_ofRandomCluster_movesNobodyWhoMustNotBeEvicted(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();
        var fresh = new Evictability(image, CONFIG, some.watched.rules(), Fleet.NOW);

        for (var move : some.plan(image).moves()) {
            var pod = image.pod(move.pod()).orElseThrow();
            assertThat(fresh.refusal(pod)).isEmpty();
            fresh.take(pod);
        }
    }

    @Property
    void plan_ofRandomCluster_movesNobodyWhomAPolicyHasStay_andOfTwoSortsTheFirst(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();
        Predicate<Owner> isFirst = workload -> workload.name().hashCode() % 2 == 0;
        var planner = new MovePlanner(CONFIG, ResizeFirst.byPolicy());

        var plan = some.plan(image);
        var ofFirst = planner.plan(image, some.watched, Fleet.NOW, isFirst);
        var instead = planner.planInstead(image, some.watched, Fleet.NOW, isFirst);

        var isAnyFirst = plan.moves().stream().map(Move::workload).anyMatch(isFirst);
        assertThat(ofFirst.moves())
                .isEqualTo(plan.moves().stream()
                        .filter(move -> !isAnyFirst || isFirst.test(move.workload()))
                        .toList());
        assertThat(instead.moves()).extracting(Move::workload).allMatch(isFirst);
        assertThat(Stream.concat(plan.moves().stream(), instead.moves().stream()))
                .noneMatch(move ->
                        some.watched.rules().of(move.workload()).approval().equals(Optional.of(MoveApproval.NEVER)));
        assertThat(plan.moves())
                .noneMatch(move -> some.watched.rules().of(move.workload()).least().stream()
                        .anyMatch(least ->
                                image.owner(move.workload()).orElseThrow().replicas() < least.replicas()));
    }

    /// What is told of a pod's targets is what the plan goes by.
    @Property
    void targets_ofAPodOfARandomCluster_areThoseThatAPlanWouldTakeAsItsFirst(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();
        var planner = new MovePlanner(CONFIG, ResizeFirst.byPolicy());
        var plan = some.plan(image);

        for (var kept : plan.kept()) {
            var targets = planner.targets(image.pod(kept.pod()).orElseThrow(), image, some.watched, Fleet.NOW);
            assertThat(targets.refused()).containsKey(kept.node());
            assertThat(targets.best().isEmpty()).isEqualTo(targets.refused().size() == image.nodeCount());
            assertThat(targets.refused()).doesNotContainKey(targets.best().orElse(""));
        }
        plan.moves().stream().findFirst().ifPresent(move -> {
            var pod = image.pod(move.pod()).orElseThrow();
            assertThat(planner.targets(pod, image, some.watched, Fleet.NOW).best())
                    .contains(move.to());
        });
    }

    /// Nor is one emptied onto an empty one, or onto one that is emptied itself.
    @Property
    void plan_ofRandomCluster_emptiesANodeWhollyOrNotAtAll(@ForAll long seed) {
        var image = calm(seed);
        var goals = CONFIG.withGoals(Set.of(MoveGoal.EMPTY_NODES));
        var quiet = Watched.NOTHING.with(DayPeaksTest.hours(true));

        var moves = new MovePlanner(goals, ResizeFirst.NEVER)
                .plan(image, quiet, Fleet.NOW)
                .moves();

        for (var move : moves) {
            var leaving = moves.stream()
                    .filter(other -> other.from().equals(move.from()))
                    .map(Move::pod)
                    .toList();
            assertThat(image.node(move.from()).orElseThrow().pods())
                    .filteredOn(pod -> !pod.leavesNodeEmpty())
                    .extracting(PodImage::key)
                    .containsExactlyInAnyOrderElementsOf(leaving);
            assertThat(image.node(move.to()).orElseThrow().isEmpty()).isFalse();
            assertThat(moves).extracting(Move::from).doesNotContain(move.to());
        }
        var limits = CONFIG.limits();
        assertThat(moves).hasSizeLessThanOrEqualTo(limits.total());
        assertThat(count(moves.stream().map(Move::workload).toList()))
                .allSatisfy((workload, count) -> assertThat(count).isLessThanOrEqualTo(limits.perWorkload()));
        assertThat(count(moves.stream().map(move -> move.pod().namespace()).toList()))
                .allSatisfy((namespace, count) -> assertThat(count).isLessThanOrEqualTo(limits.perNamespace()));
    }

    /// What is not known to be misplaced for long stays, unless its node is hurt.
    @Property
    void plan_ofRandomCluster_movesNobodyWhoIsMisplacedForAMoment(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var rules = EnumSet.complementOf(EnumSet.of(MoveGoal.EMPTY_NODES));

        var plan =
                new MovePlanner(CONFIG.withGoals(rules), ResizeFirst.byPolicy()).plan(image, some.watched, Fleet.NOW);

        assertThat(plan.moves()).allMatch(Move::isForRelief);
    }

    @Property
    void plan_ofRandomCluster_overdrawsNoBudgetAndLeavesOneReady(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var plan = some.plan(image);

        for (var budget : image.budgets()) {
            long taken = plan.moves().stream()
                    .map(move -> image.pod(move.pod()).orElseThrow().spec())
                    .filter(pod -> budget.namespace().equals(pod.key().namespace())
                            && budget.selector()
                                    .filter(selector ->
                                            selector.matches(pod.traits().labels()))
                                    .isPresent())
                    .count();
            assertThat(taken).isLessThanOrEqualTo(budget.disruptionsAllowed());
        }
        var moved = plan.moves().stream().map(Move::pod).collect(Collectors.toSet());
        for (var move : plan.moves()) {
            assertThat(image.podsOf(move.workload()))
                    .anyMatch(pod -> !moved.contains(pod.key()) && pod.spec().isServing());
        }
    }

    @Property
    void plan_ofRandomCluster_sendsNobodyBackOrToAHurtNode_andStaysWithinItsLimits(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var plan = some.plan(image);

        var hurt = plan.hurt().stream().map(HurtNode::node).collect(Collectors.toSet());
        assertThat(plan.moves()).allMatch(move -> hurt.contains(move.from()) && !hurt.contains(move.to()));
        var limits = CONFIG.limits();
        assertThat(plan.moves()).hasSizeLessThanOrEqualTo(limits.total());
        assertThat(count(plan.moves().stream().map(Move::from).toList()))
                .allSatisfy((node, count) -> assertThat(count).isLessThanOrEqualTo(limits.perNode()));
        assertThat(count(plan.moves().stream().map(Move::workload).toList()))
                .allSatisfy((workload, count) -> assertThat(count).isLessThanOrEqualTo(limits.perWorkload()));
    }

    @Property
    void plan_ofRandomCluster_relievesEachSource_andLeavesEachTargetBelowTheLine(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var plan = some.plan(image);

        assertThat(plan.moves()).allMatch(move -> move.benefit() > 0 && isForATroubleOfItsNode(move, plan));
        var sources = plan.moves().stream().map(Move::from).collect(Collectors.toSet());
        var targets = plan.moves().stream().map(Move::to).collect(Collectors.toSet());
        for (var change : plan.nodes()) {
            if (targets.contains(change.node())) {
                assertThat(change.after().cpuShare()).isLessThanOrEqualTo(0.8 + 1e-9);
                assertThat(change.after().memoryShare()).isLessThanOrEqualTo(0.82 + 1e-9);
            } else {
                assertThat(sources).contains(change.node());
                assertThat(change.after().cpuShare() + change.after().memoryShare())
                        .isLessThan(change.before().cpuShare() + change.before().memoryShare());
            }
        }
    }

    private static boolean isForATroubleOfItsNode(Move move, MovePlan plan) {
        var aim = move.aim().orElseThrow();
        return aim.taken() > 0
                && aim.taken() <= aim.excess() + 1e-9
                && plan.hurt().stream()
                        .filter(node -> node.node().equals(move.from())
                                && node.atMillis().equals(aim.atMillis()))
                        .flatMap(node -> node.troubles().stream())
                        .anyMatch(trouble -> aim.isAbout(trouble) && trouble.excess() == aim.excess());
    }

    @Property
    void plan_ofRandomCluster_saysOfEveryPodOfAHurtNodeWhatBecomesOfIt(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var plan = some.plan(image);

        var expected = new TreeSet<String>();
        for (var node : plan.hurt()) {
            image.node(node.node()).orElseThrow().pods().stream()
                    .map(PodImage::key)
                    .forEach(key -> expected.add(key.toString()));
        }
        var told = new ArrayList<String>();
        plan.moves().forEach(move -> told.add(move.pod().toString()));
        plan.kept().forEach(kept -> told.add(kept.pod().toString()));
        assertThat(told).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(told)).isEqualTo(expected);
    }

    @Property
    void plan_ofTheSameCluster_inWhateverOrderItCameAbout_isTheSame(@ForAll long seed) {
        var some = random(seed);

        var plan = some.plan(some.fleet.image());

        assertThat(some.plan(some.fleet.image())).isEqualTo(plan);
        assertThat(some.plan(some.fleet.shuffled(new Random(seed)))).isEqualTo(plan);
    }

    @Property
    void plan_ofRandomCluster_sendsNobodyWhereARequiredRuleForbidsIt(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var plan = some.planForGoals(image);

        assertThat(new SimpleRules(image, plan.moves()).complaints()).isEmpty();
        assertThat(plan.moves()).extracting(Move::pod).doesNotHaveDuplicates();
        var moved = plan.moves().stream().map(Move::pod).collect(Collectors.toSet());
        assertThat(plan.kept()).extracting(Kept::pod).doesNotHaveDuplicates().noneMatch(moved::contains);
        assertThat(some.planForGoals(some.fleet.shuffled(new Random(seed)))).isEqualTo(plan);
    }

    @Property
    void plan_ofRandomCluster_saysOfEveryPodWhoseRulesAreViolatedWhatBecomesOfIt(@ForAll long seed) {
        var some = random(seed);
        var image = some.fleet.image();

        var plan = some.planForGoals(image);

        var told = new HashSet<PodKey>();
        plan.moves().forEach(move -> told.add(move.pod()));
        var moved = Set.copyOf(told);
        plan.kept().forEach(kept -> told.add(kept.pod()));
        var simple = new SimpleRules(image, plan.moves());
        var untold = image.nodes().stream()
                .filter(node -> !node.spec().unschedulable() && !node.spec().virtual())
                .filter(node -> node.spec().readiness() == NodeSpec.Readiness.READY)
                .flatMap(node -> node.pods().stream()
                        .filter(pod -> !pod.workload().isDaemonSet() && !told.contains(pod.key()))
                        .filter(pod -> !simple.isSelected(pod, node.spec())
                                || node.spec().taints().stream().anyMatch(taint -> !simple.isTolerated(pod, taint))
                                || image.nodes().stream()
                                        .anyMatch(near -> near.pods().stream()
                                                .filter(other -> !moved.contains(other.key()))
                                                .filter(other -> !other.key().equals(pod.key()))
                                                .filter(other -> !other.spec().terminating())
                                                .anyMatch(other ->
                                                        simple.isAgainst(pod, node.spec(), other, near.spec())))))
                .map(PodImage::key);
        assertThat(untold).isEmpty();
    }

    @Example
    void plans_ofRandomClusters_doMoveAndDoRefuseByRules() {
        var placed = new TreeMap<String, Integer>();
        var noPlaces = new StringBuilder();
        for (long seed = 0; seed < 1_000; seed++) {
            var some = random(seed);
            var image = some.fleet.image();
            var plan = some.planForGoals(image);
            for (var move : plan.moves()) {
                var rules = image.pod(move.pod()).orElseThrow().spec().traits().rules();
                placed.merge("selecting", rules.nodeTerms().isEmpty() ? 0 : 1, Integer::sum);
                placed.merge("apart", rules.apart().isEmpty() ? 0 : 1, Integer::sum);
                placed.merge("together", rules.together().isEmpty() ? 0 : 1, Integer::sum);
                placed.merge(
                        move.because().replaceAll("(?s).*(demands|does not tolerate|is near it).*", "$1"),
                        1,
                        Integer::sum);
            }
            plan.kept().forEach(kept -> noPlaces.append(kept.why().detail()));
        }

        // The laws above say nothing where nothing is moved.
        for (var kind : List.of("selecting", "apart", "together", "demands", "does not tolerate", "is near it")) {
            assertThat(placed)
                    .as(kind)
                    .hasEntrySatisfying(kind, count -> assertThat(count).isGreaterThan(3));
        }
        assertThat(noPlaces)
                .contains("not of those that the pod selects", "near pods that must be apart from it", "tainted")
                .contains("not near the pods that it must be near");
    }

    @Example
    void plans_ofRandomClusters_doMoveAndDoRefuse() {
        int moves = 0;
        int movesByTheDay = 0;
        var reasons = new HashSet<StayReason>();
        for (long seed = 0; seed < 500; seed++) {
            var some = random(seed);
            var plan = some.plan(some.fleet.image());
            moves += plan.moves().size();
            movesByTheDay += (int) plan.moves().stream()
                    .filter(move -> move.aim().flatMap(Aim::atMillis).isPresent())
                    .count();
            plan.kept().forEach(kept -> reasons.add(kept.why().reason()));
        }

        // The laws above say nothing where nothing is moved.
        assertThat(moves).isGreaterThan(100);
        assertThat(movesByTheDay).isGreaterThan(20);
        assertThat(reasons)
                .contains(
                        StayReason.BUDGET,
                        StayReason.POLICY,
                        StayReason.SEVERAL_BUDGETS,
                        StayReason.LAST_READY,
                        StayReason.NO_PLACE,
                        StayReason.NODE_LIMIT,
                        StayReason.BLAMELESS,
                        StayReason.RELIEVED);
    }

    private static <T> Map<T, Integer> count(List<T> all) {
        var counts = new HashMap<T, Integer>();
        all.forEach(one -> counts.merge(one, 1, Integer::sum));
        return counts;
    }

    // Random clusters

    /// Pods that use little for the most part, under a budget that all of them share now and then.
    private static ClusterImage calm(long seed) {
        var random = new Random(seed);
        var fleet = new Fleet();
        int nodes = 3 + random.nextInt(5);
        IntStream.range(0, nodes).forEach(i -> fleet.node("n" + i));
        int workloads = 2 + random.nextInt(6);
        for (int w = 0; w < workloads; w++) {
            for (int i = 2 + random.nextInt(2); i > 0; i--) {
                int cpuMillis = random.nextInt(6) == 0 ? 6_000 : random.nextInt(1_500);
                fleet.pod("n" + random.nextInt(nodes), "w" + w, "w" + w + "-" + i, cpuMillis);
            }
        }
        if (random.nextBoolean()) {
            fleet.budget("all", Map.of(), 1 + random.nextInt(3));
        }
        return fleet.image();
    }

    private static Case random(long seed) {
        var random = new Random(seed);
        var fleet = new Fleet();
        int nodes = 2 + random.nextInt(8);
        for (int i = 0; i < nodes; i++) {
            fleet.node(node(random, "n" + i));
        }
        int workloads = 1 + random.nextInt(8);
        for (int w = 0; w < workloads; w++) {
            var owner = owner(random, w);
            var traits = traits(random, w);
            int pods = 1 + random.nextInt(5);
            for (int i = 0; i < pods; i++) {
                fleet.pod(
                        "n" + random.nextInt(random.nextInt(nodes) + 1),
                        owner,
                        "w" + w + "-" + i,
                        random.nextInt(3_000),
                        pod -> changed(random, pod.withTraits(traits)));
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            fleet.budget(new DisruptionBudget(
                    Fleet.NAMESPACE,
                    "b" + i,
                    random.nextInt(6) == 0 ? Map.of() : Map.of("app", "w" + random.nextInt(workloads)),
                    random.nextInt(3)));
        }
        var watched = new Watched(neighbours(random, nodes, workloads), hot(random, nodes), 0);
        return new Case(
                fleet, byTheDay(fleet, watched, random, nodes, workloads).with(rules(random, workloads)));
    }

    /// In a fifth of the clusters policies speak of moves, and now and then they are not known.
    private static MoveRules rules(Random random, int workloads) {
        return switch (random.nextInt(25)) {
            case 0 -> MoveRules.unknown("policies cannot be listed");
            case 1, 2, 3, 4 ->
                MoveRules.of(IntStream.range(0, workloads)
                        .filter(w -> random.nextBoolean())
                        .mapToObj(w -> new MovePolicy(
                                new PolicyCandidate(
                                        Optional.of(Fleet.NAMESPACE),
                                        "p" + w,
                                        0,
                                        0,
                                        random.nextInt(8) == 0,
                                        Fleet.deployment("w" + w)::equals),
                                new MoveTerms(
                                        Optional.of(MoveApproval.values()[random.nextInt(3)]),
                                        1 + random.nextInt(4),
                                        random.nextBoolean()),
                                random.nextBoolean(),
                                Optional.empty()))
                        .toList());
            default -> MoveRules.NONE;
        };
    }

    /// Half of the clusters are off-peak, and most have a day behind them.
    private static Watched byTheDay(Fleet fleet, Watched watched, Random random, int nodes, int workloads) {
        if (random.nextInt(3) == 0) {
            return watched;
        }
        for (int w = 0; w < workloads; w++) {
            if (random.nextInt(4) > 0) {
                fleet.estimate("w" + w, estimate(random));
            }
        }
        var peaks = new TreeMap<String, DayPeaks.Peak>();
        for (int i = 0; i < nodes; i++) {
            if (random.nextInt(5) > 0) {
                peaks.put("n" + i, peak(random, workloads));
            }
        }
        var moved = IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> moved(random, nodes, workloads))
                .toList();
        return watched.with(DayPeaksTest.hours(random.nextInt(4) > 0))
                .with(new DayPeaks(peaks))
                .with(new MoveHistory(moved));
    }

    private static UsageEstimate estimate(Random random) {
        var used = new Resources(random.nextInt(5_000), (1 + random.nextInt(20)) * Clusters.GIB);
        return new UsageEstimate(
                used, used, used, used, new Demand(used.cpuMillis(), 0, used.memoryBytes(), 0), 1, Fleet.NOW);
    }

    private static DayPeaks.Peak peak(Random random, int workloads) {
        var hurts = new ArrayList<DayPeaks.Hurt>();
        for (int i = random.nextInt(4); i > 0; i--) {
            var blamed = Map.of(Fleet.deployment("w" + random.nextInt(workloads)), random.nextDouble());
            var of = Contention.values()[random.nextInt(2)];
            var trouble = random.nextBoolean()
                    ? new Trouble.Hot(of, 0.9 + random.nextDouble() / 4, 0.8)
                    : new Trouble.Waiting(of, 0.9, random.nextDouble(), blamed);
            hurts.add(new DayPeaks.Hurt(List.of(trouble), Fleet.NOW - random.nextInt(86_000_000)));
        }
        return new DayPeaks.Peak(busiest(random), busiest(random), random.nextInt(25), hurts);
    }

    private static DayPeaks.Busiest busiest(Random random) {
        return new DayPeaks.Busiest(random.nextDouble(), Fleet.NOW - random.nextInt(86_000_000));
    }

    private static MoveStep moved(Random random, int nodes, int workloads) {
        var move = new Move(
                Fleet.key("gone"),
                "uid-gone",
                Fleet.deployment("w" + random.nextInt(workloads)),
                "n" + random.nextInt(nodes),
                "n" + random.nextInt(nodes),
                random.nextDouble(),
                1,
                100,
                "");
        return new MoveStep(move, MovePhase.EVICTED, Fleet.NOW - random.nextInt(86_000_000), "", Optional.empty());
    }

    private static NodeSpec node(Random random, String name) {
        var size = new Resources(3_000 + random.nextInt(8_000), (4 + random.nextInt(100)) * (1L << 30));
        return new NodeSpec(
                name,
                "uid-" + name,
                "boot",
                size,
                size,
                2 + random.nextInt(30),
                random.nextInt(10) == 0 ? NodeSpec.Readiness.UNKNOWN : NodeSpec.Readiness.READY,
                random.nextInt(10) == 0,
                random.nextInt(12) == 0,
                false,
                random.nextInt(6) == 0 ? List.of(new Taint("gpu", "", Taint.Effect.NO_SCHEDULE)) : List.of(),
                NodePlatform.UNTOLD,
                labels(random, name));
    }

    private static Map<String, String> labels(Random random, String name) {
        var labels = new HashMap<>(Map.of("host", name));
        if (random.nextInt(8) > 0) {
            labels.put("zone", ZONES.get(random.nextInt(ZONES.size())));
        }
        if (random.nextBoolean()) {
            labels.put("cores", String.valueOf(random.nextInt(5)));
        }
        return labels;
    }

    private static PlacementRules rules(Random random) {
        return new PlacementRules(
                random.nextInt(8) == 0 ? Map.of("zone", ZONES.get(random.nextInt(ZONES.size()))) : Map.of(),
                random.nextInt(4) == 0 ? some(random, MovePlanLawsTest::nodeTerm) : List.of(),
                random.nextInt(4) == 0 ? List.of(Toleration.of("gpu")) : List.of(),
                random.nextInt(2) == 0 ? some(random, MovePlanLawsTest::podTerm) : List.of(),
                random.nextInt(5) == 0 ? some(random, MovePlanLawsTest::podTerm) : List.of());
    }

    private static <T> List<T> some(Random random, Function<Random, T> one) {
        return IntStream.rangeClosed(0, random.nextInt(2))
                .mapToObj(i -> one.apply(random))
                .toList();
    }

    private static NodeTerm nodeTerm(Random random) {
        var name = "n" + random.nextInt(8);
        List<Requirement> names = random.nextInt(5) > 0
                ? List.of()
                : List.of(Requirement.of("metadata.name", random.nextBoolean() ? "In" : "NotIn", List.of(name))
                        .orElseThrow());
        return new NodeTerm(random.nextInt(8) > 0 ? some(random, MovePlanLawsTest::requirement) : List.of(), names);
    }

    private static Requirement requirement(Random random) {
        var zones = ZONES.subList(0, 1 + random.nextInt(ZONES.size()));
        var number = List.of(String.valueOf(random.nextInt(5)));
        var requirement =
                switch (random.nextInt(6)) {
                    case 0 -> Requirement.of("zone", "In", zones);
                    case 1 -> Requirement.of("zone", "NotIn", zones);
                    case 2 -> Requirement.of("cores", "Exists", List.of());
                    case 3 -> Requirement.of("cores", "DoesNotExist", List.of());
                    case 4 -> Requirement.of("cores", "Gt", number);
                    default -> Requirement.of("cores", "Lt", number);
                };
        return requirement.orElseThrow();
    }

    private static PodTerm podTerm(Random random) {
        var app = "w" + random.nextInt(4);
        var selector = random.nextInt(3) > 0
                ? new LabelSelector(Map.of("app", app), List.of())
                : new LabelSelector(
                        Map.of(), List.of(new Expression("app", random.nextBoolean() ? "In" : "NotIn", List.of(app))));
        return new PodTerm(
                selector,
                random.nextInt(6) > 0 ? Set.of(Fleet.NAMESPACE) : Set.of("other"),
                random.nextInt(6) > 0 ? Optional.empty() : Optional.of(LabelSelector.EVERY),
                random.nextInt(3) > 0 ? "host" : "zone");
    }

    private static Owner owner(Random random, int w) {
        var kinds = List.of("Deployment", "Deployment", "StatefulSet", "DaemonSet", "Job");
        return new Owner(
                Fleet.NAMESPACE,
                random.nextInt(4) > 0 ? "Deployment" : kinds.get(random.nextInt(kinds.size())),
                "w" + w);
    }

    private static PodTraits traits(Random random, int w) {
        var all = PodTrait.values();
        Set<PodTrait> some = random.nextInt(5) == 0 ? Set.of(all[random.nextInt(all.length)]) : Set.of();
        var rules = random.nextBoolean() ? rules(random) : PlacementRules.NONE;
        return new PodTraits(some, Map.of("app", "w" + w), rules);
    }

    private static PodSpec changed(Random random, PodSpec pod) {
        var builder = PodBuilder.like(pod);
        return switch (random.nextInt(16)) {
            case 0 -> builder.unready().build();
            case 1 -> builder.terminating().build();
            case 2 -> builder.priority(2_000_000_000).build();
            case 3 -> builder.optOuts(Set.of(OptOut.EVICT)).build();
            default ->
                builder.boundTo(pod.nodeName().orElseThrow(), Fleet.NOW - 200_000 - random.nextInt(90_000_000))
                        .build();
        };
    }

    private static SortedMap<String, List<Contention>> hot(Random random, int nodes) {
        var hot = new TreeMap<String, List<Contention>>();
        for (int i = 0; i < nodes; i++) {
            if (random.nextBoolean()) {
                hot.put("n" + i, List.of(Contention.CPU, Contention.MEMORY));
            }
        }
        return hot;
    }

    private static Neighbours neighbours(Random random, int nodes, int workloads) {
        var episodes = new ArrayList<Episode>();
        for (int i = random.nextInt(3); i > 0; i--) {
            var blames = new ArrayList<Blame>();
            for (int w = 0; w < workloads; w++) {
                blames.add(new Blame(Fleet.deployment("w" + w), random.nextDouble() / workloads, 1));
            }
            episodes.add(new Episode(
                    "n" + random.nextInt(nodes),
                    Contention.values()[random.nextInt(2)],
                    new Pressure(random.nextDouble(), Pressure.Tier.STALLS, Fleet.NOW),
                    random.nextDouble(),
                    Fleet.NOW,
                    blames));
        }
        var suspicions = new ArrayList<Suspicion>();
        for (int w = 0; w < workloads; w++) {
            for (var contention : Contention.values()) {
                suspicions.add(new Suspicion(
                        Fleet.deployment("w" + w),
                        contention,
                        0.5,
                        9,
                        3,
                        1,
                        0.1,
                        0.5,
                        true,
                        random.nextInt(3) == 0 ? OptionalLong.of(Fleet.NOW) : OptionalLong.empty(),
                        OptionalDouble.empty()));
            }
        }
        return new Neighbours(episodes, suspicions);
    }
}
