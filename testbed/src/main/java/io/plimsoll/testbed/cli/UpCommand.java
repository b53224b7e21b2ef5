package io.plimsoll.testbed.cli;

import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.ControlPlaneDescription;
import io.plimsoll.testbed.controlplane.JavaCommand;
import io.plimsoll.testbed.controlplane.Leftovers;
import io.plimsoll.testbed.controlplane.Prerequisites;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `testbed up`: starts the testbed and leaves it running; Ctrl-C before it is up ends all that was started.
@Command(
        name = "up",
        description = "Start the testbed and leave it running until 'testbed down'.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final StandingTestbed standing = StandingTestbed.ofThisUser();

    @Mixin
    private UpOptions options = new UpOptions();

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        options.complaint().ifPresent(complaint -> {
            throw new ParameterException(spec.commandLine(), complaint);
        });
        if (standing.supervisor().isPresent()) {
            err().println("testbed: one already runs; end it with: plimsoll testbed down");
            return 1;
        }
        Leftovers.reap().forEach(reaped -> err().println("testbed: " + reaped));
        standing.clear();
        return startAndFollow();
    }

    private int startAndFollow() {
        Process supervisor = start();
        Thread onInterrupt = new Thread(() -> endUnlessReady(supervisor));
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        follow(supervisor);
        Optional<Path> run = standing.run();
        if (run.isEmpty()) {
            err().println("testbed: " + standing.failure().orElse("it ended without a reason"));
            err().println("testbed: not started; all it said: " + standing.log());
            return 1;
        }
        Summary.print(spec.commandLine().getOut(), run.get());
        return 0;
    }

    private Process start() {
        List<String> command = new ArrayList<>();
        // A session of its own keeps Ctrl-C and the terminal's end away from it.
        if (Prerequisites.missing(List.of(new Prerequisites.Program("setsid", "util-linux")))
                .isEmpty()) {
            command.add(Prerequisites.locate("setsid"));
        }
        // It works for a minute and then waits: compiling twice would cost more than it gains.
        var javaOptions = List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=testbed-logback.xml",
                "-Dplimsoll.home=" + System.getProperty("plimsoll.home", ""));
        var arguments = Stream.concat(Stream.of("supervise"), options.asArguments().stream());
        command.addAll(JavaCommand.of(javaOptions, TestbedMain.class, arguments.toList()));
        try {
            return new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(standing.log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new TestbedException("cannot start the process that watches over the testbed", e);
        }
    }

    /// Repeats the supervisor's lines until it is ready or has ended.
    private void follow(Process supervisor) {
        try (BufferedReader log = Files.newBufferedReader(standing.log())) {
            boolean over = false;
            while (!over) {
                over = standing.run().isPresent()
                        || standing.failure().isPresent()
                        || supervisor.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                for (String line = log.readLine(); line != null; line = log.readLine()) {
                    err().println("testbed: " + line);
                }
                err().flush();
            }
        } catch (IOException e) {
            throw new TestbedException("cannot read " + standing.log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endUnlessReady(Process supervisor) {
        if (standing.run().isEmpty()) {
            supervisor.destroy();
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /// What a user needs to go on.
    static final class Summary {
        private Summary() {}

        static void print(PrintWriter out, Path run) {
            ControlPlaneDescription description = ControlPlaneDescription.read(run);
            out.println("API server:  " + description.url(Component.API_SERVER));
            out.println("kubeconfig:  " + description.kubeconfig());
            out.println("logs:        " + run.resolve("logs"));
            out.flush();
        }
    }
}
