package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.NodeTerm;
import io.plimsoll.model.cluster.NodeTerm.Requirement;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTerm;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Taint;
import io.plimsoll.model.cluster.Toleration;
import io.plimsoll.model.neighbour.Neighbours;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What pods demand of their nodes and of one another: where they may be moved to, and that they are moved where it is
/// violated. Nodes have 10 cores and a label `host` with their name.
class RequiredRulesTest {

    private static final Watched CALM = new Watched(Neighbours.NONE, new TreeMap<>(), 0);
    private static final Watched N1_HOT = new Watched(Neighbours.NONE, Fleet.hot("n1"), 0);
    private static final Taint TEAM = new Taint("team", "a", Taint.Effect.NO_SCHEDULE);

    private final MovePlanner planner = new MovePlanner(MoveConfig.DEFAULT, ResizeFirst.NEVER);
    private final MovePlanner fixing = new MovePlanner(
            MoveConfig.DEFAULT.withGoals(EnumSet.of(MoveGoal.FIX_AFFINITY, MoveGoal.FIX_TAINTS)), ResizeFirst.NEVER);

    /// Where pods that are misplaced have been so for long.
    private static Watched calm(ClusterImage image) {
        return Fleet.misplacedForLong(CALM, image);
    }

    // Where pods go

    /// n2 would be the better one, as it is empty.
    @Test
    void podOfAHotNode_thatDemandsAZone_goesToTheOneNodeInIt() {
        var fleet = hot(rules(selecting("zone", "In", "b"))).node(node("n2", Map.of("zone", "a")));

        var nowhere = planner.plan(fleet.image(), N1_HOT, Fleet.NOW);
        var plan = planner.plan(fleet.node(node("n3", Map.of("zone", "b"))).image(), N1_HOT, Fleet.NOW);

        assertThat(why(nowhere)).containsEntry("web-1", "NO_PLACE 1 hurt too, 1 not of those that the pod selects");
        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n3"));
    }

    @Test
    void podOfAHotNode_thatMustBeApartFromItsSibling_doesNotGoToIt() {
        var fleet = hot(rules(apartFrom("web", "host")))
                .node(node("n2"))
                .pod("n2", "web", "web-2", 10, pod -> pod.withTraits(labels("web")));

        var nowhere = planner.plan(fleet.image(), N1_HOT, Fleet.NOW);
        var plan = planner.plan(fleet.node(node("n3")).image(), N1_HOT, Fleet.NOW);

        assertThat(why(nowhere)).containsEntry("web-1", "NO_PLACE 1 hurt too, 1 near pods that must be apart from it");
        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n3"));
    }

    /// The pod that comes demands nothing.
    @Test
    void podOfAHotNode_doesNotGoWhereOneDemandsToBeApartFromIt_norToAnotherNodeOfItsZone() {
        var fleet = hot(pod -> pod.withTraits(labels("web")))
                .node(node("n2", Map.of("zone", "a")))
                .node(node("n3", Map.of("zone", "a")))
                .pod("n2", "quiet", "quiet-1", 10, rules(apartFrom("web", "zone")));

        var nowhere = planner.plan(fleet.image(), N1_HOT, Fleet.NOW);
        var plan = planner.plan(fleet.node(node("n4", Map.of("zone", "b"))).image(), N1_HOT, Fleet.NOW);

        assertThat(why(nowhere)).containsEntry("web-1", "NO_PLACE 1 hurt too, 2 near pods that must be apart from it");
        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n4"));
    }

    /// Its own place in the zone is free when it has left it.
    @Test
    void podThatMustBeAloneInItsZone_mayStayInIt() {
        var image = hot(rules(apartFrom("web", "zone")), Map.of("zone", "a"))
                .node(node("n2", Map.of("zone", "a")))
                .image();

        assertThat(planner.plan(image, N1_HOT, Fleet.NOW).moves())
                .extracting(Move::pod, Move::to)
                .containsExactly(tuple(Fleet.key("web-1"), "n2"));
    }

    /// Both would go to n2.
    @Test
    void podsThatMustBeApart_areNotSentToOneNodeByOnePlan() {
        var image = new Fleet()
                .node(node("n1"))
                .node(node("n2"))
                .pod("n1", "a", "a-1", 3_000, pod -> pod.withTraits(labels("a")))
                .pod("n1", "b", "b-1", 3_000, rules(apartFrom("a", "host")))
                .pod("n1", "bare", "bare-1", 3_900, Fleet.with(pod -> pod.bare()))
                .node(node("n3"))
                .pod("n3", "c", "c-1", 7_900)
                .sibling("n3", "a")
                .sibling("n3", "b")
                .image();

        var plan = planner.plan(image, N1_HOT, Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("a-1"), "n2"));
    }

    /// It is not the first of them, though the other one's node has no zone: the scheduler would find no node for it.
    @Test
    void podThatMustBeNearItsLikeByTwoLabels_stays_whereAnotherIsOnANodeWithOneOfThem() {
        var near = Stream.of("zone", "rack")
                .map(key -> new PodTerm(label("web"), Set.of(Fleet.NAMESPACE), Optional.empty(), key))
                .toList();
        var demanding = rules(new PlacementRules(Map.of(), List.of(), List.of(), List.of(), near));
        var labels = Map.of("zone", "a", "rack", "r1");
        var fleet = hot(demanding, labels).node(node("n2", labels)).node(node("n3", Map.of("rack", "r2")));

        var first = planner.plan(fleet.image(), N1_HOT, Fleet.NOW);
        var second =
                planner.plan(fleet.pod("n3", "web", "web-2", 500, demanding).image(), N1_HOT, Fleet.NOW);

        assertThat(first.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n2"));
        assertThat(second.moves()).isEmpty();
    }

    @Test
    void podThatMustBeNearAnother_goesToItsZone() {
        var near = new PodTerm(label("db"), Set.of(Fleet.NAMESPACE), Optional.empty(), "zone");
        var fleet = hot(rules(new PlacementRules(Map.of(), List.of(), List.of(), List.of(), List.of(near))))
                .node(node("n2", Map.of("zone", "a")))
                .node(node("n3", Map.of("zone", "b")));

        var nowhere = planner.plan(fleet.image(), N1_HOT, Fleet.NOW);
        var plan = planner.plan(
                fleet.pod("n3", "db", "db-1", 500, pod -> pod.withTraits(labels("db")))
                        .image(),
                N1_HOT,
                Fleet.NOW);

        assertThat(why(nowhere))
                .containsEntry("web-1", "NO_PLACE 1 hurt too, 2 not near the pods that it must be near");
        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n3"));
    }

    @Test
    void plannedMove_toANodeWhereOneDemandsToBeApartByNow_isNotMade() {
        var before = hot(pod -> pod.withTraits(labels("web"))).node(node("n2"));
        var move = planner.plan(before.image(), N1_HOT, Fleet.NOW).moves().getFirst();
        var image = before.pod("n2", "quiet", "quiet-1", 10, rules(apartFrom("web", "host")))
                .image();

        assertThat(planner.objection(move, image, N1_HOT, Fleet.NOW))
                .contains(new Stay(StayReason.PLACE_TAKEN, "n2 is near pods that must be apart from it"));
    }

    // What is violated

    @Test
    void podOnANode_whoseLabelWasChanged_isMovedToOneThatSuitsIt_whereThatIsWanted() {
        var image = inZones("b").image();

        var plan = fixing.plan(image, calm(image), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n2"));
        assertThat(plan.moves().getFirst().because()).isEqualTo("n1 is not one of the nodes that it demands");
        assertThat(plan.hurt()).isEmpty();
        assertThat(plan.kept()).isEmpty();
        assertThat(fixing.objection(plan.moves().getFirst(), image, calm(image), Fleet.NOW))
                .isEmpty();
        assertThat(fixing.objection(plan.moves().getFirst(), image, CALM, Fleet.NOW))
                .contains(Stay.of(StayReason.JUST_MISPLACED));
        assertThat(planner.plan(image, CALM, Fleet.NOW).moves()).isEmpty();
    }

    @Test
    void podWhoseNodeSuitsItAgain_isNotMoved() {
        var before = inZones("b").image();
        var move = fixing.plan(before, calm(before), Fleet.NOW).moves().getFirst();

        assertThat(fixing.objection(move, inZones("a").image(), CALM, Fleet.NOW))
                .contains(Stay.of(StayReason.RIGHT_AGAIN));
    }

    /// Its record says that it is for relief.
    @Test
    void moveForRelief_ofANodeThatIsHurtNoMore_isNotMadeForARule() {
        var image = inZones("b").image();
        var move = fixing.plan(image, calm(image), Fleet.NOW).moves().getFirst();
        var relief =
                new Move(move.pod(), move.uid(), move.workload(), move.from(), move.to(), 0.5, 1, 50, "cpu at 97%");

        assertThat(fixing.objection(relief, image, CALM, Fleet.NOW)).contains(Stay.of(StayReason.NOT_HURT));
    }

    @Test
    void podWhoseRulesAreViolated_andThatFitsNowhereElse_staysAndSaysWhy() {
        var image = new Fleet()
                .node(node("n1", Map.of("zone", "b")))
                .pod("n1", "web", "web-1", 500, rules(selecting("zone", "In", "a")))
                .node(node("n2", Map.of("zone", "b")))
                .sibling("n2", "web")
                .image();

        var plan = fixing.plan(image, calm(image), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(why(plan)).isEqualTo(Map.of("web-1", "NO_PLACE 1 where it is, 1 not of those that the pod selects"));
    }

    @Test
    void podWhoseRulesAreViolated_isNotMovedPastItsBudget_norFromACordonedNode() {
        var guarded = inZones("b").budget("calm", Map.of(), 0).image();
        var cordoned = new NodeSpec(
                "n1",
                "uid-n1",
                "boot",
                SIZE,
                SIZE,
                110,
                Readiness.READY,
                true,
                false,
                false,
                List.of(),
                NodePlatform.UNTOLD,
                Map.of("zone", "b"));

        assertThat(why(fixing.plan(guarded, calm(guarded), Fleet.NOW))).isEqualTo(Map.of("web-1", "BUDGET calm"));
        var half = inZones("b").node(cordoned).image();
        var plan = fixing.plan(half, calm(half), Fleet.NOW);
        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept()).isEmpty();
    }

    /// The first of them: then the other one is apart from it.
    @Test
    void siblingsThatMustBeApart_onOneNode_haveOneOfThemMoved() {
        var alone = rules(apartFrom("web", "host"));
        var image = new Fleet()
                .node(node("n1"))
                .node(node("n2"))
                .node(node("n3"))
                .pod("n1", "web", "web-1", 500, alone)
                .pod("n1", "web", "web-2", 500, alone)
                .pod("n2", "web", "web-3", 500, alone)
                .image();
        var two = new MoveConfig.Limits(9, 9, 9, 9);
        var often = new MovePlanner(
                MoveConfig.DEFAULT.with(two).withGoals(Set.of(MoveGoal.FIX_AFFINITY)), ResizeFirst.NEVER);

        var plan = often.plan(image, calm(image), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n3"));
        assertThat(plan.moves().getFirst().because())
                .isEqualTo("it demands to be apart from default/web-2, which is near it");
        assertThat(plan.kept()).isEmpty();
    }

    /// An agent of the node restarts.
    @Test
    void podOnANodeThatIsTaintedForSeconds_stays_andIsTold() {
        var image = new Fleet()
                .node(node("n1", Map.of(), TEAM))
                .node(node("n2"))
                .pod("n1", "web", "web-1", 500)
                .sibling("n2", "web")
                .image();

        var plan = fixing.plan(image, CALM, Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(why(plan)).isEqualTo(Map.of("web-1", "JUST_MISPLACED "));
    }

    @Test
    void podOnANodeThatWasTainted_isMoved_unlessItToleratesThat() {
        var fleet = new Fleet()
                .node(node("n1", Map.of(), TEAM))
                .node(node("n2"))
                .pod("n1", "web", "web-1", 500)
                .sibling("n2", "web")
                .pod("n1", "own", "own-1", 500, rules(tolerating("team", "a")))
                .sibling("n2", "own")
                .pod("n1", "other", "other-1", 500, rules(tolerating("team", "b")))
                .sibling("n2", "other");

        var plan = fixing.plan(fleet.image(), calm(fleet.image()), Fleet.NOW);

        assertThat(plan.moves())
                .extracting(Move::pod, Move::to)
                .containsExactly(tuple(Fleet.key("other-1"), "n2"), tuple(Fleet.key("web-1"), "n2"));
        assertThat(plan.moves().getFirst().because())
                .isEqualTo("it does not tolerate the taint team=a:NoSchedule of n1");
        assertThat(plan.kept()).isEmpty();
    }

    /// The control plane evicts for the one, and sets the other two itself.
    @Test
    void taintsThatAreTheBusinessOfOthers_moveNobody() {
        var execute = new Taint("team", "a", Taint.Effect.NO_EXECUTE);
        var pressure = new Taint("node.kubernetes.io/memory-pressure", "", Taint.Effect.NO_SCHEDULE);
        var goes = new Taint("ToBeDeletedByClusterAutoscaler", "1", Taint.Effect.NO_SCHEDULE);
        var image = new Fleet()
                .node(node("n1", Map.of(), execute, pressure, goes))
                .node(node("n2"))
                .pod("n1", "web", "web-1", 500)
                .sibling("n2", "web")
                .image();

        var plan = fixing.plan(image, calm(image), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept()).isEmpty();
    }

    /// It is on a hot node that is not hot by it, and would otherwise stay.
    @Test
    void podThatIsToldToStay_onAHotNode_andIsMovedForItsRules_isToldOfOnce() {
        var image = inZones("b")
                .pod("n1", "bare", "bare-1", 9_400, Fleet.with(pod -> pod.bare()))
                .image();
        var strict = MoveConfig.DEFAULT.withGoals(Set.of(MoveGoal.FIX_AFFINITY));

        var plan = new MovePlanner(strict, ResizeFirst.NEVER)
                .plan(image, Fleet.misplacedForLong(N1_HOT, image), Fleet.NOW);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("web-1"), "n2"));
        assertThat(why(plan)).containsOnlyKeys("bare-1");
    }

    // Nodes that flap

    @Test
    void nodeThatFlaps_isNoTarget() {
        var image = flapping(hot(pod -> pod).node(node("n2")).image(), "n2");

        assertThat(why(planner.plan(image, N1_HOT, Fleet.NOW)))
                .containsEntry("web-1", "NO_PLACE 1 hurt too, 1 ready only now and then");
    }

    @Test
    void hotNodeThatFlaps_losesNoPod() {
        var image = flapping(hot(pod -> pod).node(node("n2")).image(), "n1");

        var plan = planner.plan(image, N1_HOT, Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(why(plan)).containsEntry("web-1", "NODE_FLAPPING ");
    }

    /// Lost and found again each minute.
    private static ClusterImage flapping(ClusterImage image, String name) {
        var ready = image.node(name).orElseThrow().spec();
        var events = new ArrayList<ClusterEvent>();
        for (int minute = 4; minute > 0; minute--) {
            events.add(new ClusterEvent.NodeApplied(
                    new NodeSpec(
                            name,
                            ready.uid(),
                            ready.bootId(),
                            SIZE,
                            SIZE,
                            110,
                            Readiness.UNKNOWN,
                            false,
                            false,
                            false,
                            List.of(),
                            NodePlatform.UNTOLD,
                            ready.labels()),
                    Fleet.NOW - minute * 60_000L));
            events.add(new ClusterEvent.NodeApplied(ready, Fleet.NOW - minute * 60_000L + 30_000));
        }
        return Clusters.after(image, events);
    }

    // Fleets

    private static final Resources SIZE = new Resources(10_000, 100 * Clusters.GIB);

    private static Fleet hot(UnaryOperator<PodSpec> change) {
        return hot(change, Map.of());
    }

    /// n1 uses all of its 10 cores, 4 of them by web-1; a sibling without rules or labels is on a node that is not
    /// known.
    private static Fleet hot(UnaryOperator<PodSpec> change, Map<String, String> labels) {
        return new Fleet()
                .node(node("n1", labels))
                .pod("n1", "web", "web-1", 4_000, change)
                .pod("n1", "bare", "bare-1", 6_000, Fleet.with(pod -> pod.bare()))
                .sibling("unknown", "web");
    }

    /// Of `web`, which demands zone a, one pod is on n1, the other on n2, which is in zone a.
    private static Fleet inZones(String zoneOfN1) {
        var demanding = rules(selecting("zone", "In", "a"));
        return new Fleet()
                .node(node("n1", Map.of("zone", zoneOfN1)))
                .node(node("n2", Map.of("zone", "a")))
                .node(node("n3", Map.of("zone", "b")))
                .pod("n1", "web", "web-1", 500, demanding)
                .pod("n2", "web", "web-2", 500, demanding);
    }

    private static NodeSpec node(String name) {
        return node(name, Map.of());
    }

    private static NodeSpec node(String name, Map<String, String> labels, Taint... taints) {
        var all = new TreeMap<>(labels);
        all.put("host", name);
        return new NodeSpec(
                name,
                "uid-" + name,
                "boot",
                SIZE,
                SIZE,
                110,
                Readiness.READY,
                false,
                false,
                false,
                List.of(taints),
                NodePlatform.UNTOLD,
                all);
    }

    private static UnaryOperator<PodSpec> rules(PlacementRules rules) {
        return pod -> pod.withTraits(labels(pod.owner().orElseThrow().name()).withRules(rules));
    }

    private static PodTraits labels(String app) {
        return PodTraits.NONE.withLabels(Map.of("app", app));
    }

    private static LabelSelector label(String app) {
        return new LabelSelector(Map.of("app", app), List.of());
    }

    private static PlacementRules selecting(String key, String operator, String... values) {
        var requirement = Requirement.of(key, operator, List.of(values)).orElseThrow();
        var term = new NodeTerm(List.of(requirement), List.of());
        return new PlacementRules(Map.of(), List.of(term), List.of(), List.of(), List.of());
    }

    private static PlacementRules tolerating(String key, String value) {
        var toleration = new Toleration(key, false, value, "NoSchedule");
        return new PlacementRules(Map.of(), List.of(), List.of(toleration), List.of(), List.of());
    }

    private static PlacementRules apartFrom(String app, String topologyKey) {
        var term = new PodTerm(label(app), Set.of(Fleet.NAMESPACE), Optional.empty(), topologyKey);
        return new PlacementRules(Map.of(), List.of(), List.of(), List.of(term), List.of());
    }

    private static Map<String, String> why(MovePlan plan) {
        var why = new TreeMap<String, String>();
        plan.kept()
                .forEach(kept -> why.put(
                        kept.pod().name(),
                        kept.why().reason() + " " + kept.why().detail()));
        return why;
    }
}
