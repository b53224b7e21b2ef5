package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// Runs whose owner died without cleaning up: ends their processes, and only theirs, and keeps their latest logs.
public final class Leftovers {
    /// So many dead runs keep their logs; older ones are removed whole.
    private static final int RUNS_KEPT_MAX = 5;

    private Leftovers() {}

    /// What was ended in one dead run.
    public record Reaped(Path run, List<String> processes) {
        public Reaped {
            processes = List.copyOf(processes);
        }
    }

    /// Ends what the dead owners left, in all runs, and says what that was; a run with a living owner is left alone.
    public static List<Reaped> reap() {
        List<Reaped> reaped = new ArrayList<>();
        List<Path> dead = new ArrayList<>();
        for (Path run : TestbedFolder.allRuns()) {
            Optional<ProcessLedger> ledger = ProcessLedger.read(run);
            if (ledger.isPresent() && !ledger.get().ownerIsAlive()) {
                List<String> ended = end(ledger.get());
                cleanUpRealNodes(run);
                dead.add(run);
                if (!ended.isEmpty()) {
                    reaped.add(new Reaped(run, ended));
                }
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
        List<String> kept = List.of("logs", "processes");
        try (Stream<Path> entries = Files.list(run)) {
            entries.filter(entry -> !kept.contains(String.valueOf(entry.getFileName())))
                    .toList()
                    .forEach(TestbedFolder::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean up " + run, e);
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
