package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Shows what becomes of a plan, move by move, until nothing of it is left to be done. Belongs to one thread.
final class PlanProgress {

    private static final Duration LOOK = Duration.ofMillis(500);
    /// As long as the API server may be away before nobody waits for it any more.
    static final Duration AWAY_MAX = Duration.ofMinutes(5);
    /// What is rejected before it is begun is not begun any more, whether that is written down or not.
    static final Duration REJECTED_MAX = Duration.ofSeconds(10);
    /// After its expiry a plan still waits for its last replacement, for minutes.
    static final Duration EXPIRED_MAX = Duration.ofMinutes(15);

    private final Function<String, Optional<RecordedPlan>> plans;
    private final InstantSource clock;
    private final Pauses pauses;
    private final Duration beginMax;
    private final PrintWriter out;
    private List<MoveStep> shown = List.of();
    private String version = "";
    private long changedAtMillis;

    /// @param plans reads one; nothing where there is none of that name
    /// @param beginMax how long a rebalancer may take to begin what is approved
    PlanProgress(
            Function<String, Optional<RecordedPlan>> plans,
            InstantSource clock,
            Pauses pauses,
            Duration beginMax,
            PrintWriter out) {
        this.plans = plans;
        this.clock = clock;
        this.pauses = pauses;
        this.beginMax = beginMax;
        this.out = out;
    }

    /// @return the plan as it has ended, or as it is where nobody goes on with it
    /// @throws UserError when it is deleted or may not be read, or the API server does not answer for minutes
    RecordedPlan awaitEnd(String name) throws InterruptedException {
        for (long readAtMillis = clock.millis(); true; pauses.pause(LOOK)) {
            try {
                var plan = plans.apply(name)
                        .orElseThrow(() ->
                                UserError.ofRun("the plan " + name + " was deleted: what became of it is not known"));
                show(plan);
                readAtMillis = clock.millis();
                if (plan.phase().isFinal() || isLeft(plan, readAtMillis)) {
                    return plan;
                }
            } catch (JournalUnavailable e) {
                boolean isDenied = e.getCause() instanceof ApiException refused && refused.isDenied();
                if (isDenied || clock.millis() - readAtMillis > AWAY_MAX.toMillis()) {
                    throw UserError.ofRun(
                            "how far " + name + " is cannot be told, it goes on without this: " + e.getMessage());
                }
            }
        }
    }

    /// Whether nobody has done anything about it for so long that nobody will.
    private boolean isLeft(RecordedPlan plan, long nowMillis) {
        if (!plan.version().equals(version)) {
            version = plan.version();
            changedAtMillis = nowMillis;
        }
        return switch (plan.phase()) {
            case PROPOSED -> {
                var max = plan.approval() == Approval.REJECTED ? REJECTED_MAX : beginMax;
                yield nowMillis - changedAtMillis > max.toMillis();
            }
            case RUNNING -> nowMillis - Math.max(changedAtMillis, plan.expiresAtMillis()) > EXPIRED_MAX.toMillis();
            case COMPLETED, STOPPED, EXPIRED -> false;
        };
    }

    private void show(RecordedPlan plan) {
        int moves = plan.steps().size();
        for (int i = 0; i < moves; i++) {
            var step = plan.steps().get(i);
            boolean isNew = shown.isEmpty()
                    ? step.phase() != MovePhase.PLANNED
                    : step.phase() != shown.get(i).phase();
            if (isNew) {
                out.printf(
                        Locale.ROOT,
                        "%d/%d  %s  %s -> %s  %s%n",
                        i + 1,
                        moves,
                        step.move().pod(),
                        step.move().from(),
                        step.move().to(),
                        words(step));
            }
        }
        out.flush();
        shown = plan.steps();
    }

    private static String words(MoveStep step) {
        var phase = step.phase().name().toLowerCase(Locale.ROOT);
        return step.message().isEmpty() ? phase : phase + ": " + step.message();
    }
}
