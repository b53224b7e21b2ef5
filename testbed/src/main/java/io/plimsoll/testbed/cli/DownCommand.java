package io.plimsoll.testbed.cli;

import io.plimsoll.testbed.controlplane.Leftovers;
import io.plimsoll.testbed.controlplane.ProcessIdentity;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `testbed down`: ends the standing testbed, and what crashed ones left.
@Command(
        name = "down",
        description = "End the testbed, and what crashed runs left; their logs are kept.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StandingTestbed standing = StandingTestbed.ofThisUser();

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Optional<ProcessIdentity> supervisor = standing.supervisor();
        if (supervisor.isPresent()) {
            end(supervisor.get());
            out.println("testbed: ended");
        }
        List<Leftovers.Reaped> reaped = Leftovers.reap();
        reaped.forEach(one -> out.println("testbed: " + one));
        if (supervisor.isEmpty() && reaped.isEmpty()) {
            out.println("testbed: none runs");
        }
        out.flush();
        return 0;
    }

    /// Asks for an orderly end, then insists.
    private void end(ProcessIdentity supervisor) throws InterruptedException {
        if (standing.run().isPresent()) {
            standing.askToStop();
        } else {
            supervisor.terminate();
        }
        Instant deadline = Instant.now().plus(PATIENCE);
        while (supervisor.isAlive() && Instant.now().isBefore(deadline)) {
            Thread.sleep(Duration.ofMillis(100));
        }
        supervisor.kill();
    }
}
