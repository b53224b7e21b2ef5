package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.RecordedPlan;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Shows what becomes of a plan, move by move, until nothing of it is left to be done. Belongs to one thread.
final class PlanProgress {

    private static final Duration LOOK = Duration.ofMillis(500);
    /// As long as the API server may be away before nobody waits for it any more.
    private static final int FAILURES_MAX = 600;

    private final ApiPlanJournal journal;
    private final Pauses pauses;
    private final PrintWriter out;
    private List<MoveStep> shown = List.of();

    PlanProgress(ApiPlanJournal journal, Pauses pauses, PrintWriter out) {
        this.journal = journal;
        this.pauses = pauses;
        this.out = out;
    }

    /// @return the plan as it has ended
    /// @throws UserError when it is deleted, or the API server does not answer for minutes
    RecordedPlan awaitEnd(String name) throws InterruptedException {
        for (int failures = 0; true; pauses.pause(LOOK)) {
            try {
                var plan = journal.plan(name)
                        .orElseThrow(() ->
                                UserError.ofRun("the plan " + name + " was deleted: what became of it is not known"));
                show(plan);
                if (plan.phase().isFinal()) {
                    return plan;
                }
                failures = 0;
            } catch (JournalUnavailable e) {
                if (++failures == FAILURES_MAX) {
                    throw UserError.ofRun(
                            "how far " + name + " is cannot be told, it goes on without this: " + e.getMessage());
                }
            }
        }
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
