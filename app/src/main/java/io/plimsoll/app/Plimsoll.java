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
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
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
        })
public final class Plimsoll implements Runnable {

    /// By the names by which they call themselves, in the order of the help.
    private static final SequencedMap<String, Class<?>> COMMANDS = commands();

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    public static void main(String[] arguments) {
        // Keys of PEM files pass through key stores in memory, whose password is no secret: stretching it ten thousand
        // times protects nothing, and takes a tenth of a second of the start.
        System.setProperty("keystore.pkcs12.keyPbeIterationCount", "1");
        System.exit(commandLineFor(arguments).execute(arguments));
    }

    private static SequencedMap<String, Class<?>> commands() {
        var commands = new LinkedHashMap<String, Class<?>>();
        commands.put("demo", DemoCommand.class);
        commands.put("serve", ServeCommand.class);
        commands.put("explain", ExplainCommand.class);
        commands.put("plan", PlanCommand.class);
        commands.put("approve", ApproveCommand.class);
        commands.put("rebalance", RebalanceCommand.class);
        commands.put("recommend", RecommendCommand.class);
        commands.put("preview", PreviewCommand.class);
        commands.put("history", HistoryCommand.class);
        commands.put("undo", UndoCommand.class);
        commands.put("lint", LintCommand.class);
        commands.put("verify", VerifyCommand.class);
        commands.put("testbed", TestbedCommand.class);
        commands.put("completion", CompletionCommand.class);
        return Collections.unmodifiableSequencedMap(commands);
    }

    /// What these arguments need of the command line: where they begin with a command's name, no other command. The
    /// other thirteen would take a tenth of the time until the service listens.
    static CommandLine commandLineFor(String... arguments) {
        var named = arguments.length > 0 ? COMMANDS.get(arguments[0]) : null;
        return commandLine(named == null ? COMMANDS.values() : List.of(named));
    }

    /// The whole command line, ready to execute; errors become one line and an exit code.
    public static CommandLine commandLine() {
        return commandLine(COMMANDS.values());
    }

    private static CommandLine commandLine(Collection<Class<?>> commands) {
        var commandLine = new CommandLine(new Plimsoll());
        commands.forEach(commandLine::addSubcommand);
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new ErrorLine())
                .setUsageHelpAutoWidth(true);
    }

    /// The completion script for bash and zsh.
    static String completionScript() {
        return AutoComplete.bash("plimsoll", commandLine());
    }
}
