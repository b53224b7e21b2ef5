package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.regime.RegimeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Nodes that are emptied in quiet hours; each has 10,000 thousandths of a core.
class EmptyNodesTest {

    private static final MoveConfig CONFIG = MoveConfig.DEFAULT.withGoals(Set.of(MoveGoal.EMPTY_NODES));
    private static final MovePlanner PLANNER = new MovePlanner(CONFIG, ResizeFirst.NEVER);
    private static final RegimeView QUIET = DayPeaksTest.hours(true);
    private static final RegimeView BUSY = DayPeaksTest.hours(false);

    @Test
    void nodeThatBearsLittle_isEmptied_ontoOneInUseAndNotOntoAnEmptyOne() {
        var plan = plan(little().image(), QUIET);

        assertThat(plan.moves())
                .allMatch(move -> move.goal().equals(Optional.of(MoveGoal.EMPTY_NODES)))
                .extracting(Move::pod, Move::from, Move::to, Move::because)
                .containsExactly(
                        tuple(
                                Fleet.key("api-1"),
                                "n1",
                                "n2",
                                "n1 bears 15% when it is busiest, and is not needed in quiet hours"),
                        tuple(
                                Fleet.key("web-1"),
                                "n1",
                                "n2",
                                "n1 bears 15% when it is busiest, and is not needed in quiet hours"));
        assertThat(plan.kept()).isEmpty();
    }

    @Test
    void nodeThatBearsLittle_isLeft_inBusyAndUnknownHours_andWhereNobodyWantsIt() {
        var image = little().image();

        assertThat(plan(image, BUSY).moves()).isEmpty();
        assertThat(plan(image, RegimeView.NOTHING).moves()).isEmpty();
        assertThat(new MovePlanner(MoveConfig.DEFAULT, ResizeFirst.NEVER)
                        .plan(image, Watched.NOTHING.with(QUIET), Fleet.NOW)
                        .moves())
                .isEmpty();
    }

    @Test
    void nodeThatIsBusyAtAnotherHour_isLeft() {
        var noon = new DayPeaks.Busiest(0.3, Fleet.NOW - 12 * 3_600_000L);
        var peak = new DayPeaks.Peak(noon, noon, 24, List.of());
        var watched = Watched.NOTHING.with(QUIET).with(new DayPeaks(new TreeMap<>(Map.of("n1", peak))));

        assertThat(PLANNER.plan(little().image(), watched, Fleet.NOW).moves()).isEmpty();
    }

    @Test
    void nodeWithAPodThatStays_keepsTheOthersToo() {
        var image = little().pod("n1", "alone", "alone-1", 100).image();

        var plan = plan(image, QUIET);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept())
                .extracting(Kept::pod, Kept::why)
                .containsExactlyInAnyOrder(
                        tuple(Fleet.key("alone-1"), Stay.of(StayReason.LAST_READY)),
                        tuple(Fleet.key("api-1"), Stay.of(StayReason.NODE_STAYS)),
                        tuple(Fleet.key("web-1"), Stay.of(StayReason.NODE_STAYS)));
    }

    @Test
    void pods_ofWhichOneFindsNoPlace_stayAll_andLeaveTheirRoomToOthers() {
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "big", "big-1", 1_900)
                .pod("n1", "tiny", "tiny-1", 100)
                .pod("n2", "full", "full-1", 6_500)
                .sibling("n2", "big")
                .sibling("n2", "tiny")
                .pod("n3", "next", "next-1", 1_000)
                .sibling("n2", "next")
                .image();

        var plan = plan(image, QUIET);

        assertThat(plan.moves()).extracting(Move::pod, Move::to).containsExactly(tuple(Fleet.key("next-1"), "n1"));
    }

    @Test
    void twoNodesThatBearLittle_becomeOne() {
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", 500)
                .pod("n2", "web", "web-2", 700)
                .image();

        assertThat(plan(image, QUIET).moves())
                .extracting(Move::pod, Move::to)
                .containsExactly(tuple(Fleet.key("web-1"), "n2"));
    }

    /// One plan moves one pod of a workload.
    @Test
    void nodeWithTwoPodsOfAWorkload_isLeft() {
        var image = new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", 500)
                .pod("n1", "web", "web-2", 500)
                .pod("n2", "web", "web-3", 4_000)
                .image();

        var plan = plan(image, QUIET);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.keptByReason()).containsKeys(StayReason.NODE_STAYS, StayReason.WORKLOAD_LIMIT);
    }

    /// All go or none, so the limit of a node is not theirs.
    @Test
    void nodeWithMorePodsThanOneIsRelievedOfAnHour_isEmptied() {
        var plan = plan(withMore(2).image(), QUIET);

        assertThat(plan.moves()).hasSize(4).allMatch(move -> move.to().equals("n2"));
    }

    @Test
    void nodeWithMorePodsThanMayGoInAll_isLeft() {
        var plan = new MovePlanner(CONFIG.with(new MoveConfig.Limits(3, 1, 10, 3)), ResizeFirst.NEVER)
                .plan(withMore(2).image(), Watched.NOTHING.with(QUIET), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept()).extracting(Kept::why).containsOnly(new Stay(StayReason.PLAN_LIMIT, "3"));
    }

    private static Fleet withMore(int pods) {
        var fleet = little();
        for (int i = 0; i < pods; i++) {
            fleet.pod("n1", "more-" + i, "more-" + i + "-1", 10).sibling("n2", "more-" + i);
        }
        return fleet;
    }

    @Test
    void nodeOfWhosePodsSomeNeedApproval_isLeft() {
        var plan = PLANNER.plan(
                little().image(),
                Watched.NOTHING.with(QUIET),
                Fleet.NOW,
                workload -> workload.equals(Fleet.deployment("web")));

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.kept())
                .extracting(Kept::why)
                .containsOnly(new Stay(StayReason.NODE_STAYS, "some need approval, and others none"));
    }

    @Test
    void move_isRightWhileItIsQuiet_andNotAnyMoreThen() {
        var image = little().image();
        var moves = plan(image, QUIET).moves();
        var move = moves.getFirst();

        assertThat(PLANNER.objection(move, moves, image, Watched.NOTHING.with(QUIET), Fleet.NOW))
                .isEmpty();
        assertThat(PLANNER.objection(move, moves, image, Watched.NOTHING.with(BUSY), Fleet.NOW))
                .isEqualTo(Optional.of(Stay.of(StayReason.RIGHT_AGAIN)));
    }

    // Whether the rest of a node's moves is still right

    @Test
    void move_isRight_whereTheOthersOfItsNodeAreToBeMadeToo_orTheirPodsAreGone() {
        var moves = plan(little().image(), QUIET).moves();
        var web = moves.getLast();

        assertThat(objection(web, moves, little())).isEmpty();
        assertThat(objection(web, List.of(web), little("n1", PodBuilder::terminating)))
                .isEmpty();
        assertThat(objection(web, List.of(web), little("n2", pod -> pod))).isEmpty();
    }

    /// The API server did not let it go, say.
    @Test
    void move_isNotMade_whereAnotherPodOfItsNodeStays() {
        var moves = plan(little().image(), QUIET).moves();
        var web = moves.getLast();

        assertThat(objection(web, List.of(web), little())).contains(new Stay(StayReason.NODE_STAYS, "default/api-1"));
    }

    @Test
    void move_isNotMade_whereAnotherOfItsNodeMayNotBeMadeByNow() {
        var moves = plan(little().image(), QUIET).moves();

        assertThat(objection(moves.getFirst(), moves, little().wants("web", 3)))
                .contains(new Stay(
                        StayReason.NODE_STAYS,
                        "default/web-1: its workload is rolling out or being scaled (2 pods, 3 wanted)"));
    }

    @Test
    void move_isNotMade_whereAPodHasComeToItsNode_unlessThatLeavesItEmpty() {
        var moves = plan(little().image(), QUIET).moves();
        var api = moves.getFirst();
        var daemons = new Owner(Fleet.NAMESPACE, "DaemonSet", "agent");

        assertThat(objection(api, moves, little().pod("n1", "late", "late-1", 10)))
                .contains(new Stay(StayReason.NODE_STAYS, "default/late-1"));
        assertThat(objection(
                        api,
                        moves,
                        little().pod("n1", daemons, "agent-1", 10, pod -> pod)
                                .pod("n1", "room", "room-1", 10, Fleet.with(pod -> pod.priority(-10)))))
                .isEmpty();
    }

    private static Optional<Stay> objection(Move move, List<Move> others, Fleet fleet) {
        return PLANNER.objection(move, others, fleet.image(), Watched.NOTHING.with(QUIET), Fleet.NOW);
    }

    private static MovePlan plan(ClusterImage image, RegimeView hours) {
        return PLANNER.plan(image, Watched.NOTHING.with(hours), Fleet.NOW);
    }

    /// n1 bears 15 %, n2 half, and n3 nothing.
    private static Fleet little() {
        return little("n1", pod -> pod);
    }

    /// The same with `api-1` changed, and on that node.
    private static Fleet little(String node, UnaryOperator<PodBuilder> change) {
        return new Fleet()
                .node("n1")
                .node("n2")
                .node("n3")
                .pod("n1", "web", "web-1", 1_000)
                .pod(node, "api", "api-1", 500, Fleet.with(change))
                .sibling("n2", "web")
                .sibling("n2", "api")
                .pod("n2", "db", "db-1", 5_000);
    }
}
