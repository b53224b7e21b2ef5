package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.app.explain.InspectionOptions;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll rebalance --once`: has the running rebalancer make one plan now, approves it, and follows it to its end.
///
///     does a plan run? ──no──► ask for one ──► nothing to do │ not now │ nobody answers
///        │ yes                     │ planned, or one was open
///        │                     show it, ask ──no──► reject
///        │                         │ yes
///        │                      approve
///        └───────────────────────► follow ──► its end
///                                    └─ Ctrl-C: reject, and follow what is on its way to its end
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
            "4:no rebalancer has answered, or none goes on with the plan",
            "5:nothing may be moved now, or the plan was declined, rejected, has expired or was refused by the API server:"
                    + " nothing or not all was moved",
            "130:broken off with Ctrl-C (143 by another signal)"
        })
public final class RebalanceCommand implements Callable<Integer> {

    private static final InstantSource CLOCK = Clock.systemUTC();
    private static final Duration LOOK = Duration.ofMillis(500);
    /// What is approved later than that before it expires could not be begun any more, or not all of it.
    private static final Duration LEFT_MIN = Duration.ofMinutes(2);

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

    private Optional<Questions> askedBy = Optional.empty();

    /// Asks the user; nothing where the user has gone.
    @FunctionalInterface
    interface Questions {
        Optional<String> ask(String question);
    }

    void askBy(Questions others) {
        askedBy = Optional.of(others);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!once) {
            throw UserError.ofInput("give --once: one plan, and end; what runs on and on is the role rebalancer of"
                    + " 'plimsoll serve'");
        }
        if (dryRun) {
            return new CheckedPlan(inspection, cluster).show(inspection.query());
        }
        if (!yes && questions().isEmpty()) {
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
        long nowMillis = CLOCK.millis();
        var running = session.plans().readable().stream()
                .filter(plan -> plan.phase() == PlanPhase.RUNNING && nowMillis <= plan.expiresAtMillis())
                .findFirst();
        return running.isPresent() ? carriedOut(session.plans(), running.get()) : asked(session);
    }

    // Asking for a plan

    private int asked(ClusterSession session) throws IOException, InterruptedException {
        return switch (answer(session.requests()).orElse(null)) {
            case Answer.Planned(var name) -> {
                var plan = session.plans().plan(name);
                yield plan.isPresent()
                        ? carriedOut(session.plans(), plan.get())
                        : said(FollowedPlan.NOT_DONE, name + " is gone");
            }
            case Answer.NothingToDo(var words) -> said(0, "nothing to do: " + words);
            case Answer.NotNow(var words) -> said(FollowedPlan.NOT_DONE, "not now: " + words);
            case null ->
                said(
                        FollowedPlan.UNANSWERED,
                        "no rebalancer has answered within " + answerSeconds + " s; " + FollowedPlan.WHO_ACTS);
        };
    }

    private Optional<Answer> answer(ApiPlanRequests requests) throws IOException, InterruptedException {
        var name = name(requests);
        say("asked for a plan, by " + name + ": an answer takes " + answerSeconds + " s at most");
        long start = System.nanoTime();
        for (; true; Pauses.REAL.pause(LOOK)) {
            boolean isLate = System.nanoTime() - start
                    >= Duration.ofSeconds(answerSeconds).toNanos();
            try {
                var answer = requests.answer(name);
                if (answer.isPresent() || isLate) {
                    return answer;
                }
            } catch (IOException e) {
                // What the API server has refused it refuses again; where it has not answered it may yet.
                if (isLate || !ApiException.isUnclear(e)) {
                    throw e;
                }
            }
        }
    }

    private static String name(ApiPlanRequests requests) throws IOException {
        try {
            return requests.ask("plimsoll rebalance --once of " + user());
        } catch (ApiException e) {
            if (e.code() == 404) {
                throw ClusterSession.unreadable("rebalancerequests", e);
            }
            throw e;
        }
    }

    /// In a container the user has no name, but the pod has.
    private static String user() {
        return Optional.ofNullable(System.getProperty("user.name"))
                .filter(user -> !user.equals("?"))
                .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
                .orElse("nobody known");
    }

    // Carrying it out

    private int carriedOut(ApiPlanJournal journal, RecordedPlan plan) throws IOException, InterruptedException {
        show(plan);
        if (plan.approval() == Approval.REJECTED) {
            return said(FollowedPlan.NOT_DONE, plan.name() + " was rejected, and what is on its way ends");
        }
        if (plan.approval() == Approval.APPROVED || plan.phase() != PlanPhase.PROPOSED) {
            say((plan.approval() == Approval.APPROVED ? "already approved" : "already begun")
                    + ", following; Ctrl-C rejects it");
            return follow(journal, plan.name(), false);
        }
        if (isTooLate(plan)) {
            return said(FollowedPlan.NOT_DONE, "it expires too soon to be begun: ask again after that");
        }
        if (yes) {
            return follow(journal, plan.name(), true);
        }
        if (!isConfirmed()) {
            journal.approve(plan.name(), false);
            return said(
                    FollowedPlan.NOT_DONE,
                    "rejected: none of its moves is begun, and no other plan is made until it has expired");
        }
        // Time has passed.
        var now = journal.plan(plan.name()).orElse(plan);
        if (now.approval() == Approval.REJECTED || !now.isOpen() || isTooLate(now)) {
            return said(
                    FollowedPlan.NOT_DONE,
                    "meanwhile it was rejected, is over, or is about to expire: nothing was approved");
        }
        return follow(journal, plan.name(), true);
    }

    /// A plan that may be begun for a few minutes only is worth approving in the first half of them.
    private static boolean isTooLate(RecordedPlan plan) {
        long lifeMillis = plan.expiresAtMillis() - plan.madeAtMillis();
        return plan.expiresAtMillis() - CLOCK.millis() < Math.min(LEFT_MIN.toMillis(), lifeMillis / 2);
    }

    private int follow(ApiPlanJournal journal, String name, boolean isToApprove)
            throws IOException, InterruptedException {
        var command = spec.commandLine();
        return new FollowedPlan(journal, name, Duration.ofSeconds(answerSeconds), out(), command.getErr())
                .toItsEnd(isToApprove);
    }

    // Speaking with the user

    private void show(RecordedPlan plan) {
        double cost =
                plan.steps().stream().mapToDouble(step -> step.move().cost()).sum();
        out().printf(
                        Locale.ROOT,
                        "%s: %d %s, cost %.2f, each begun by %s%n",
                        plan.name(),
                        plan.steps().size(),
                        plan.steps().size() == 1 ? "move" : "moves",
                        cost,
                        Instant.ofEpochMilli(plan.expiresAtMillis()));
        for (var step : plan.steps()) {
            var move = step.move();
            out().printf("     %s  %s -> %s  %s%n", move.pod(), move.from(), move.to(), move.because());
        }
        out().flush();
    }

    private boolean isConfirmed() {
        var answer =
                questions().flatMap(user -> user.ask("Carry it out? [y/N] ")).orElse("");
        return answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes");
    }

    private Optional<Questions> questions() {
        return askedBy.or(() -> Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(terminal -> question -> Optional.ofNullable(terminal.readLine(question))));
    }

    private int said(int code, String words) {
        say(words);
        return code;
    }

    private void say(String words) {
        out().println(words);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
