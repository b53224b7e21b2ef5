package io.plimsoll.testbed.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `plimsoll testbed`: a real control plane on this machine, for trying things and for tests.
@Command(
        name = "testbed",
        description = {
            "Starts and ends a real Kubernetes control plane on this machine.",
            "It has etcd, API server, controller manager, scheduler and KWOK nodes, all on loopback; on demand"
                    + " metrics-server, Prometheus and real nodes too. Linux only. The components are built from pinned"
                    + " Go modules on first use, which takes about 6 minutes."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; for status: a testbed runs and is well",
            "1:failed, the message says why; for status: something is not well",
            "2:the command line was wrong",
            "3:for status: no testbed runs"
        },
        subcommands = {UpCommand.class, DownCommand.class, StatusCommand.class, SuperviseCommand.class})
public final class TestbedCommand implements Runnable {

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what to do is missing: up, down or status");
    }
}
