package io.plimsoll.app.resize;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `plimsoll preview`: what something would do before it is done. Reads only.
@Command(
        name = "preview",
        description = "Shows what a policy would do before it is applied.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "policy",
        subcommands = PreviewPolicyCommand.class)
public final class PreviewCommand implements Runnable {

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to preview: 'plimsoll preview policy FILE'");
    }
}
