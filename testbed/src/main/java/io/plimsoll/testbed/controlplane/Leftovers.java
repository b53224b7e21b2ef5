package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// Runs whose owner died without cleaning up: ends their processes, and only theirs, and keeps their latest logs.
public final class Leftovers {
    /// So many dead runs keep their logs; older ones are removed whole.
    private static final int RUNS_KEPT_MAX = 5;

    private static final List<String> KEPT = List.of("logs", "processes");

    private Leftovers() {}

    /// What was found in one dead run.
    ///
    /// @param run its folder, in which only the logs are left
    /// @param processes those that still ran and were ended; often none, as the kernel ends them with their owner
    public record Reaped(Path run, List<String> processes) {
        public Reaped {
            processes = List.copyOf(processes);
        }

        @Override
        public String toString() {
            String ended = processes.isEmpty() ? "" : ", ended " + String.join(", ", processes);
            return "cleaned up after a crashed run" + ended + "; its logs: " + run.resolve("logs");
        }
    }

    /// Ends what the dead owners left, in all runs, and says what that was; a run with a living owner is left alone.
    ///
    /// One at a time on this machine: two that clean up the same run would stumble over each other.
    public static synchronized List<Reaped> reap() {
        if (TestbedFolder.allRuns().isEmpty()) {
            return List.of();
        }
        Path lockFile = TestbedFolder.runs().resolveSibling("reap.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            return reapAlone();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + lockFile, e);
        }
    }

    private static List<Reaped> reapAlone() {
        List<Path> dead = TestbedFolder.allRuns().stream()
                .filter(run -> ProcessLedger.read(run)
                        .filter(ledger -> !ledger.ownerIsAlive())
                        .isPresent())
                .toList();
        List<Reaped> reaped = new ArrayList<>();
        for (Path run : dead) {
            List<String> ended = ProcessLedger.read(run).map(Leftovers::end).orElse(List.of());
            cleanUpRealNodes(run);
            if (!ended.isEmpty() || !others(run).isEmpty()) {
                reaped.add(new Reaped(run, ended));
            }
        }
        keepOnlyLogs(dead);
        return reaped;
    }

    private static List<String> end(ProcessLedger ledger) {
        List<ProcessLedger.Child> alive = ledger.alive();
        for (ProcessLedger.Child child : alive.reversed()) {
            child.identity().kill();
        }
        return alive.stream()
                .map(child -> child.name() + " (" + child.identity().pid() + ")")
                .toList();
    }

    private static void cleanUpRealNodes(Path run) {
        Path folder = run.resolve(RealNodes.FOLDER);
        if (Files.isDirectory(folder)) {
            ServiceLoader.load(RealNodes.class).forEach(nodes -> nodes.cleanUp(folder));
        }
    }

    private static void keepOnlyLogs(List<Path> dead) {
        List<Path> newestFirst = dead.stream()
                .sorted(Comparator.comparing(Leftovers::changed).reversed())
                .toList();
        for (int i = 0; i < newestFirst.size(); i++) {
            if (i < RUNS_KEPT_MAX) {
                removeAllButLogs(newestFirst.get(i));
            } else {
                TestbedFolder.delete(newestFirst.get(i));
            }
        }
    }

    private static void removeAllButLogs(Path run) {
        others(run).forEach(TestbedFolder::delete);
    }

    /// What lies in a run's folder beside the logs and the list of processes.
    private static List<Path> others(Path run) {
        try (Stream<Path> entries = Files.list(run)) {
            return entries.filter(entry -> !KEPT.contains(String.valueOf(entry.getFileName())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + run, e);
        }
    }

    private static FileTime changed(Path run) {
        try {
            return Files.getLastModifiedTime(run.resolve("processes"));
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
