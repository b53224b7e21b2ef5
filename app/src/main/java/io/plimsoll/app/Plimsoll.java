package io.plimsoll.app;

import io.plimsoll.app.demo.DemoCommand;
import io.plimsoll.app.explain.ExplainCommand;
import io.plimsoll.app.lint.LintCommand;
import io.plimsoll.app.move.ApproveCommand;
import io.plimsoll.app.move.PlanCommand;
import io.plimsoll.app.move.RebalanceCommand;
import io.plimsoll.app.resize.HistoryCommand;
import io.plimsoll.app.resize.PreviewCommand;
import io.plimsoll.app.resize.RecommendCommand;
import io.plimsoll.app.resize.UndoCommand;
import io.plimsoll.app.serve.ServeCommand;
import io.plimsoll.testbed.cli.TestbedCommand;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The one executable. Each subcommand is a class of its own; this one names them and ends the process with their code.
@Command(
        name = "plimsoll",
        description = {
            "Places pods of a Kubernetes cluster by what its nodes really bear, and keeps their requests at what they use;"
                    + " 'serve --roles rebalancer' moves those that hurt others.",
            "Begin with 'demo'; it needs no cluster."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, and the message says why; each command's --help says more",
            "2:the command line or a configuration file was wrong"
        },
        footer = {
            "%nShell completion:  source <(./plimsoll completion)   (bash and zsh)",
            "A command's own help:  ./plimsoll COMMAND --help"
        },
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ExplainCommand.class,
            PlanCommand.class,
            ApproveCommand.class,
            RebalanceCommand.class,
            RecommendCommand.class,
            PreviewCommand.class,
            HistoryCommand.class,
            UndoCommand.class,
            LintCommand.class,
            VerifyCommand.class,
            TestbedCommand.class,
            CompletionCommand.class
        })
public final class Plimsoll implements Runnable {

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /// The whole command line, ready to execute; errors become one line and an exit code.
    public static CommandLine commandLine() {
        return new CommandLine(new Plimsoll())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new ErrorLine())
                .setUsageHelpAutoWidth(true);
    }

    /// The completion script for bash and zsh.
    static String completionScript() {
        return AutoComplete.bash("plimsoll", commandLine());
    }
}
