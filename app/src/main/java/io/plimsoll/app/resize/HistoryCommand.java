package io.plimsoll.app.resize;

import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.kubernetes.action.ChangeReport;
import io.plimsoll.model.action.ChangeJournal.JournalUnreadable;
import io.plimsoll.model.cluster.Owner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll history`: what was changed, why, and what became of it. Reads only.
@Command(
        name = "history",
        description = {
            "Shows what the right-sizer has changed, the oldest first.",
            "Reads the ChangeRecords of the cluster that your kubeconfig names. 'plimsoll undo ID' takes one back."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown, also when there is nothing to show",
            "1:the records cannot be read, and the message says why",
            "2:the command line or the kubeconfig was wrong"
        })
public final class HistoryCommand implements Callable<Integer> {

    /// How changes are shown.
    enum Format {
        TABLE,
        JSON
    }

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "of this namespace only, default all")
    private Optional<String> namespace = Optional.empty();

    @Option(names = "--workload", paramLabel = "KIND/NAME", description = "of this workload only: deployment/web")
    private Optional<String> workload = Optional.empty();

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "the latest N of them, default ${DEFAULT-VALUE}",
            defaultValue = "1000")
    private int last = 1000;

    @Option(
            names = {"-o", "--output"},
            description = "table or json, default table",
            defaultValue = "table")
    private Format format = Format.TABLE;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var wanted = workload.map(HistoryCommand::kindAndName);
        if (last < 1) {
            throw UserError.ofInput("--last is a number of changes, 1 at least: " + last);
        }
        try (var session = cluster.open()) {
            var latest = new LatestReports(last);
            session.journal(namespace).readReports(report -> {
                if (wanted.isEmpty()
                        || isOf(wanted.get(), report.logged().change().workload())) {
                    latest.add(report);
                }
            });
            show(latest.held());
            tellOfOthers(latest);
            return 0;
        } catch (JournalUnreadable e) {
            throw ClusterSession.unreadable(
                    "changerecords", Optional.ofNullable(e.getCause()).orElse(e));
        }
    }

    private void show(List<ChangeReport> reports) {
        var out = spec.commandLine().getOut();
        switch (format) {
            case JSON -> out.println(HistoryView.json(reports));
            case TABLE -> {
                if (reports.isEmpty()) {
                    out.println("Nothing was changed"
                            + namespace.map(name -> " in namespace " + name).orElse("")
                            + workload.map(name -> " of " + name).orElse("") + ".");
                } else {
                    out.print(HistoryView.table(reports));
                }
            }
        }
        out.flush();
    }

    /// Beside the output, which programs read.
    private void tellOfOthers(LatestReports latest) {
        int shown = latest.held().size();
        if (latest.seen() > shown) {
            var err = spec.commandLine().getErr();
            err.println("These are the latest " + shown + " of " + latest.seen() + " changes: --last " + latest.seen()
                    + " shows all, -n and --workload those of one namespace or workload.");
            err.flush();
        }
    }

    private static List<String> kindAndName(String text) {
        var parts = List.of(text.split("/", -1));
        if (parts.size() != 2 || parts.getFirst().isBlank() || parts.getLast().isBlank()) {
            throw UserError.ofInput("--workload is KIND/NAME, like deployment/web: " + text);
        }
        return parts;
    }

    private static boolean isOf(List<String> kindAndName, Owner workload) {
        return workload.kind().equalsIgnoreCase(kindAndName.getFirst())
                && workload.name().equals(kindAndName.getLast());
    }
}
