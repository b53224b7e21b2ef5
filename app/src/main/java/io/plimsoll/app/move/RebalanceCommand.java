package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.app.explain.InspectionOptions;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll rebalance --once`: has the running rebalancer make one plan now, approves it, and follows it to its end.
///
///     is a plan open? ──no──► ask for one ──► nothing to do │ not now │ nobody answers
///        │ yes                     │ planned
///        └──────────────► show it, ask ──► approve ──► follow ──► its end
///                                              └─ Ctrl-C: reject, and follow what is on its way to its end
///
/// It moves nothing itself: which nodes are hurt takes many measurements to know, which only a running service has, and
/// there are never two that move.
@Command(
        name = "rebalance",
        description = {
            "Makes hurt nodes right again, once: has the rebalancer of the cluster look now, whatever the hour, whether"
                    + " pods are to be moved, shows its plan, asks, and follows it move by move.",
            "Ctrl-C has no further move begun; what is on its way ends, and the plan's record is finished. The rebalancer"
                    + " does the work ('kubectl apply --server-side -k manifests/overlays/rebalancer')."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:carried out as far as it was right, or nothing was to be done; with --dry-run: shown",
            "1:the API server refused or did not answer, and the message says why",
            "2:the command line or the kubeconfig was wrong, or --yes is missing and nobody can be asked",
            "3:the plan was stopped, since a replacement was not ready in time",
            "4:no rebalancer has answered",
            "5:nothing may be moved now, or the plan was declined, rejected or has expired: nothing or not all was moved",
            "130:broken off with Ctrl-C (143 by another signal)"
        })
public final class RebalanceCommand implements Callable<Integer> {

    private static final int STOPPED = 3;
    private static final int UNANSWERED = 4;
    private static final int NOT_DONE = 5;
    private static final Duration LOOK = Duration.ofMillis(500);

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Mixin
    private InspectionOptions inspection = new InspectionOptions();

    @Option(names = "--once", description = "one plan, and end")
    private boolean once;

    @Option(
            names = "--dry-run",
            description = "only show what would be moved, and whether each eviction would be taken: 'plan --check'")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "carry it out without asking")
    private boolean yes;

    @Option(
            names = "--answer-seconds",
            paramLabel = "N",
            description = "how long to wait for the rebalancer to look, default ${DEFAULT-VALUE}",
            defaultValue = "60")
    private int answerSeconds;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (!once) {
            throw UserError.ofInput("give --once: one plan, and end; what runs on and on is the role rebalancer of"
                    + " 'plimsoll serve'");
        }
        if (dryRun) {
            return new CheckedPlan(inspection, cluster).show(inspection.query());
        }
        if (!yes && console().isEmpty()) {
            throw UserError.ofInput("nothing was moved: nobody can be asked here, so give --yes");
        }
        try (var session = cluster.open()) {
            return rebalance(session);
        } catch (JournalUnavailable e) {
            throw ClusterSession.unreadable(
                    "rebalanceplans", Optional.ofNullable(e.getCause()).orElse(e));
        } catch (ApiException e) {
            throw UserError.ofRun(
                    e.isDenied()
                            ? "you may not do that; ask for the verbs get, list and patch on rebalanceplans.plimsoll.io"
                                    + " and get and create on rebalancerequests.plimsoll.io: " + e.getMessage()
                            : String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw UserError.ofRun("the API server did not answer, ask again: " + e.getMessage());
        }
    }

    private int rebalance(ClusterSession session) throws IOException, InterruptedException {
        var open =
                session.plans().readable().stream().filter(RecordedPlan::isOpen).findFirst();
        return open.isPresent() ? carriedOut(session.plans(), open.get()) : asked(session);
    }

    // Asking for a plan

    private int asked(ClusterSession session) throws IOException, InterruptedException {
        return switch (answer(session.requests()).orElse(null)) {
            case Answer.Planned(var name) -> {
                var plan = session.plans().plan(name);
                yield plan.isPresent() ? carriedOut(session.plans(), plan.get()) : said(NOT_DONE, name + " is gone");
            }
            case Answer.NothingToDo(var words) -> said(0, "nothing to do: " + words);
            case Answer.NotNow(var words) -> said(NOT_DONE, "not now: " + words);
            case null ->
                said(
                        UNANSWERED,
                        "no rebalancer has answered within " + answerSeconds + " s; 'kubectl -n plimsoll get lease"
                                + " plimsoll-rebalancer' says which one acts, if any");
        };
    }

    private Optional<Answer> answer(ApiPlanRequests requests) throws IOException, InterruptedException {
        var name = name(requests);
        long start = System.nanoTime();
        var answer = requests.answer(name);
        while (answer.isEmpty()
                && System.nanoTime() - start < Duration.ofSeconds(answerSeconds).toNanos()) {
            Pauses.REAL.pause(LOOK);
            answer = requests.answer(name);
        }
        return answer;
    }

    private static String name(ApiPlanRequests requests) throws IOException {
        try {
            return requests.ask("plimsoll rebalance --once of " + System.getProperty("user.name"));
        } catch (ApiException e) {
            if (e.code() == 404) {
                throw ClusterSession.unreadable("rebalancerequests", e);
            }
            throw e;
        }
    }

    // Carrying it out

    private int carriedOut(ApiPlanJournal journal, RecordedPlan plan) throws IOException, InterruptedException {
        show(plan);
        if (plan.approval() != Approval.APPROVED) {
            if (!yes && !isConfirmed()) {
                return said(
                        NOT_DONE,
                        "left as it is: it expires at " + Instant.ofEpochMilli(plan.expiresAtMillis())
                                + " unless it is approved");
            }
            journal.approve(plan.name(), true);
        }
        return followed(journal, plan.name());
    }

    /// Until it has ended. Whoever has this process end before has the plan rejected.
    private int followed(ApiPlanJournal journal, String name) throws InterruptedException {
        var over = new CountDownLatch(1);
        var hook = Thread.ofPlatform().unstarted(() -> brokenOff(journal, name, over));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return told(new PlanProgress(journal, Pauses.REAL, out()).awaitEnd(name));
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
            case COMPLETED -> said(ended.approval() == Approval.REJECTED ? NOT_DONE : 0, words);
            case STOPPED -> said(STOPPED, words);
            case EXPIRED -> said(NOT_DONE, words);
            case PROPOSED, RUNNING -> throw new IllegalStateException("not ended: " + ended);
        };
    }

    private void brokenOff(ApiPlanJournal journal, String name, CountDownLatch over) {
        try {
            journal.approve(name, false);
            out().println("no further move is begun; what is on its way is waited for");
            out().flush();
            over.await();
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("plimsoll: the plan goes on, since it could not be rejected (" + e.getMessage()
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

    // Speaking with the user

    private void show(RecordedPlan plan) {
        double cost =
                plan.steps().stream().mapToDouble(step -> step.move().cost()).sum();
        out().printf(
                        Locale.ROOT,
                        "%s: %d %s, cost %.2f%n",
                        plan.name(),
                        plan.steps().size(),
                        plan.steps().size() == 1 ? "move" : "moves",
                        cost);
        for (var step : plan.steps()) {
            var move = step.move();
            out().printf("     %s  %s -> %s  %s%n", move.pod(), move.from(), move.to(), move.because());
        }
        out().flush();
    }

    private boolean isConfirmed() {
        var answer =
                console().map(asked -> asked.readLine("Carry it out? [y/N] ")).orElse("");
        return answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes");
    }

    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    private int said(int code, String words) {
        out().println(words);
        out().flush();
        return code;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
