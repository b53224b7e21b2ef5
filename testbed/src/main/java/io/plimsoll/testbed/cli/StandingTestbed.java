package io.plimsoll.testbed.cli;

import io.plimsoll.testbed.controlplane.ProcessIdentity;
import io.plimsoll.testbed.controlplane.TestbedException;
import io.plimsoll.testbed.controlplane.TestbedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// The one testbed that stays up between commands, as the files in `<cache>/testbed/standing` tell of it.
///
///     log         what the watching process says, line by line
///     supervisor  its process number and when it started
///     ready       the folder of the run, once all of it is up
///     failed      why it could not start
///     stop        asks it to end everything in order
record StandingTestbed(Path folder) {

    static StandingTestbed ofThisUser() {
        return new StandingTestbed(TestbedFolder.cache().resolve("testbed").resolve("standing"));
    }

    Path log() {
        return folder.resolve("log");
    }

    /// The process that watches over the testbed, if it lives.
    Optional<ProcessIdentity> supervisor() {
        return read("supervisor").flatMap(StandingTestbed::identity).filter(ProcessIdentity::isAlive);
    }

    /// The folder of the run, if all of it is up.
    Optional<Path> run() {
        return supervisor().isEmpty() ? Optional.empty() : read("ready").map(Path::of);
    }

    Optional<String> failure() {
        return read("failed");
    }

    boolean isAskedToStop() {
        return Files.exists(folder.resolve("stop"));
    }

    void clear() {
        TestbedFolder.delete(folder);
        try {
            Files.createDirectories(folder);
            Files.createFile(log());
        } catch (IOException e) {
            throw new TestbedException("cannot make " + folder, e);
        }
    }

    void supervisedByThisProcess() {
        ProcessIdentity self = ProcessIdentity.self();
        write("supervisor", self.pid() + " " + self.startTicks());
    }

    void ready(Path run) {
        write("ready", run.toString());
    }

    void failed(String why) {
        write("failed", why);
    }

    void askToStop() {
        write("stop", "");
    }

    private void write(String file, String content) {
        try {
            Path draft = folder.resolve(file + ".new");
            Files.writeString(draft, content);
            Files.move(draft, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new TestbedException("cannot write " + folder.resolve(file), e);
        }
    }

    private Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(folder.resolve(file)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessIdentity> identity(String text) {
        List<String> words = List.of(text.split(" "));
        return words.size() == 2
                ? Optional.of(new ProcessIdentity(Long.parseLong(words.getFirst()), Long.parseLong(words.getLast())))
                : Optional.empty();
    }
}
