package io.plimsoll.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `plimsoll completion`: prints the completion script for bash and zsh.
@Command(
        name = "completion",
        description = "Prints a completion script for bash and zsh: source <(./plimsoll completion)",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().println(Plimsoll.completionScript());
    }
}
