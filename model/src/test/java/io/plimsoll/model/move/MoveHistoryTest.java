package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.move.Landing.Finding;
import io.plimsoll.model.neighbour.Neighbours;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What was moved before bounds what is moved next.
class MoveHistoryTest {

    private static final long MINUTE = 60_000;
    private static final MovePlanner PLANNER = new MovePlanner(MoveConfig.DEFAULT, ResizeFirst.NEVER);

    @Test
    void workload_movedAgainAndAgain_isLeftAloneTwiceAsLongEachTime() {
        assertThat(waitsAfter(1)).isEqualTo(15 * MINUTE);
        assertThat(waitsAfter(2)).isEqualTo(30 * MINUTE);
        assertThat(waitsAfter(5)).isEqualTo(240 * MINUTE);
        assertThat(waitsAfter(6)).isEqualTo(360 * MINUTE);
        assertThat(waitsAfter(60)).isEqualTo(360 * MINUTE);
    }

    @Test
    void movesOfTwoDaysAgo_areForgotten() {
        var old = new MoveHistory(List.of(step("a", Fleet.NOW - 48 * 60 * MINUTE)));

        assertThat(old.backoffs(MovePace.DEFAULT, Fleet.NOW)).isEmpty();
    }

    @Test
    void podOfAWorkload_movedTenMinutesAgo_stays_andItsPlanSaysHowLong() {
        var plan = PLANNER.plan(hot(), watched(step("web", Fleet.NOW - 10 * MINUTE)), Fleet.NOW);

        assertThat(stay(plan, "web-1"))
                .isEqualTo(new Stay(StayReason.BACKOFF, "the next one in 5 min at the earliest"));
        assertThat(plan.moves()).extracting(Move::pod).containsExactly(Fleet.key("rest-1"));
    }

    @Test
    void node_thatLostThreePodsWithinTheHour_losesNoMore_andOneThatLostThemBeforeDoes() {
        var within = IntStream.range(0, 3)
                .mapToObj(i -> step("w" + i, Fleet.NOW - 59 * MINUTE))
                .toArray(MoveStep[]::new);
        var before = IntStream.range(0, 3)
                .mapToObj(i -> step("w" + i, Fleet.NOW - 60 * MINUTE))
                .toArray(MoveStep[]::new);

        assertThat(stay(PLANNER.plan(hot(), watched(within), Fleet.NOW), "web-1"))
                .isEqualTo(new Stay(StayReason.NODE_LIMIT, "3"));
        assertThat(PLANNER.plan(hot(), watched(before), Fleet.NOW).moves()).hasSize(1);
    }

    @Test
    void threeOfFiveMoves_thatDidNotHelp_stopAll_forAnHour() {
        var history = history(
                judged("a", 1, Finding.DID_NOT_HELP),
                judged("b", 2, Finding.HELPED),
                judged("c", 3, Finding.DID_NOT_HELP),
                judged("d", 4, Finding.HELPED),
                judged("e", 5, Finding.DID_NOT_HELP),
                judged("f", 6, Finding.DID_NOT_HELP));

        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW))
                .hasValueSatisfying(words -> assertThat(words)
                        .contains("3 of the latest 5 moves did no good")
                        .contains("default/a-1: n1 is hurt")
                        .contains("in 59 min"));
        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW + 59 * MINUTE))
                .isEmpty();
    }

    @Test
    void threeOfFiveMoves_ofWhichOneCameBack_stopAll_forSixHours() {
        var back = Fleet.NOW - 2 * MINUTE;
        var history = history(
                judged("a", 1, Finding.DID_NOT_HELP),
                step("b", back).landed(new Landing("b-2", "n1", back)),
                judged("c", 3, Finding.DID_NOT_HELP));

        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW + 358 * MINUTE))
                .isPresent();
        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW + 359 * MINUTE))
                .isEmpty();
    }

    @Test
    void movesOfTheNight_thatWereOfNoUseAtTheHourOfTheirTrouble_stopQuietHoursForADay_andOthersForAnHour() {
        var history = history(
                atHour("a", 30, Finding.DID_NOT_HELP),
                atHour("b", 30, Finding.DID_NOT_HELP),
                atHour("c", 40, Finding.DID_NOT_HELP));

        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW + 29 * MINUTE))
                .isPresent();
        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW + 30 * MINUTE))
                .isEmpty();
        long nextDay = Fleet.NOW + (24 * 60 - 30) * MINUTE;
        assertThat(history.stopped(MovePace.DEFAULT, true, nextDay - 1)).isPresent();
        assertThat(history.stopped(MovePace.DEFAULT, true, nextDay)).isEmpty();
    }

    /// They have one finding, as they had one aim.
    @Test
    void movesThatWereToEmptyOneNode_countAsOne() {
        var ofOne = history(emptied("a", "n1"), emptied("b", "n1"), emptied("c", "n1"), emptied("d", "n1"));
        var ofThree = history(emptied("a", "n1"), emptied("b", "n2"), emptied("c", "n3"), emptied("d", "n3"));
        var thrice = history(emptied("a", "n1", 6), emptied("a", "n1", 126), emptied("a", "n1", 246));

        assertThat(ofOne.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isEmpty();
        assertThat(ofThree.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isPresent();
        assertThat(thrice.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isPresent();
    }

    private static MoveStep emptied(String workload, String node) {
        return emptied(workload, node, 6);
    }

    private static MoveStep emptied(String workload, String node, long minutesAgo) {
        long atMillis = Fleet.NOW - minutesAgo * MINUTE;
        var move = new Move(
                Fleet.key(workload + "-1"),
                "uid",
                Fleet.deployment(workload),
                node,
                "n9",
                0,
                1,
                100,
                "",
                Optional.empty(),
                Optional.of(MoveGoal.EMPTY_NODES));
        var look = new Landing.Look(Finding.DID_NOT_HELP, node + " is not empty", atMillis + 5 * MINUTE);
        return new MoveStep(move, MovePhase.EVICTED, atMillis, "", Optional.empty())
                .landed(new Landing("x", "n9", atMillis).with(look));
    }

    @Test
    void movesThatDidNoHarm_orHelpedInPart_areNoneOfTheBad() {
        var history = history(
                judged("a", 1, Finding.NO_HARM),
                judged("b", 2, Finding.DID_NOT_HELP),
                judged("c", 3, Finding.HELPED_IN_PART),
                judged("d", 4, Finding.DID_NOT_HELP),
                judged("e", 5, Finding.NO_HARM),
                judged("f", 6, Finding.DID_NOT_HELP));

        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isEmpty();
    }

    @Test
    void lookAtTheHour_countsFromWhenItWasTaken_howeverLongAgoTheMoveWas() {
        var three = history(
                judged("a", 60, Finding.HELPED),
                judged("b", 61, Finding.HELPED),
                judged("c", 62, Finding.HELPED),
                atHour("d", 10, Finding.DID_NOT_HELP),
                atHour("e", 10, Finding.DID_NOT_HELP),
                atHour("f", 10, Finding.DID_NOT_HELP));
        var two = history(
                judged("a", 5, Finding.HELPED),
                judged("b", 6, Finding.HELPED),
                judged("c", 7, Finding.HELPED),
                atHour("d", 10, Finding.DID_NOT_HELP),
                atHour("e", 10, Finding.DID_NOT_HELP),
                atHour("f", 10, Finding.DID_NOT_HELP));

        assertThat(three.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isPresent();
        assertThat(two.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isEmpty();
    }

    @Test
    void movesOfWhichNothingIsKnown_neitherStopNorGoOn() {
        var unknown = IntStream.range(0, 17).mapToObj(i -> judged("u" + i, i, Finding.UNKNOWN));
        var bad = Stream.of(
                judged("a", 20, Finding.DID_NOT_HELP),
                judged("b", 21, Finding.DID_NOT_HELP),
                judged("c", 22, Finding.DID_NOT_HELP));

        assertThat(new MoveHistory(Stream.concat(unknown, bad).toList()).stopped(MovePace.DEFAULT, false, Fleet.NOW))
                .hasValueSatisfying(words -> assertThat(words).contains("3 of the latest 3 moves did no good"));
    }

    @Test
    void whatWasKnownTwoDaysAgo_isForgotten() {
        long atMillis = Fleet.NOW - 48 * 60 * MINUTE;
        var history = history(
                judged("a", 1, Finding.DID_NOT_HELP),
                judged("b", 2, Finding.DID_NOT_HELP),
                judged("c", Finding.DID_NOT_HELP, atMillis));

        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isEmpty();
        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW - 1)).isPresent();
    }

    @Test
    void planAfterThreeBadMoves_movesNobody_andSaysWhy() {
        var history = history(
                judged("a", 10, Finding.DID_NOT_HELP),
                judged("b", 20, Finding.DID_NOT_HELP),
                judged("c", 30, Finding.DID_NOT_HELP));

        var plan = PLANNER.plan(hot(), new Watched(Neighbours.NONE, Fleet.hot("n1"), 0).with(history), Fleet.NOW);

        assertThat(plan.moves()).isEmpty();
        assertThat(stay(plan, "web-1").reason()).isEqualTo(StayReason.STOPPED);
    }

    @Test
    void movesOfWhichNothingIsKnown_stopNobody() {
        var history = history(judged("a", 1, Finding.UNKNOWN), step("b", Fleet.NOW), judged("c", 3, Finding.UNKNOWN));

        assertThat(history.stopped(MovePace.DEFAULT, false, Fleet.NOW)).isEmpty();
    }

    @Test
    void lostAndComeBack_countAsBad_beforeAnybodyLooked() {
        var lost = step("a", Fleet.NOW).at(MovePhase.LOST, "no pod came in its place");
        var back = step("b", Fleet.NOW).landed(new Landing("b-2", "n1", Fleet.NOW));
        var there = step("c", Fleet.NOW).landed(new Landing("c-2", "n2", Fleet.NOW));

        assertThat(lost.isBad()).contains(true);
        assertThat(back.isBad()).contains(true);
        assertThat(back.message()).isEqualTo("b-2 came back to n1");
        assertThat(there.isBad()).isEmpty();
        assertThat(there.message()).isEqualTo("c-2 runs on n2, as planned");
    }

    @Test
    void looks_areDueAfterFiveAndAfterThirtyMinutes_andAreNotMadeUpFor() {
        var fresh = new Landing("web-2", "n2", 0);

        assertThat(fresh.isDue(5 * MINUTE - 1)).isFalse();
        assertThat(fresh.isDue(5 * MINUTE)).isTrue();
        var once = fresh.with(helped(5 * MINUTE));
        assertThat(once.early()).contains(helped(5 * MINUTE));
        assertThat(once.isDue(29 * MINUTE)).isFalse();
        assertThat(once.isDue(30 * MINUTE)).isTrue();
        assertThat(once.with(helped(30 * MINUTE)).isDue(60 * MINUTE)).isFalse();
        var late = fresh.with(helped(40 * MINUTE));
        assertThat(late.early()).isEmpty();
        assertThat(late.late()).contains(helped(40 * MINUTE));
        assertThat(late.isDue(50 * MINUTE)).isFalse();
    }

    // Whether a planned move is still right

    @Test
    void plannedMove_onTheSameImage_isStillRight() {
        var move = planned();

        assertThat(PLANNER.objection(move, hot(), hurt(), Fleet.NOW)).isEmpty();
    }

    @Test
    void plannedMove_ofAPodThatIsGoneOrAnother_isNot() {
        var move = planned();

        assertThat(PLANNER.objection(move, new Fleet().node("n1").node("n2").image(), hurt(), Fleet.NOW))
                .contains(new Stay(StayReason.ELSEWHERE, ""));
        var other = new Move(move.pod(), "another", move.workload(), move.from(), move.to(), 1, 1, 100, "");
        assertThat(PLANNER.objection(other, hot(), hurt(), Fleet.NOW)).contains(new Stay(StayReason.ELSEWHERE, ""));
    }

    @Test
    void plannedMove_fromANodeThatIsHotNoMore_isNot() {
        assertThat(PLANNER.objection(planned(), hot(), Watched.NOTHING, Fleet.NOW))
                .contains(new Stay(StayReason.NOT_HURT, ""));
    }

    @Test
    void plannedMove_whoseTargetHasFilledUpOrGone_isNot() {
        var move = planned();
        var full = fleet().pod("n2", "new", "new-1", 7_000).image();
        var to = new Move(move.pod(), move.uid(), move.workload(), "n1", "n9", 1, 1, 100, "");

        assertThat(PLANNER.objection(move, full, hurt(), Fleet.NOW))
                .contains(new Stay(StayReason.PLACE_TAKEN, "n2 is above the safe load with it"));
        assertThat(PLANNER.objection(to, hot(), hurt(), Fleet.NOW))
                .contains(new Stay(StayReason.PLACE_TAKEN, "n9 is gone"));
    }

    @Test
    void workload_ofWhichAnEvictionWasRefused_isNotAskedForAgain_forHalfAnHour() {
        var refused = new RecordedPlan(
                "p",
                "1",
                Fleet.NOW - 29 * MINUTE,
                Fleet.NOW,
                RecordedPlan.Approval.NONE,
                PlanPhase.COMPLETED,
                "",
                List.of(step("web", 0).at(MovePhase.REFUSED, "no")));
        var history = MoveHistory.of(List.of(refused));
        var watched = new Watched(Neighbours.NONE, Fleet.hot("n1"), 1).with(history);

        assertThat(stay(PLANNER.plan(hot(), watched, Fleet.NOW), "web-1"))
                .isEqualTo(new Stay(StayReason.REFUSED_BEFORE, "it is tried again in 1 min"));
        assertThat(PLANNER.plan(hot(), watched, Fleet.NOW + MINUTE).moves())
                .extracting(Move::pod)
                .contains(Fleet.key("web-1"));
    }

    @Test
    void pace_thatCannotBe_isRefused() {
        assertThatThrownBy(() -> new MovePace(0, 2, 1, 0, 5, 3, 0, 1)).hasMessageContaining("2 to 1");
        assertThatThrownBy(() -> new MovePace(0, 1, 1, 0, 2, 3, 0, 1)).hasMessageContaining("at most judged: 3, 2");
        assertThatThrownBy(() -> MovePace.DEFAULT.withReadyMillisMax(0)).hasMessageContaining("above 0");
    }

    // Given

    private static Fleet fleet() {
        return new Fleet()
                .node("n1")
                .node("n2")
                .pod("n1", "web", "web-1", 2_500, Fleet.with(pod -> pod.boundTo("n1", Fleet.NOW - 3_600_000)))
                .sibling("n2", "web")
                .pod("n1", "zoo", "zoo-1", 3_000)
                .sibling("n2", "zoo")
                .pod("n1", "rest", "rest-1", 4_000)
                .sibling("n2", "rest");
    }

    /// n1 at 95 %.
    private static ClusterImage hot() {
        return fleet().image();
    }

    private static Watched hurt() {
        return watched();
    }

    private static Watched watched(MoveStep... steps) {
        return new Watched(Neighbours.NONE, Fleet.hot("n1"), 1).with(new MoveHistory(List.of(steps)));
    }

    private static Move planned() {
        var plan = PLANNER.plan(hot(), hurt(), Fleet.NOW);
        assertThat(plan.moves()).extracting(Move::pod, Move::to).hasSize(1);
        return plan.moves().getFirst();
    }

    private static Stay stay(MovePlan plan, String pod) {
        return plan.kept().stream()
                .filter(kept -> kept.pod().equals(Fleet.key(pod)))
                .map(Kept::why)
                .findFirst()
                .orElseThrow();
    }

    private static long waitsAfter(int moves) {
        var steps = Stream.generate(() -> step("a", Fleet.NOW)).limit(moves).toList();
        return Objects.requireNonNull(new MoveHistory(steps)
                        .backoffs(MovePace.DEFAULT, Fleet.NOW)
                        .get(Fleet.deployment("a")))
                - Fleet.NOW;
    }

    private static MoveStep step(String workload, long atMillis) {
        var move = new Move(Fleet.key(workload + "-1"), "uid", Fleet.deployment(workload), "n1", "n2", 1, 1, 100, "");
        return new MoveStep(move, MovePhase.EVICTED, atMillis, "", Optional.empty());
    }

    private static MoveStep judged(String workload, long minutesAgo, Finding finding) {
        return judged(workload, finding, Fleet.NOW - minutesAgo * MINUTE);
    }

    private static MoveStep judged(String workload, Finding finding, long atMillis) {
        var landing = new Landing("x", "n2", atMillis).with(new Landing.Look(finding, "n1 is hurt", atMillis));
        return step(workload, atMillis).landed(landing);
    }

    /// Moved the night before, and looked at so long ago.
    private static MoveStep atHour(String workload, long minutesAgo, Finding finding) {
        long night = Fleet.NOW - 12 * 60 * MINUTE;
        var look = new Landing.Look(finding, "n1 was hurt since", Fleet.NOW - minutesAgo * MINUTE);
        return step(workload, night).landed(new Landing("x", "n2", night).withAtHour(look));
    }

    private static Landing.Look helped(long atMillis) {
        return new Landing.Look(Finding.HELPED, "", atMillis);
    }

    private static MoveHistory history(MoveStep... latestFirst) {
        return new MoveHistory(Arrays.asList(latestFirst));
    }
}
