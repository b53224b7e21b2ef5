package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Aim;
import io.plimsoll.model.move.HurtNode;
import io.plimsoll.model.move.Kept;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.NodeChange;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import io.plimsoll.model.move.Stay;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.model.move.Trouble;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.placement.Bearing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every journal of plans promises.
abstract class PlanJournalContract {

    static final long MADE = 1_700_000_000_000L;

    private static final Aim TROUBLE =
            new Aim(Trouble.Kind.WAITING, Contention.MEMORY, 0.4, 0.125, Optional.of(MADE - 3_600_000));

    abstract PlanJournal journal();

    abstract void approve(String name, boolean isApproved);

    @Test
    void plan_proposed_isReadBackWholeAndOpen() {
        var proposed = journal().propose(plan(MADE), MADE + 60_000);

        assertThat(proposed.phase()).isEqualTo(PlanPhase.PROPOSED);
        assertThat(proposed.approval()).isEqualTo(Approval.NONE);
        assertThat(proposed.madeAtMillis()).isEqualTo(MADE);
        assertThat(proposed.expiresAtMillis()).isEqualTo(MADE + 60_000);
        assertThat(proposed.steps()).extracting(MoveStep::phase).containsOnly(MovePhase.PLANNED);
        assertThat(proposed.steps())
                .extracting(MoveStep::move)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("score")
                .containsExactlyElementsOf(plan(MADE).moves());
        assertThat(read(proposed)).isEqualTo(proposed);
    }

    @Test
    void steps_inEveryPhase_areReadBack() {
        var proposed = journal().propose(plan(MADE), MADE);
        var planned = proposed.steps().getFirst();
        var now = proposed;
        for (var phase : MovePhase.values()) {
            var step = planned.evicting(MADE + 1_000).at(phase, "so it is: „𝄞“");
            now = journal().write(now.with(List.of(step, now.steps().getLast())));

            assertThat(read(now).steps().getFirst()).isEqualTo(step);
        }
        var dropped = planned.dropped(MovePhase.REFUSED, "no", MADE + 2_000);
        now = journal().write(now.with(List.of(dropped, now.steps().getLast())));
        assertThat(read(now).steps().getFirst()).isEqualTo(dropped);
        for (var phase : PlanPhase.values()) {
            now = journal().write(now.at(phase, "for a reason"));

            assertThat(read(now).phase()).isEqualTo(phase);
            assertThat(read(now).message()).isEqualTo("for a reason");
        }
    }

    @Test
    void landing_withItsLooks_isReadBack() {
        var proposed = journal().propose(plan(MADE), MADE);
        var landing = new Landing(
                "hog-2",
                "n3",
                MADE + 2_000,
                Optional.of(new Landing.Look(Landing.Finding.NO_HARM, "it did no harm", MADE + 302_000)),
                Optional.of(new Landing.Look(Landing.Finding.DID_NOT_HELP, "n1 is hurt", MADE + 1_802_000)),
                Optional.of(new Landing.Look(Landing.Finding.HELPED_IN_PART, "n1 is hurt less", MADE + 86_400_000)));
        var step = proposed.steps().getFirst().evicting(MADE).landed(landing);

        journal().write(proposed.with(List.of(step, proposed.steps().getLast())));

        assertThat(read(proposed).steps().getFirst()).isEqualTo(step);
    }

    @Test
    void writer_ofAnOlderVersion_isRefused_andNothingIsWritten() {
        var proposed = journal().propose(plan(MADE), MADE);
        var written = journal().write(proposed.at(PlanPhase.RUNNING, ""));

        assertThatThrownBy(() -> journal().write(proposed.at(PlanPhase.EXPIRED, "")))
                .isInstanceOf(JournalUnavailable.class)
                .hasMessageContaining(proposed.name());

        assertThat(read(proposed)).isEqualTo(written);
    }

    @Test
    void approval_givenMeanwhile_refusesTheWrite_andIsReadThen() {
        var proposed = journal().propose(plan(MADE), MADE);
        approve(proposed.name(), true);

        assertThatThrownBy(() -> journal().write(proposed.at(PlanPhase.EXPIRED, "")))
                .isInstanceOf(JournalUnavailable.class);

        assertThat(read(proposed).approval()).isEqualTo(Approval.APPROVED);
        approve(proposed.name(), false);
        assertThat(read(proposed).approval()).isEqualTo(Approval.REJECTED);
        assertThat(journal().write(read(proposed).at(PlanPhase.EXPIRED, "no")).approval())
                .isEqualTo(Approval.REJECTED);
    }

    @Test
    void plans_areReadTheLatestFirst() {
        var one = journal().propose(plan(MADE + 1_000), MADE);
        var two = journal().propose(plan(MADE + 3_000), MADE);
        var three = journal().propose(plan(MADE + 2_000), MADE);

        assertThat(journal().plans())
                .extracting(RecordedPlan::name)
                .containsSubsequence(two.name(), three.name(), one.name());
    }

    @Test
    void plan_forgotten_isGone_alsoTheSecondTime() {
        var proposed = journal().propose(plan(MADE), MADE);

        journal().forget(proposed);
        journal().forget(proposed);

        assertThat(journal().plans()).extracting(RecordedPlan::name).doesNotContain(proposed.name());
        assertThatThrownBy(() -> journal().write(proposed)).isInstanceOf(JournalUnavailable.class);
    }

    private RecordedPlan read(RecordedPlan plan) {
        return journal().plans().stream()
                .filter(one -> one.name().equals(plan.name()))
                .findFirst()
                .orElseThrow();
    }

    static MovePlan plan(long atMillis) {
        var hog = new Owner("shop", "Deployment", "hog");
        return new MovePlan(
                atMillis,
                List.of(new HurtNode(
                        "n1",
                        List.of(
                                new Trouble.Hot(Contention.CPU, 0.95, 0.8),
                                new Trouble.Waiting(Contention.CPU, 0.5, 0.4, Map.of(hog, 0.6))))),
                Stream.concat(
                                Stream.of(move("hog-1", "u1", Optional.of(TROUBLE), Optional.empty())),
                                Arrays.stream(MoveGoal.values())
                                        .map(goal ->
                                                move("calm-" + goal, "u-" + goal, Optional.empty(), Optional.of(goal))))
                        .toList(),
                List.of(),
                List.of(new Kept(
                        new PodKey("shop", "web-1"),
                        new Owner("shop", "Deployment", "web"),
                        "n1",
                        new Stay(StayReason.BUDGET, "calm"))),
                List.of(new NodeChange("n1", new Bearing(0.95, 0.5), new Bearing(0.7, 0.4))));
    }

    private static Move move(String pod, String uid, Optional<Aim> aim, Optional<MoveGoal> goal) {
        return new Move(
                new PodKey("shop", pod),
                uid,
                new Owner("shop", "Deployment", "hog"),
                "n1",
                "n3",
                aim.isPresent() ? 0.25 : 0,
                2.2,
                87,
                "others wait for it",
                aim,
                goal);
    }
}
