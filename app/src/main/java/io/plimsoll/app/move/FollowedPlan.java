package io.plimsoll.app.move;

import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A plan that somebody at the keyboard has carried out and follows to its end. Whoever has this process end before has
/// the plan rejected: what is on its way ends, and no further move is begun.
final class FollowedPlan {

    static final int STOPPED = 3;
    static final int UNANSWERED = 4;
    static final int NOT_DONE = 5;
    static final String WHO_ACTS = "'kubectl -n plimsoll get lease plimsoll-rebalancer' says which one acts, if any";

    /// As long as somebody who has broken it off is kept waiting for what is on its way.
    private static final Duration LAST_MAX = Duration.ofMinutes(10);

    private final ApiPlanJournal journal;
    private final String name;
    private final Duration beginMax;
    private final PrintWriter out;
    private final PrintWriter err;
    /// Of approving and rejecting: what is rejected by Ctrl-C is not approved after that.
    private final Object deciding = new Object();

    private boolean isBrokenOff;

    /// @param beginMax how long a rebalancer may take to begin what is approved
    FollowedPlan(ApiPlanJournal journal, String name, Duration beginMax, PrintWriter out, PrintWriter err) {
        this.journal = journal;
        this.name = name;
        this.beginMax = beginMax;
        this.out = out;
        this.err = err;
    }

    /// @param isToApprove whether nobody has yet
    /// @return the exit code
    int toItsEnd(boolean isToApprove) throws IOException, InterruptedException {
        var over = new CountDownLatch(1);
        var hook = Thread.ofPlatform().unstarted(() -> breakOff(over));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            synchronized (deciding) {
                if (isToApprove && !isBrokenOff) {
                    journal.approve(name, true);
                }
            }
            var progress = new PlanProgress(journal::plan, Clock.systemUTC(), Pauses.REAL, beginMax, out);
            return told(progress.awaitEnd(name));
        } finally {
            over.countDown();
            unhooked(hook);
        }
    }

    private int told(RecordedPlan ended) {
        long moved = ended.steps().stream()
                .filter(step -> step.phase() == MovePhase.LANDED)
                .count();
        var words = moved + " of " + ended.steps().size() + " moved"
                + (ended.message().isEmpty() ? "" : ", " + ended.message());
        return switch (ended.phase()) {
            case COMPLETED -> said(ended.approval() == Approval.REJECTED || isRefused(ended) ? NOT_DONE : 0, words);
            case STOPPED -> said(STOPPED, words);
            case EXPIRED -> said(NOT_DONE, words);
            case PROPOSED, RUNNING ->
                ended.phase() == PlanPhase.PROPOSED && ended.approval() == Approval.REJECTED
                        ? said(NOT_DONE, words + ", it was rejected before it was begun")
                        : said(
                                UNANSWERED,
                                words + ", and no rebalancer goes on with it; whatever is approved is carried out once"
                                        + " one does: './plimsoll approve " + ended.name() + " --reject' prevents"
                                        + " that, " + WHO_ACTS);
        };
    }

    /// Whether nothing was moved since the API server did not let it.
    private static boolean isRefused(RecordedPlan ended) {
        var phases = ended.steps().stream().map(MoveStep::phase).toList();
        return phases.contains(MovePhase.REFUSED) && !phases.contains(MovePhase.LANDED);
    }

    private void breakOff(CountDownLatch over) {
        try {
            synchronized (deciding) {
                isBrokenOff = true;
                journal.approve(name, false);
            }
            say("no further move is begun; what is on its way is waited for, " + LAST_MAX.toMinutes()
                    + " minutes at most");
            if (!over.await(LAST_MAX.toMinutes(), TimeUnit.MINUTES)) {
                say("it is on its way still, and ends without this");
            }
        } catch (IOException e) {
            err.println("plimsoll: the plan goes on, since it could not be rejected (" + e.getMessage()
                    + "): ./plimsoll approve " + name + " --reject");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void unhooked(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, which is what the hook is for.
        }
    }

    private int said(int code, String words) {
        say(words);
        return code;
    }

    private void say(String words) {
        out.println(words);
        out.flush();
    }
}
