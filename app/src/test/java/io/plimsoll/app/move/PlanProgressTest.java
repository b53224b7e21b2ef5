package io.plimsoll.app.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.app.UserError;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// How long somebody waits for a plan with which nobody goes on. It expires after half an hour.
class PlanProgressTest {

    private static final Duration BEGIN_MAX = Duration.ofSeconds(60);
    private static final Duration EXPIRY = Duration.ofMinutes(30);
    /// Between two looks, and a little.
    private static final Duration LOOK = Duration.ofSeconds(1);

    private Instant now = Instant.EPOCH;

    @Test
    void plan_thatNobodyBegins_isLeftAfterTheTimeForAnAnswer() throws Exception {
        assertThat(awaited(PlanPhase.PROPOSED, Approval.APPROVED).phase()).isEqualTo(PlanPhase.PROPOSED);

        assertWaited(BEGIN_MAX);
    }

    @Test
    void plan_thatIsRejectedBeforeItIsBegun_isLeftAfterSeconds() throws Exception {
        assertThat(awaited(PlanPhase.PROPOSED, Approval.REJECTED).phase()).isEqualTo(PlanPhase.PROPOSED);

        assertWaited(PlanProgress.REJECTED_MAX);
    }

    @Test
    void plan_withWhichNobodyGoesOn_isLeftSomeTimeAfterItsExpiry() throws Exception {
        assertThat(awaited(PlanPhase.RUNNING, Approval.APPROVED).phase()).isEqualTo(PlanPhase.RUNNING);

        assertWaited(EXPIRY.plus(PlanProgress.EXPIRED_MAX));
    }

    @Test
    void plan_whileTheApiServerIsAway_isWaitedForForMinutes() {
        assertThatThrownBy(() -> awaitEnd(name -> {
                    throw new JournalUnavailable("no answer", new IOException());
                }))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no answer");

        assertWaited(PlanProgress.AWAY_MAX);
    }

    @Test
    void plan_thatMayNotBeRead_isNotWaitedFor() {
        assertThatThrownBy(() -> awaitEnd(name -> {
                    throw new JournalUnavailable("forbidden", new ApiException("forbidden", 403));
                }))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("forbidden");

        assertThat(now).isEqualTo(Instant.EPOCH);
    }

    private RecordedPlan awaited(PlanPhase phase, Approval approval) throws InterruptedException {
        var plan = new RecordedPlan("moves-1", "7", 0, EXPIRY.toMillis(), approval, phase, "", List.of());
        return awaitEnd(name -> Optional.of(plan));
    }

    private RecordedPlan awaitEnd(Function<String, Optional<RecordedPlan>> plans) throws InterruptedException {
        return new PlanProgress(
                        plans,
                        () -> now,
                        pause -> now = now.plus(pause),
                        BEGIN_MAX,
                        new PrintWriter(new StringWriter(), true))
                .awaitEnd("moves-1");
    }

    private void assertWaited(Duration time) {
        assertThat(Duration.between(Instant.EPOCH, now)).isBetween(time, time.plus(LOOK));
    }
}
