package io.plimsoll.app.demo;

import io.plimsoll.app.UserError;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll demo`: shows what Plimsoll does, without any Kubernetes or on a control plane of its own.
@Command(
        name = "demo",
        description = {
            "Shows two simulated clusters with the same pods: one scheduled by requests only, one with Plimsoll.",
            "The extender is the real one, asked over HTTP. At the end it keeps running until Ctrl-C.",
            "With --real both are halves of a real control plane with a real kube-scheduler each, on this machine."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

    private static final int NODES = 300;
    private static final int NODES_REAL = 40;
    private static final int NODES_REAL_MAX = 1_000;
    private static final int WIDTH = 100;
    private static final int PLAIN_FRAMES = 6;
    private static final long CLOSE_SECONDS_MAX = 15;
    private static final long TERMINAL_TICK_MILLIS = 50;

    private final CountDownLatch closed = new CountDownLatch(1);

    // Set by picocli before the command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--once", description = "ends by itself, for pipes and continuous integration")
    private boolean once;

    @Option(
            names = "--real",
            description = {
                "uses a real API server, real kube-schedulers and KWOK nodes; takes two minutes, and six more once to",
                "build them, for which Go is needed (Linux only)"
            })
    private boolean real;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "what the arrivals are drawn from (default: ${DEFAULT-VALUE})")
    private long seed = 2026;

    @Option(
            names = "--nodes",
            paramLabel = "COUNT",
            description = "nodes on each side (default: " + NODES + ", with --real " + NODES_REAL + ")")
    private Optional<Integer> nodes = Optional.empty();

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        boolean terminal = !once
                && Optional.ofNullable(System.console())
                        .map(Console::isTerminal)
                        .orElse(false);
        try (var race = start()) {
            run(race, out, terminal);
            if (!once) {
                out.println("Plimsoll answers at " + race.inspection() + " until you press Ctrl-C.");
                out.flush();
                awaitInterrupt();
            }
        } finally {
            closed.countDown();
        }
        return 0;
    }

    private Race start() throws Exception {
        int count = nodes.orElse(real ? NODES_REAL : NODES);
        if (count < 2) {
            throw UserError.ofInput("--nodes must be at least 2: " + count);
        }
        if (!real) {
            return SimulatedRace.start(DemoSettings.of(seed, count));
        }
        if (count > NODES_REAL_MAX) {
            throw UserError.ofInput("--nodes must be at most " + NODES_REAL_MAX + " with --real: " + count);
        }
        var err = spec.commandLine().getErr();
        return RealRace.start(DemoSettings.inRealTime(seed, count), RealRace.LEAD, line -> {
            err.println(line);
            err.flush();
        });
    }

    private static void run(Race race, PrintWriter out, boolean terminal) throws InterruptedException {
        var screen = new Screen(out, terminal);
        var frame = new DemoFrame(WIDTH, terminal ? Look.COLOUR : Look.PLAIN);
        int framesShown = 0;
        var state = race.next();
        while (!race.isOver()) {
            if (terminal) {
                screen.show(frame.lines(state));
                Thread.sleep(TERMINAL_TICK_MILLIS);
            } else if (state.progress() * PLAIN_FRAMES >= framesShown + 1) {
                framesShown++;
                screen.print(frame.lines(state));
            }
            state = race.next();
        }
        screen.show(frame.lines(state));
        screen.print(frame.summary(state));
        screen.print(race.epilogue());
    }

    /// Returns when the process is told to end, which then waits until what is open is closed.
    private void awaitInterrupt() throws InterruptedException {
        var told = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            told.countDown();
            awaitClosed();
        }));
        told.await();
    }

    private void awaitClosed() {
        try {
            closed.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
