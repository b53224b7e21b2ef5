package io.plimsoll.app.resize;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.model.action.ChangeJournal.JournalUnreadable;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.rightsizer.TransactionSettings;
import io.plimsoll.rightsizer.Undo;
import io.plimsoll.rightsizer.Undo.NotReversible;
import io.plimsoll.rightsizer.Undo.Preview;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `plimsoll undo`: takes a change of the right-sizer back, after it was shown what that means.
@Command(
        name = "undo",
        description = {
            "Takes back a change of the right-sizer: running pods get what they asked for before, in place.",
            "First shows what would be done and what the API server says to it in a dry run; then asks. Pods that are"
                    + " gone, or that somebody else has changed since, are left as they are."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:taken back; with --dry-run: it can be, for all of its pods",
            "1:not or not wholly possible now, or it failed, and the message says why",
            "2:the command line or the kubeconfig was wrong, or --yes is missing and nobody can be asked"
        })
public final class UndoCommand implements Callable<Integer> {

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    // Set by picocli before any command runs.
    @Parameters(paramLabel = "ID", description = "NAMESPACE/NAME of the change, as 'plimsoll history' shows it")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Option(names = "--dry-run", description = "only show what would be done")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "do it without asking")
    private boolean yes;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var parts = id.split("/", -1);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw UserError.ofInput("a change is named NAMESPACE/NAME, as 'plimsoll history' shows it: " + id);
        }
        try (var session = cluster.open()) {
            return undo(new Undo(
                    new ApiActions(session.server()),
                    new ApiPods(session.server()),
                    session.journal(Optional.of(parts[0])),
                    LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                    TransactionSettings.DEFAULT));
        } catch (NotReversible e) {
            throw UserError.ofRun(String.valueOf(e.getMessage()));
        } catch (JournalUnreadable e) {
            throw ClusterSession.unreadable(
                    "changerecords", Optional.ofNullable(e.getCause()).orElse(e));
        }
    }

    private int undo(Undo undo) throws NotReversible, InterruptedException {
        var out = spec.commandLine().getOut();
        var preview = undo.preview(id);
        show(preview, out);
        preview.marksRefusal().ifPresent(words -> {
            throw UserError.ofRun("the annotations that " + id
                    + " has set on the workload cannot be taken away, so nothing" + " was changed: " + words);
        });
        boolean isPossible =
                preview.pods().stream().anyMatch(pod -> pod.refusal().isEmpty());
        if (!isPossible) {
            throw UserError.ofRun("no pod of " + id + " can be set back now; nothing was changed");
        }
        if (dryRun) {
            out.println("Nothing was changed: this was a dry run.");
            out.flush();
            return preview.refusal().isEmpty() ? 0 : 1;
        }
        if (!yes && !isConfirmed()) {
            out.println("Nothing was changed.");
            out.flush();
            return 1;
        }
        var result = undo.undo(id);
        show(result, out);
        boolean isWhole = result.pods().size() == preview.pods().size();
        return result.isApplied() && isWhole ? 0 : 1;
    }

    private boolean isConfirmed() {
        var console = Optional.ofNullable(System.console())
                .filter(java.io.Console::isTerminal)
                .orElseThrow(() -> UserError.ofInput("nothing was changed: nobody can be asked here, so give --yes"));
        var answer =
                Optional.ofNullable(console.readLine("Take it back? [y/N] ")).orElse("");
        return answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes");
    }

    private static void show(Preview preview, PrintWriter out) {
        var change = preview.change();
        out.println(change.workload() + ": " + change.reason());
        var table = new TextTable("POD", "CONTAINER", "API SERVER");
        for (var pod : preview.pods()) {
            var verdict = pod.refusal().map(words -> "not now: " + words).orElse("allows it");
            for (var difference : Amounts.differences(pod.change())) {
                table.row(pod.change().pod().name(), difference, verdict);
            }
        }
        out.print(table);
        out.flush();
    }

    private static void show(ChangeResult result, PrintWriter out) {
        var table = new TextTable("POD", "OUTCOME");
        for (var pod : result.pods()) {
            table.row(
                    pod.change().pod().name(),
                    pod.message().isEmpty() ? pod.phase().name() : pod.phase() + ": " + pod.message());
        }
        out.print(table);
        out.println("A policy in mode Auto may size the workload again: set it to Recommend, or label the workload"
                + " opt-out.plimsoll.io/resize=true.");
        out.flush();
    }
}
