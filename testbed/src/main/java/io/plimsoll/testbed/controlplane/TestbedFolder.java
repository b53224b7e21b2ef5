package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Where the testbed keeps things: the cache outside the work tree, one folder per run in it, and the sources.
public final class TestbedFolder {
    private static final Path BUILD_SCRIPT = Path.of("testbed", "control-plane", "build.sh");

    private TestbedFolder() {}

    /// `$PLIMSOLL_CACHE`, else `$XDG_CACHE_HOME/plimsoll`, else `~/.cache/plimsoll`.
    public static Path cache() {
        String own = environment("PLIMSOLL_CACHE");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String shared = environment("XDG_CACHE_HOME");
        Path parent = shared.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(shared);
        return parent.resolve("plimsoll").toAbsolutePath();
    }

    /// The folder that holds one folder per run.
    public static Path runs() {
        return cache().resolve("testbed").resolve("runs");
    }

    /// Makes the folder of a new run; its name starts with the given one.
    public static Path newRun(String name) {
        try {
            Files.createDirectories(runs());
            return Files.createTempDirectory(runs(), name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the run in " + runs(), e);
        }
    }

    /// The folders of all runs, alive or not, in the order of their names.
    public static List<Path> allRuns() {
        if (!Files.isDirectory(runs())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(runs())) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + runs(), e);
        }
    }

    /// The script that builds the components: below `-Dplimsoll.home`, `$PLIMSOLL_HOME`, the working folder or a parent
    /// of it.
    public static Path buildScript() {
        for (Path root : sourceRoots()) {
            Path script = root.resolve(BUILD_SCRIPT);
            if (Files.isRegularFile(script)) {
                return script;
            }
        }
        throw new TestbedException("cannot find " + BUILD_SCRIPT + " in or above "
                + Path.of("").toAbsolutePath() + ": run this inside a clone of Plimsoll, or set PLIMSOLL_HOME to it");
    }

    /// Removes a folder and all in it; what is already gone is no error.
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    private static List<Path> sourceRoots() {
        List<Path> roots = new ArrayList<>();
        for (String named : List.of(System.getProperty("plimsoll.home", ""), environment("PLIMSOLL_HOME"))) {
            if (!named.isEmpty()) {
                roots.add(Path.of(named).toAbsolutePath());
            }
        }
        Path here = Path.of("").toAbsolutePath();
        Stream.iterate(here, path -> path != null, Path::getParent).forEach(roots::add);
        return roots;
    }

    private static String environment(String variable) {
        String value = System.getenv(variable);
        return value == null ? "" : value;
    }
}
