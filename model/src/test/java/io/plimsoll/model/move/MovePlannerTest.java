package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodSpec;
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
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Nodes have 10 cores; above 9 they are hot, and are brought to 8.
class MovePlannerTest {

    private static final SortedMap<String, List<Contention>> NONE_HOT = new TreeMap<>();
    private static final Taint GPU = new Taint("gpu", "", Taint.Effect.NO_SCHEDULE);

    private final MovePlanner planner = new MovePlanner(MoveConfig.DEFAULT, ResizeFirst.byPolicy());

    @Test
    void antagonist_beside_itsVictims_isMovedToTheNodeThatBearsItBest() {
        var image = waiting().image();

        var plan = planner.plan(image, new Watched(hurt("n1", "hog", 0.6), NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.moves()).hasSize(1);
        var move = plan.moves().getFirst();
        assertThat(move.pod()).isEqualTo(Fleet.key("hog-1"));
        assertThat(move.from()).isEqualTo("n1");
        assertThat(move.to()).isEqualTo("n3");
        assertThat(move.because())
                .isEqualTo("others wait for cpu 50% of the time, 24% because of it; no resize would do: too little is"
                        + " known of what its workload uses");
        assertThat(why(plan)).isEqualTo(Map.of("web-1", StayReason.BLAMELESS, "db-1", StayReason.BLAMELESS));
        // n1 bore 3 + 1 + 1 of 10 cores, and n3 nothing.
        assertThat(plan.nodes())
                .extracting(
                        NodeChange::node,
                        change -> Math.round(100 * change.before().cpuShare()),
                        change -> Math.round(100 * change.after().cpuShare()))
                .containsExactly(tuple("n1", 50L, 20L), tuple("n3", 0L, 30L));
    }

    /// Whether or not it is to be moved: nothing is hurt but n2.
    @Test
    void targets_ofAPod_areTheBestOneAndWhyTheOthersAreNone() {
        var size = new Resources(10_000, 100 * Clusters.GIB);
        var fleet = new Fleet()
                .node("n1")
                .pod("n1", "web", "web-1", 2_000)
                .node("n2")
                .pod("n2", "hog", "hog-1", 9_500)
                .node("n3")
                .pod("n3", "calm", "calm-1", 7_000)
                .node("n4")
                .pod("n4", "idle", "idle-1", 9_000)
                .node(new NodeSpec("n5", "u", "b", size, size, 110, Readiness.READY, false, false, List.of(GPU)))
                .node("n6")
                .unmeasured("n7")
                .node("n7")
                .node("n8")
                .pod("n8", "small", "small-1", 100)
                .node(leaving("n9", size));
        var image = fleet.image();
        var pod = image.pod(Fleet.key("web-1")).orElseThrow();

        var targets = planner.targets(pod, image, new Watched(Neighbours.NONE, Fleet.hot("n2"), 0), Fleet.NOW);

        assertThat(targets)
                .isEqualTo(new MoveTargets(
                        Optional.of("n6"),
                        new TreeMap<>(Map.of(
                                "n1", "where it is",
                                "n2", "hurt too",
                                "n3", "above the safe load with it",
                                "n4", "full by requests",
                                "n5", "tainted",
                                "n7", "not measured lately",
                                "n9", "about to be removed"))));
    }

    /// n3 is told to use nothing, and its pods 6 of 10 cores.
    @Test
    void hotNode_besideOneThatIsToldToBearLessThanItsPods_isNotRelievedToIt() {
        var words = "measured to use less than half of what its pods do";
        var image = hotBy("web", pod -> pod)
                .node("n3")
                .pod("n3", "calm", "calm-1", 6_000)
                .image();
        var pod = image.pod(Fleet.key("web-1")).orElseThrow();
        var hot = new Watched(Neighbours.NONE, Fleet.hot("n1"), 0);

        assertThat(planner.targets(pod, told(image, "n3", 100), hot, Fleet.NOW).refused())
                .containsEntry("n3", words);
        // The one may have been measured a little before the other.
        assertThat(planner.targets(pod, told(image, "n3", 4_000), hot, Fleet.NOW)
                        .refused())
                .doesNotContainKey("n3");
    }

    private static ClusterImage told(ClusterImage image, String node, double cpuMillis) {
        var sample = new NodeSample(node, SignalKind.CPU_USAGE_MILLIS, new Sample(cpuMillis, Fleet.NOW, "test"));
        return Clusters.after(
                image,
                List.of(new ClusterEvent.UsageObserved(
                        new UsageBatch("test", Fleet.NOW, List.of(sample), List.of(), 0, List.of()), Map.of())));
    }

    private static NodeSpec leaving(String name, Resources size) {
        return new NodeSpec(
                name,
                "u",
                "b",
                size,
                size,
                110,
                Readiness.READY,
                false,
                false,
                true,
                List.of(),
                NodePlatform.UNTOLD,
                Map.of());
    }

    /// No taint keeps pods from it, and by load it is the best.
    @Test
    void hotNode_besideTheBestOneThatIsAboutToBeRemoved_isRelievedToAnother() {
        var size = new Resources(10_000, 100 * Clusters.GIB);
        var staying = hotBy("web", pod -> pod).node("n3").pod("n3", "little", "little-1", 100);
        var image =
                Clusters.after(staying.image(), List.of(new ClusterEvent.NodeApplied(leaving("n3", size), Fleet.NOW)));
        var watched = new Watched(Neighbours.NONE, Fleet.hot("n1"), 0);
        var move = planner.plan(staying.image(), watched, Fleet.NOW).moves().getFirst();

        assertThat(planner.plan(image, watched, Fleet.NOW).moves())
                .extracting(Move::pod, Move::to)
                .containsExactly(tuple(move.pod(), "n2"));
        assertThat(move.to()).isEqualTo("n3");
        assertThat(planner.objection(move, List.of(move), image, watched, Fleet.NOW))
                .contains(new Stay(StayReason.PLACE_TAKEN, "n3 is about to be removed"));
    }

    /// By load alone, n4 would be the better one: it bears 4 %, and n3 15 %.
    @Test
    void target_ofAnAntagonist_isWhereFewerWouldWaitForIt() {
        var fleet = waiting().node("n4").pod("n3", "calm", "calm-1", 1_500);
        for (int i = 0; i < 4; i++) {
            fleet.pod("n4", "small" + i, "small" + i + "-1", 100);
        }
        var stalls = List.of(stalled("n3", 0.02), stalled("n4", 0.02));
        var stalledOnes = new UsageBatch("test", Fleet.NOW, stalls, List.of(), 0, List.of());
        var image = Clusters.after(fleet.image(), List.of(new ClusterEvent.UsageObserved(stalledOnes, Map.of())));

        var watched = new Watched(hurt("n1", "hog", 0.6), NONE_HOT, 0);

        var measured = planner.plan(image, watched, Fleet.NOW);
        var unmeasured = planner.plan(fleet.image(), watched, Fleet.NOW);

        assertThat(measured.moves()).extracting(Move::to).containsExactly("n3");
        assertThat(unmeasured.moves()).extracting(Move::to).containsExactly("n4");
    }

    /// By load alone, n2 would be the better one: n3 itself uses 1 % of its CPU, and the sibling nothing.
    @Test
    void pod_withASibling_isMovedToTheEmptyNode() {
        var fleet = new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "hog", "hog-1", 3_000)
                .pod("n1", "bare", "bare-1", 6_500, Fleet.with(pod -> pod.bare()))
                .sibling("n2", "hog");
        var itsOwn = new NodeSample("n3", SignalKind.CPU_USAGE_MILLIS, new Sample(100.0, Fleet.NOW, "test"));
        var signals = List.of(itsOwn, stalled("n2", 0.02), stalled("n3", 0.02));
        var batch = new UsageBatch("test", Fleet.NOW, signals, List.of(), 0, List.of());
        var image = Clusters.after(fleet.image(), List.of(new ClusterEvent.UsageObserved(batch, Map.of())));

        var ofHotNode = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);
        var antagonist = planner.plan(image, new Watched(hurt("n1", "hog", 0.6), NONE_HOT, 0), Fleet.NOW);

        assertThat(ofHotNode.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("hog-1"), "n3"));
        assertThat(antagonist.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("hog-1"), "n3"));
    }

    private static NodeSample stalled(String node, double share) {
        return new NodeSample(node, SignalKind.CPU_PSI_SOME_60, new Sample(share, Fleet.NOW, "test"));
    }

    @Test
    void waitingPods_withNobodyAccused_areLeft() {
        var neighbours = hurt("n1", "hog", 0.6);

        var plan = planner.plan(
                waiting().image(),
                new Watched(new Neighbours(neighbours.episodes(), List.of()), NONE_HOT, 0),
                Fleet.NOW);

        assertThat(plan.hurt()).isEmpty();
        assertThat(plan.moves()).isEmpty();
    }

    /// It would thrash at its next place as it does here.
    @Test
    void antagonist_aloneOnItsNode_hurtsNobodyAndStays() {
        var alone = new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "hog", "hog-1", 3_000)
                .pod("n1", "hog", "hog-2", 3_000)
                .pod("n2", "hog", "hog-3", 3_000);

        var plan = planner.plan(alone.image(), new Watched(hurt("n1", "hog", 0.6), NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.hurt()).isEmpty();
        assertThat(plan.moves()).isEmpty();
    }

    @Test
    void pressureOfUsageAlone_accusesNobody() {
        var stalls = hurt("n1", "hog", 0.6).episodes().getFirst();
        var usage = new Episode(
                stalls.node(),
                stalls.contention(),
                new Pressure(0.5, Pressure.Tier.USAGE, Fleet.NOW),
                stalls.rise(),
                stalls.sinceMillis(),
                stalls.blames());

        var plan = planner.plan(
                waiting().image(),
                new Watched(
                        new Neighbours(List.of(usage), hurt("n1", "hog", 0.6).suspicions()), NONE_HOT, 0),
                Fleet.NOW);

        assertThat(plan.hurt()).isEmpty();
    }

    @Test
    void hotNode_isRelievedByTheCheapestPodThatTakesItAll() {
        // 95 % in use, safe at 80 %: 15 % are to go, which both take.
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "old", "old-1", 3_000)
                .sibling("n2", "old")
                .pod("n1", "young", "young-1", 2_500, Fleet.with(pod -> pod.boundTo("n1", Fleet.NOW - 3_600_000)))
                .sibling("n2", "young")
                .pod("n1", "rest", "rest-1", 4_000)
                .sibling("n2", "rest")
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("young-1"), "n2"));
        assertThat(why(plan)).isEqualTo(Map.of("old-1", StayReason.RELIEVED, "rest-1", StayReason.RELIEVED));
    }

    /// They are alike but for what is known of one pod each: a-1 would go first else.
    @Test
    void hotNode_isRelievedByThePodWhoseReplacementIsReadySooner() {
        var slow = Fleet.with(pod -> pod.startSeconds(280));
        var quick = Fleet.with(pod -> pod.startSeconds(20));
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "a", "a-1", 3_000)
                .pod("n2", "a", "a-2", 0, slow)
                .pod("n1", "b", "b-1", 3_000)
                .pod("n2", "b", "b-2", 0, quick)
                .pod("n1", "rest", "rest-1", 3_500)
                .sibling("n2", "rest")
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod).containsExactly(Fleet.key("b-1"));
    }

    @Test
    void hotNode_whoseCheapestPodIsGuarded_losesTheNextOne() {
        var image = hotBy("web", Fleet.labelled("app", "web"))
                .budget("calm", Map.of("app", "web"), 0)
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod).containsExactly(Fleet.key("zoo-1"));
        assertThat(plan.kept())
                .extracting(Kept::pod, kept -> kept.why().words())
                .contains(tuple(Fleet.key("web-1"), "its disruption budget lets no pod go now (calm)"));
    }

    @Test
    void nodeThatWasHot_andIsNoMore_isLeft() {
        var image =
                new Fleet().node("n1").node("n2").pod("n1", "web", "a", 8_500).image();

        assertThat(planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW)
                        .hurt())
                .isEmpty();
    }

    @Test
    void allNodesHot_nobodyIsMoved_andEveryPodSaysSo() {
        var image = hotBy("web", pod -> pod).pod("n2", "calm", "calm-1", 9_500).image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1", "n2"), 0), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept())
                .extracting(Kept::pod, Kept::why)
                .contains(tuple(Fleet.key("web-1"), new Stay(StayReason.NO_PLACE, "2 hurt too")));
    }

    /// It takes both to bring n1 from 9.9 cores below 8; c is the last of its workload.
    @Test
    void partOfAPlan_hasItsMovesAlone_andWhatTheyChange() {
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "big", "a", 1_500)
                .sibling("n3", "big")
                .pod("n1", "small", "b", 1_400)
                .sibling("n3", "small")
                .pod("n1", "rest", "c", 7_000)
                .image();
        var watched = new Watched(Neighbours.NONE, Fleet.hot("n1"), 0);
        var whole = planner.plan(image, watched, Fleet.NOW);
        var part = planner.plan(
                image, watched, Fleet.NOW, workload -> workload.name().equals("small"));

        assertThat(whole.moves()).extracting(Move::pod).containsExactly(Fleet.key("a"), Fleet.key("b"));
        assertThat(part.moves()).containsExactly(whole.moves().getLast());
        assertThat(part.kept())
                .contains(new Kept(
                        Fleet.key("a"), whole.moves().getFirst().workload(), "n1", Stay.of(StayReason.OTHER_PLAN)));
        assertThat(part.nodes().getFirst().after().cpuShare())
                .isGreaterThan(whole.nodes().getFirst().after().cpuShare());
    }

    @Test
    void fullCluster_inWhichNobodyFindsAPlace_isGivenUpAfter500Searches() {
        var full = new Fleet().node("n1").node("n2").pod("n2", "big", "big-1", 7_999);
        for (int i = 0; i < 600; i++) {
            full.pod("n1", "w" + i, "p" + i, 16).sibling("n2", "w" + i);
        }
        var all = new MoveConfig(
                PlacementConfig.DEFAULT,
                0.1,
                false,
                MoveConfig.SYSTEM_CRITICAL,
                0,
                Set.of(),
                0,
                MoveConfig.Limits.DEFAULT,
                MovePace.DEFAULT);

        var plan = new MovePlanner(all, ResizeFirst.NEVER)
                .plan(full.image(), new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(why(plan).values().stream().filter(StayReason.NO_PLACE::equals))
                .hasSize(500);
        assertThat(why(plan).values().stream().filter(StayReason.NOT_SEARCHED::equals))
                .hasSize(100);
    }

    @Test
    void pod_thatWouldMakeEveryOtherNodeHot_stays() {
        // n2 would bear 6 + 3 of 10 cores: above 8, though below 9.
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "a", 3_000)
                .sibling("n2", "web")
                .pod("n1", "big", "b", 6_500, Fleet.with(pod -> pod.bare()))
                .pod("n2", "calm", "c", 6_000)
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept())
                .extracting(Kept::pod, Kept::why)
                .containsExactly(
                        tuple(
                                Fleet.key("a"),
                                new Stay(StayReason.NO_PLACE, "1 hurt too, 1 above the safe load with it")),
                        tuple(Fleet.key("b"), Stay.of(StayReason.BARE)));
    }

    @Test
    void twoPods_ofWhichOneFitsTheOnlyPlace_areMovedOnce() {
        // n3 bears 5 of 10 cores: one of 2.5 cores more stays below 8, two do not.
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "a", "a-1", 2_500)
                .pod("n2", "b", "b-1", 2_500)
                .pod("n1", "x", "x-1", 7_000, Fleet.with(pod -> pod.bare()))
                .pod("n2", "y", "y-1", 7_000, Fleet.with(pod -> pod.bare()))
                .sibling("n3", "a")
                .sibling("n3", "b")
                .pod("n3", "c", "c-1", 5_000)
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1", "n2"), 0), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("a-1"), "n3"));
        assertThat(why(plan)).containsEntry("b-1", StayReason.NO_PLACE);
    }

    @Test
    void nodesThatAreNoTargets_areNamedByKind() {
        var size = new Resources(10_000, 100 * Clusters.GIB);
        var image = hotBy("web", pod -> pod.withTraits(rules(Map.of("disk", "fast"))))
                .node(new NodeSpec("cordoned", "u", "b", size, size, 110, Readiness.READY, true, false, List.of()))
                .node(new NodeSpec("away", "u", "b", size, size, 110, Readiness.UNKNOWN, false, false, List.of()))
                .node(new NodeSpec("fargate", "u", "b", size, size, 110, Readiness.READY, false, true, List.of()))
                .node(new NodeSpec("tainted", "u", "b", size, size, 110, Readiness.READY, false, false, List.of(GPU)))
                .node(new NodeSpec(
                        "tight",
                        "u",
                        "b",
                        size,
                        size,
                        0,
                        Readiness.READY,
                        false,
                        false,
                        false,
                        List.of(),
                        NodePlatform.UNTOLD,
                        Map.of("disk", "fast")))
                .node("blind")
                .unmeasured("blind")
                .pod("n1", "third", "third-1", 1, Fleet.with(pod -> pod.bare()))
                .image();
        var only = new MoveConfig(
                PlacementConfig.DEFAULT,
                0.1,
                false,
                MoveConfig.SYSTEM_CRITICAL,
                0,
                Set.of(),
                0,
                new MoveConfig.Limits(1, 1, 1, 1),
                MovePace.DEFAULT);

        var plan = new MovePlanner(only, ResizeFirst.NEVER)
                .plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.kept())
                .extracting(Kept::pod, Kept::why)
                .contains(tuple(
                        Fleet.key("web-1"),
                        new Stay(
                                StayReason.NO_PLACE,
                                "1 hurt too, 2 not ready or cordoned, 1 virtual, 1 not measured lately, 1 tainted,"
                                        + " 1 not of those that the pod selects, 1 full by requests")));
    }

    private static PodTraits rules(Map<String, String> nodeSelector, Toleration... tolerations) {
        return PodTraits.NONE.withRules(
                new PlacementRules(nodeSelector, List.of(), List.of(tolerations), List.of(), List.of()));
    }

    @Test
    void podThatToleratesATaint_andSelectsALabel_goesThere() {
        var size = new Resources(10_000, 100 * Clusters.GIB);
        var traits = rules(Map.of("disk", "fast"), Toleration.of("gpu"));
        var image = hotBy("web", pod -> pod.withTraits(traits))
                .node(new NodeSpec(
                        "fast",
                        "u",
                        "b",
                        size,
                        size,
                        110,
                        Readiness.READY,
                        false,
                        false,
                        false,
                        List.of(GPU),
                        NodePlatform.UNTOLD,
                        Map.of("disk", "fast", "zone", "a")))
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).contains(tuple(Fleet.key("web-1"), "fast"));
    }

    @Test
    void podWithRulesThatAreNotReckonedWith_stays() {
        var image = hotBy("web", pod -> pod.withTraits(PodTraits.of(PodTrait.PLACEMENT_RULES)))
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(why(plan)).containsEntry("web-1", StayReason.PLACEMENT_RULES);
        assertThat(plan.moves()).extracting(Move::pod).containsExactly(Fleet.key("zoo-1"));
    }

    /// n2 has room by CPU and memory; whether it has a GPU, nobody knows.
    @Test
    void podThatAsksForAResourceOfWhichTheRoomIsNotKnown_stays() {
        var image = hotBy("web", pod -> pod.withTraits(PodTraits.of(PodTrait.OTHER_RESOURCES)))
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(why(plan)).containsEntry("web-1", StayReason.OTHER_RESOURCES);
        assertThat(plan.moves()).extracting(Move::pod).containsExactly(Fleet.key("zoo-1"));
    }

    @Test
    void antagonist_thatAsksForMuchMoreThanItUses_isResizedFirst() {
        // It asks for 3 cores; 1.25 times the 0.8 that it uses would do.
        var image = waiting()
                .uses("hog-1", 800)
                .estimate("hog", Clusters.estimate(800, Clusters.GIB, 1))
                .image();

        var plan = planner.plan(image, resizing(hurt("n1", "hog", 0.6)), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.resizes())
                .containsExactly(new Resize(
                        Fleet.key("hog-1"),
                        Fleet.deployment("hog"),
                        "n1",
                        "policy auto may lower its CPU request from 3000m to 1000m, which covers what it uses: its"
                                + " neighbours then go before it"));
        assertThat(why(plan)).containsEntry("hog-1", StayReason.RESIZE_FIRST);
    }

    private static Watched resizing(Neighbours neighbours) {
        return new Watched(neighbours, NONE_HOT, 0).with(ResizeFirstTest.AUTO);
    }

    @Test
    void antagonist_thatAsksForWhatItUses_isMoved_andItIsSaidWhyNoResizeWouldDo() {
        var image = waiting()
                .estimate("hog", Clusters.estimate(2900, Clusters.GIB, 1))
                .image();

        var plan = planner.plan(image, new Watched(hurt("n1", "hog", 0.6), NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.moves())
                .extracting(Move::because)
                .containsExactly("others wait for cpu 50% of the time, 24% because of it; no resize would do: it asks"
                        + " for 3000m, and uses 3000m");
    }

    /// It uses what it uses, whatever it asks for.
    @Test
    void hotNode_whosePodsAskForMuchMoreThanTheyUse_losesOneInPlaceOfAResize() {
        var image = hotBy("web", pod -> pod)
                .estimate("web", Clusters.estimate(800, Clusters.GIB, 1))
                .estimate("zoo", Clusters.estimate(800, Clusters.GIB, 1))
                .image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW);

        assertThat(plan.resizes()).isEmpty();
        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n2"));
        assertThat(why(plan)).isEqualTo(Map.of("zoo-1", StayReason.RELIEVED, "bare-1", StayReason.BARE));
    }

    /// Of 1.5 cores that are to go, the hog uses half a one, and goes on with that: it takes both others.
    @Test
    void resize_onANodeThatIsHotToo_doesNotCoolIt() {
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "hog", "hog-1", 1_000)
                .sibling("n2", "hog")
                .pod("n1", "a", "a-1", 600)
                .sibling("n2", "a")
                .pod("n1", "b", "b-1", 600)
                .sibling("n2", "b")
                .pod("n1", "bare", "bare-1", 7_800, Fleet.with(pod -> pod.bare()))
                .uses("hog-1", 500)
                .estimate("hog", Clusters.estimate(100, Clusters.GIB, 1))
                .image();

        var watched = new Watched(hurt("n1", "hog", 0.6), Fleet.hot("n1"), 0).with(ResizeFirstTest.AUTO);
        var plan = planner.plan(image, watched, Fleet.NOW);

        assertThat(plan.resizes()).extracting(Resize::pod).containsExactly(Fleet.key("hog-1"));
        assertThat(plan.moves()).extracting(Move::pod).containsExactly(Fleet.key("a-1"), Fleet.key("b-1"));
    }

    @Test
    void limits_ofNodeWorkloadNamespaceAndPlan_areEachNamed() {
        var four = new Fleet().node("n1").node("n2");
        for (int i = 0; i < 4; i++) {
            four.pod("n1", "w" + i, "p" + i, 2_500).sibling("n2", "w" + i);
        }
        var image = four.image();

        assertThat(reasons(image, new MoveConfig.Limits(1, 9, 9, 9))).contains(StayReason.NODE_LIMIT);
        assertThat(reasons(image, new MoveConfig.Limits(9, 9, 1, 9))).contains(StayReason.NAMESPACE_LIMIT);
        assertThat(reasons(image, new MoveConfig.Limits(9, 9, 9, 1))).contains(StayReason.PLAN_LIMIT);
        assertThat(reasons(
                        new Fleet()
                                .node("n1")
                                .node("n2")
                                .pod("n1", "w", "p0", 1_200)
                                .pod("n1", "w", "p1", 1_200)
                                .pod("n1", "w", "p2", 1_200)
                                .pod("n1", "rest", "r", 6_000, Fleet.with(pod -> pod.bare()))
                                .image(),
                        new MoveConfig.Limits(9, 1, 9, 9)))
                .contains(StayReason.WORKLOAD_LIMIT);
    }

    private static List<StayReason> reasons(ClusterImage image, MoveConfig.Limits limits) {
        var config = new MoveConfig(
                PlacementConfig.DEFAULT,
                0.3,
                false,
                MoveConfig.SYSTEM_CRITICAL,
                0,
                Set.of(),
                0,
                limits,
                MovePace.DEFAULT);
        return new MovePlanner(config, ResizeFirst.NEVER)
                .plan(image, new Watched(Neighbours.NONE, Fleet.hot("n1"), 0), Fleet.NOW).kept().stream()
                        .map(kept -> kept.why().reason())
                        .toList();
    }

    // What is planned for

    /// A hog, a web and a db on n1; n2 busy, n3 free.
    private static Fleet waiting() {
        return new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "hog", "hog-1", 3_000)
                .pod("n1", "web", "web-1", 1_000)
                .pod("n1", "db", "db-1", 1_000)
                .pod("n2", "busy", "busy-1", 6_000)
                .sibling("n2", "hog")
                .sibling("n2", "web")
                .sibling("n2", "db");
    }

    /// n1 at 95 %, of which 3 cores are of the Deployment's pod and 4 of `zoo`; n2 free.
    private static Fleet hotBy(String deployment, UnaryOperator<PodSpec> change) {
        return new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", deployment, deployment + "-1", 3_000, change)
                .pod("n2", deployment, deployment + "-2", 0, change)
                .pod("n1", "zoo", "zoo-1", 4_000)
                .pod("n1", "bare", "bare-1", 2_500, Fleet.with(pod -> pod.bare()))
                .sibling("n2", "zoo");
    }

    /// A node whose pods wait for CPU half of the time, 40 % more than usual, by the Deployment with this
    /// share.
    private static Neighbours hurt(String node, String deployment, double share) {
        var owner = Fleet.deployment(deployment);
        return new Neighbours(
                List.of(new Episode(
                        node,
                        Contention.CPU,
                        new Pressure(0.5, Pressure.Tier.STALLS, Fleet.NOW),
                        0.4,
                        Fleet.NOW,
                        List.of(new Blame(owner, share, 1), new Blame(Fleet.deployment("web"), 0.1, 0.1)))),
                List.of(suspicion(owner, true), suspicion(Fleet.deployment("web"), false)));
    }

    private static Suspicion suspicion(Owner owner, boolean isAccused) {
        return new Suspicion(
                owner,
                Contention.CPU,
                0.8,
                12,
                4,
                2,
                0.2,
                0.9,
                true,
                isAccused ? OptionalLong.of(Fleet.NOW) : OptionalLong.empty(),
                OptionalDouble.empty());
    }

    // Room for resizes

    @Test
    void resizeThatWaitsForRoom_hasANeighbourOfALowerPriorityMoved() {
        var image = crowded(4, -1).image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.hurt())
                .flatExtracting(HurtNode::words)
                .containsExactly("110% of its cpu is asked for: the resize of default/web-1 waits for room");
        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("batch-1"), "n2"));
        assertThat(plan.moves().getFirst().because())
                .endsWith("waits for room; this one, of a lower priority, asks for 40%");
        assertThat(why(plan)).isEqualTo(Map.of("rest-1", StayReason.BLAMELESS, "web-1", StayReason.RELIEVED));
    }

    /// Until then, neighbours may be lowered.
    @Test
    void resizeThatWaitsForTwoMinutes_isNoReasonToMoveAnybody() {
        var image = crowded(2, -1).image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.hurt()).isEmpty();
    }

    @Test
    void resizeThatWaitsBesidePodsOfItsPriority_hasItsOwnPodMoved() {
        var image = crowded(4, 0).image();

        var plan = planner.plan(image, new Watched(Neighbours.NONE, NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n2"));
        assertThat(plan.moves().getFirst().because()).endsWith("waits for room; that asks for 50%");
    }

    /// 30 points are missing, and each of the neighbours has 10: nobody goes in vain.
    @Test
    void resizeForWhichNoPodAloneMakesRoom_hasNobodyMoved() {
        var waiting = new PodLevel(Resources.NONE, Resources.NONE, Resources.NONE, Fleet.NOW - 4 * 60_000L);
        var fleet = new Fleet().node("n1").node("n2");
        fleet.pod("n1", "db", "db-1", 10_000, Fleet.with(pod -> pod.level(waiting)));
        for (var name : List.of("a", "b", "c")) {
            fleet.pod("n1", name, name + "-1", 1_000, Fleet.with(pod -> pod.priority(-1)))
                    .sibling("n2", name);
        }

        var plan = planner.plan(fleet.image(), new Watched(Neighbours.NONE, NONE_HOT, 0), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(why(plan)).containsEntry("db-1", StayReason.LAST_READY).containsEntry("a-1", StayReason.BLAMELESS);
    }

    /// Of 10 cores `web` asks for 5 by now, `batch` for 4 and `rest` for 2.
    private static Fleet crowded(int minutes, int batchPriority) {
        var waiting = new PodLevel(Resources.NONE, Resources.NONE, Resources.NONE, Fleet.NOW - minutes * 60_000L);
        return new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", 5_000, Fleet.with(pod -> pod.level(waiting)))
                .sibling("n2", "web")
                .pod("n1", "batch", "batch-1", 4_000, Fleet.with(pod -> pod.priority(batchPriority)))
                .sibling("n2", "batch")
                .pod("n1", "rest", "rest-1", 2_000)
                .sibling("n2", "rest");
    }

    // Siblings

    /// The younger of `api` moves; `web` has a pod elsewhere, a workload of one pod has no siblings, and a Job ends.
    @Test
    void workload_thatOneNodeHoldsAllOf_isSpreadWhereThatIsWanted() {
        var image = together().image();
        var watched = Fleet.misplacedForLong(new Watched(Neighbours.NONE, NONE_HOT, 0), image);

        var plan = spreading().plan(image, watched, Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("api-2"), "n2"));
        assertThat(plan.moves().getFirst().because()).isEqualTo("all 2 pods of its workload are on n1");
        assertThat(plan.hurt()).isEmpty();
        assertThat(spreading().objection(plan.moves().getFirst(), image, watched, Fleet.NOW))
                .isEmpty();
        assertThat(planner.plan(image, watched, Fleet.NOW).moves()).isEmpty();
    }

    @Test
    void workload_thatCannotBeSpread_saysWhyOfEachPod() {
        var image = together().budget("api", Map.of("app", "api"), 0).image();

        var calm = new Watched(Neighbours.NONE, NONE_HOT, 0);
        var plan = spreading().plan(image, Fleet.misplacedForLong(calm, image), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(why(plan)).isEqualTo(Map.of("api-1", StayReason.BUDGET, "api-2", StayReason.BUDGET));
    }

    @Test
    void workload_thatIsSpreadByNow_isNotMovedForThatAnyMore() {
        var watched = new Watched(Neighbours.NONE, NONE_HOT, 0);
        var before = together().image();
        var move = spreading()
                .plan(before, Fleet.misplacedForLong(watched, before), Fleet.NOW)
                .moves()
                .getFirst();
        var image = together().sibling("n2", "api").image();

        assertThat(spreading().objection(move, image, watched, Fleet.NOW))
                .hasValueSatisfying(stay -> assertThat(stay.reason()).isEqualTo(StayReason.RIGHT_AGAIN));
    }

    private static MovePlanner spreading() {
        return new MovePlanner(MoveConfig.DEFAULT.withGoals(Set.of(MoveGoal.SPREAD_SIBLINGS)), ResizeFirst.NEVER);
    }

    private static Fleet together() {
        var job = new Owner(Fleet.NAMESPACE, "Job", "import");
        return new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "api", "api-1", 500, Fleet.labelled("app", "api"))
                .pod(
                        "n1",
                        "api",
                        "api-2",
                        500,
                        pod -> Fleet.with(young -> young.boundTo("n1", Fleet.NOW - 3_600_000))
                                .apply(Fleet.labelled("app", "api").apply(pod)))
                .pod("n1", "web", "web-1", 500)
                .sibling("n2", "web")
                .pod("n1", "db", "db-1", 500)
                .pod("n1", job, "import-1", 500, pod -> pod)
                .pod("n1", job, "import-2", 500, pod -> pod);
    }

    private static Map<String, StayReason> why(MovePlan plan) {
        var why = new TreeMap<String, StayReason>();
        plan.kept().forEach(kept -> why.put(kept.pod().name(), kept.why().reason()));
        return why;
    }
}
