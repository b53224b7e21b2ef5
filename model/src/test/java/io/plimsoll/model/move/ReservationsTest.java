package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.RecordedPlan.Approval;
import io.plimsoll.model.placement.Shares;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A pod of `hog` is to go from n1 to n3 and uses 3 cores.
class ReservationsTest {

    private static final NodeTable TABLE = new NodeTable(List.of("n1", "n2", "n3"));
    private static final int[] ALL = {0, 1, 2};
    private static final Owner HOG = Fleet.deployment("hog");
    private static final Owner WEB = Fleet.deployment("web");
    private static final Move MOVE = new Move(Fleet.key("hog-1"), "uid-hog-1", HOG, "n1", "n3", 1, 1, 0, "");
    private static final Map<String, Resources> DEMANDS = Map.of("uid-hog-1", new Resources(3_000, 1 << 30));

    @Test
    void plannedMove_ofAPlanThatRuns_holdsItsTargetAgainstOthers_andGuidesNobody() {
        var reservations = of(PlanPhase.RUNNING, new MoveStep(MOVE));

        assertThat(cpu(reservations, WEB)).containsExactly(0, 0, 3_000);
        assertThat(memory(reservations, WEB)).containsExactly(0, 0, 1 << 30);
        assertThat(cpu(reservations, HOG)).containsExactly(0, 0, 0);
        assertThat(guided(reservations, HOG)).containsExactly(60, 90, 70);
    }

    @Test
    void plannedMove_ofAPlanThatIsOnlyProposedOrOver_holdsNothing() {
        for (var phase : List.of(PlanPhase.PROPOSED, PlanPhase.EXPIRED, PlanPhase.STOPPED, PlanPhase.COMPLETED)) {
            assertThat(of(phase, new MoveStep(MOVE))).as("%s", phase).isSameAs(Reservations.NONE);
        }
    }

    @Test
    void moveOnItsWay_putsItsTargetFirst_andItsSourceLast_forItsWorkloadAlone() {
        var evicting = new MoveStep(MOVE).evicting(Fleet.NOW);
        for (var step : List.of(evicting, evicting.at(MovePhase.EVICTED, ""))) {
            var reservations = of(PlanPhase.RUNNING, step);

            assertThat(guided(reservations, HOG)).containsExactly(0, 90, 100);
            assertThat(guided(reservations, WEB)).containsExactly(60, 90, 70);
            assertThat(cpu(reservations, WEB)).containsExactly(0, 0, 3_000);
        }
    }

    @Test
    void planThatNobodyGoesOnWith_holdsNothing_onceItHasExpired_norGuidesAnybody_afterTenMinutes() {
        var plan = plan(PlanPhase.RUNNING, new MoveStep(MOVE));
        var evicted = new MoveStep(MOVE).evicting(Fleet.NOW).at(MovePhase.EVICTED, "");
        var onItsWay = List.of(plan(PlanPhase.RUNNING, evicted));

        assertThat(Reservations.of(List.of(plan), DEMANDS, ClusterImage.EMPTY, Fleet.NOW + 1))
                .isSameAs(Reservations.NONE);
        assertThat(guided(
                        Reservations.of(
                                onItsWay, DEMANDS, ClusterImage.EMPTY, Fleet.NOW + Reservations.AWAITED_MILLIS - 1),
                        HOG))
                .containsExactly(0, 90, 100);
        var later = Reservations.of(onItsWay, DEMANDS, ClusterImage.EMPTY, Fleet.NOW + Reservations.AWAITED_MILLIS);
        assertThat(guided(later, HOG)).containsExactly(0, 90, 70);
        assertThat(cpu(later, WEB)).containsExactly(0, 0, 0);
    }

    @Test
    void moveThatHasLanded_holdsNoRoom_andKeepsItsWorkloadFromGoingBack_forHalfAnHour() {
        var landed = new MoveStep(MOVE)
                .evicting(Fleet.NOW - Reservations.REPELLED_MILLIS + 1)
                .landed(new Landing("hog-2", "n3", Fleet.NOW));
        var before = new MoveStep(MOVE)
                .evicting(Fleet.NOW - Reservations.REPELLED_MILLIS)
                .landed(new Landing("hog-2", "n3", Fleet.NOW));

        assertThat(guided(of(PlanPhase.COMPLETED, landed), HOG)).containsExactly(0, 90, 70);
        assertThat(cpu(of(PlanPhase.COMPLETED, landed), WEB)).containsExactly(0, 0, 0);
        assertThat(of(PlanPhase.COMPLETED, before)).isSameAs(Reservations.NONE);
    }

    @Test
    void moveThatWasRefused_repelsNobody() {
        var refused = new MoveStep(MOVE).evicting(Fleet.NOW).at(MovePhase.REFUSED, "no");

        assertThat(of(PlanPhase.RUNNING, refused)).isSameAs(Reservations.NONE);
    }

    @Test
    void moveOnItsWay_leavesOthersLittleOnTheWire_onlyWhereItsTargetIsACandidate() {
        var reservations = of(PlanPhase.RUNNING, new MoveStep(MOVE).evicting(Fleet.NOW));
        var wire = new byte[] {2, 10, 8};
        var without = new byte[] {2, 10};

        reservations.guide(HOG, TABLE, ALL, wire);
        reservations.guide(HOG, TABLE, new int[] {0, 1}, without);

        assertThat(wire).containsExactly(2, 3, 10);
        assertThat(without).containsExactly(2, 10);
    }

    @Test
    void replacementThatHasCome_endsTheGuidance_beforeItIsReady() {
        var plan = plan(PlanPhase.RUNNING, new MoveStep(MOVE).evicting(Fleet.NOW - 1_000));
        var image = new Fleet()
                .node("n1")
                .node("n3")
                .pod("n3", "hog", "hog-2", 0, Fleet.with(pod -> pod.boundTo("n3", Fleet.NOW)))
                .image();

        assertThat(guided(Reservations.of(List.of(plan), DEMANDS, image, Fleet.NOW), HOG))
                .containsExactly(0, 90, 70);
    }

    @Test
    void nodeThatOneMoveLeft_andAnotherGoesTo_comesFirst() {
        var back = new Move(Fleet.key("hog-9"), "uid-hog-9", HOG, "n3", "n1", 1, 1, 0, "");
        var landed = new MoveStep(MOVE).evicting(Fleet.NOW).landed(new Landing("hog-2", "n3", Fleet.NOW));
        var plans = List.of(
                plan(PlanPhase.RUNNING, new MoveStep(back).evicting(Fleet.NOW)), plan(PlanPhase.COMPLETED, landed));

        assertThat(guided(Reservations.of(plans, DEMANDS, ClusterImage.EMPTY, Fleet.NOW), HOG))
                .containsExactly(100, 90, 0);
    }

    @Test
    void targetThatIsGoneOrNoCandidate_isNotPutFirst() {
        var gone = new Move(MOVE.pod(), MOVE.uid(), HOG, "n1", "n9", 1, 1, 0, "");
        var toGone = of(PlanPhase.RUNNING, new MoveStep(gone).evicting(Fleet.NOW));
        var scores = new float[] {60, 90};
        of(PlanPhase.RUNNING, new MoveStep(MOVE).evicting(Fleet.NOW)).guide(HOG, TABLE, new int[] {0, 1}, scores);

        assertThat(guided(toGone, HOG)).containsExactly(0, 90, 70);
        assertThat(cpu(toGone, WEB)).containsExactly(0, 0, 0);
        assertThat(scores).containsExactly(0, 90);
    }

    @Test
    void demand_isTheLargerOfWhatIsSeenAndWhatIsKnown_andNoneWithoutThePod() {
        var image = new Fleet().node("n1").pod("n1", "hog", "hog-1", 3_000).image();
        var plan = plan(PlanPhase.RUNNING, new MoveStep(MOVE));

        assertThat(Reservations.demands(List.of(plan), image))
                .extractingByKey("uid-hog-1")
                .extracting(Resources::cpuMillis)
                .isEqualTo(3_000L);
        assertThat(Reservations.demands(List.of(plan), new Fleet().node("n1").image()))
                .isEmpty();
        assertThat(cpu(Reservations.of(List.of(plan), Map.of(), ClusterImage.EMPTY, Fleet.NOW), WEB))
                .containsExactly(0, 0, 0);
    }

    private static Reservations of(PlanPhase phase, MoveStep step) {
        return Reservations.of(List.of(plan(phase, step)), DEMANDS, ClusterImage.EMPTY, Fleet.NOW);
    }

    private static RecordedPlan plan(PlanPhase phase, MoveStep step) {
        return new RecordedPlan("p", "1", Fleet.NOW, Fleet.NOW, Approval.NONE, phase, "", List.of(step));
    }

    private static double[] cpu(Reservations reservations, Owner workload) {
        var shares = reservations.over(Shares.NONE, TABLE, workload);
        return new double[] {shares.cpuMillis(0), shares.cpuMillis(1), shares.cpuMillis(2)};
    }

    private static double[] memory(Reservations reservations, Owner workload) {
        var shares = reservations.over(Shares.NONE, TABLE, workload);
        return new double[] {shares.memoryBytes(0), shares.memoryBytes(1), shares.memoryBytes(2)};
    }

    private static float[] guided(Reservations reservations, Owner workload) {
        var scores = new float[] {60, 90, 70};
        reservations.guide(workload, TABLE, ALL, scores);
        return scores;
    }
}
