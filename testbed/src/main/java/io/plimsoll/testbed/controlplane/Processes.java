package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The processes of one run, which end with it: when it is closed, when the JVM ends by Ctrl-C or SIGTERM, and, where
/// util-linux has `setpriv`, also when the JVM is killed; otherwise {@link Leftovers} ends them at the next start.
///
/// Thread-safe: all changes hold this object's monitor.
public final class Processes implements AutoCloseable {
    /// The kernel's parent-death signal follows the thread that forked, not the process, so one thread, which lives as
    /// long as the JVM, starts them all.
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "testbed-process-spawner");
        thread.setDaemon(true);
        return thread;
    });

    private static final List<String> DIE_WITH_PARENT = dieWithParent();

    private final Path run;
    private final Path logs;
    private final List<RunningProcess> running = new ArrayList<>();
    private final Thread hook = new Thread(this::killAll, "testbed-shutdown");
    private ProcessLedger ledger = ProcessLedger.ownedByThisProcess();
    private boolean closed;

    private Processes(Path run, Path logs) {
        this.run = run;
        this.logs = logs;
    }

    /// Takes a run's folder: the ledger and the logs live in it from now on.
    public static Processes in(Path run) {
        Path logs = run.resolve("logs");
        try {
            Files.createDirectories(logs);
        } catch (IOException e) {
            throw new TestbedException("cannot make the folder of logs " + logs, e);
        }
        Processes processes = new Processes(run, logs);
        processes.ledger.write(run);
        Runtime.getRuntime().addShutdownHook(processes.hook);
        return processes;
    }

    /// Starts a process; what it says goes to `logs/<name>.log`, after what an earlier one of that name said.
    public synchronized RunningProcess start(ProcessSpec spec) {
        if (closed) {
            throw new IllegalStateException("the run in " + run + " is closed; cannot start " + spec.name());
        }
        Path log = logs.resolve(spec.name() + ".log");
        Process process = spawn(spec, log);
        // A process that ended at once has no identity any more; its log and exit code still tell why.
        ProcessIdentity identity =
                ProcessIdentity.of(process.pid()).orElse(new ProcessIdentity(process.pid(), Long.MAX_VALUE));
        RunningProcess started = new RunningProcess(spec.name(), process, identity, log);
        running.add(started);
        ledger = ledger.with(new ProcessLedger.Child(identity, spec.name()));
        ledger.write(run);
        return started;
    }

    /// Asks a process to end; by force after the patience is over.
    public void stop(RunningProcess process, Duration patience) {
        process.stop(patience);
        forget(process);
    }

    /// Ends a process at once, as a crash would.
    public void kill(RunningProcess process) {
        process.kill();
        forget(process);
    }

    /// The folder with one log per process.
    public Path logs() {
        return logs;
    }

    @Override
    public void close() {
        killAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is already ending: the hook runs or has run.
            closed = true;
        }
    }

    private synchronized void killAll() {
        closed = true;
        for (RunningProcess process : running.reversed()) {
            process.kill();
        }
        running.clear();
        ledger = new ProcessLedger(ledger.boot(), ledger.owner(), List.of());
        if (Files.isDirectory(run)) {
            ledger.write(run);
        }
    }

    private synchronized void forget(RunningProcess process) {
        running.remove(process);
        ledger = ledger.without(process.identity());
        ledger.write(run);
    }

    private static Process spawn(ProcessSpec spec, Path log) {
        List<String> command = new ArrayList<>(DIE_WITH_PARENT);
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(spec.environment());
        try {
            return SPAWNER.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new TestbedException(
                    "cannot start " + spec.name() + ": " + spec.command().getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while starting " + spec.name(), e);
        }
    }

    private static List<String> dieWithParent() {
        List<String> prefix = List.of(Prerequisites.locate("setpriv"), "--pdeathsig", "KILL");
        List<String> probe = new ArrayList<>(prefix);
        probe.add("true");
        try {
            Process process = new ProcessBuilder(probe).start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? prefix : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
