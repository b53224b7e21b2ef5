package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `plimsoll approve`: lets a plan of moves be carried out, or rejects it.
@Command(
        name = "approve",
        description = {
            "Lets a plan of moves be carried out that the rebalancer has proposed, or rejects it.",
            "'kubectl get rebalanceplans' lists them, 'kubectl describe rebalanceplan NAME' has each move and why."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:approved, or rejected",
            "1:there is no such plan, it is over, or the API server refused, and the message says why",
            "2:the command line or the kubeconfig was wrong"
        })
public final class ApproveCommand implements Callable<Integer> {

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    // Set by picocli before any command runs.
    @Parameters(paramLabel = "PLAN", description = "its name, as 'kubectl get rebalanceplans' shows it")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--reject", description = "reject it instead; one that runs ends before its next move")
    private boolean reject;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (var session = cluster.open()) {
            var journal = session.plans();
            var plan = open(journal);
            journal.approve(name, !reject);
            spec.commandLine().getOut().println(said(plan));
            return 0;
        } catch (JournalUnavailable e) {
            throw ClusterSession.unreadable(
                    "rebalanceplans", Optional.ofNullable(e.getCause()).orElse(e));
        } catch (ApiException e) {
            throw UserError.ofRun(
                    e.isDenied()
                            ? "you may not approve plans; ask for the verb patch on rebalanceplans.plimsoll.io: "
                                    + e.getMessage()
                            : name + " was not approved: " + e.getMessage());
        } catch (IOException e) {
            throw UserError.ofRun("it is not known whether that was written, ask again: " + e.getMessage());
        }
    }

    private RecordedPlan open(ApiPlanJournal journal) {
        var plan = journal.plan(name)
                .orElseThrow(() -> UserError.ofRun("there is no plan " + name + "; " + waiting(journal)));
        if (plan.phase().isFinal()) {
            throw UserError.ofRun(name + " is over: " + plan.phase()
                    + (plan.message().isEmpty() ? "" : ", " + plan.message()) + "; " + waiting(journal));
        }
        if (!reject && plan.phase() == PlanPhase.PROPOSED && Clock.systemUTC().millis() > plan.expiresAtMillis()) {
            throw UserError.ofRun(name + " has expired at " + Instant.ofEpochMilli(plan.expiresAtMillis())
                    + ": another one is made if there is still something to move");
        }
        return plan;
    }

    private static String waiting(ApiPlanJournal journal) {
        var waiting = journal.readable().stream()
                .filter(plan -> plan.phase() == PlanPhase.PROPOSED)
                .map(RecordedPlan::name)
                .collect(Collectors.joining(", "));
        return waiting.isEmpty() ? "no plan waits for approval" : "what waits for approval: " + waiting;
    }

    private String said(RecordedPlan plan) {
        if (reject) {
            return "rejected " + name + ": none of its moves is begun any more";
        }
        int moves = plan.steps().size();
        return "approved " + name + ": " + moves + (moves == 1 ? " move" : " moves")
                + ", each begun by " + Instant.ofEpochMilli(plan.expiresAtMillis())
                + " if it is still right then; 'kubectl get rebalanceplan " + name + " -w' shows how far it is";
    }
}
