package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One process of this machine, told apart from a later one with the same number by the time it started.
///
/// @param pid the process number
/// @param startTicks when it started, in clock ticks since the machine's boot (field 22 of `/proc/<pid>/stat`)
public record ProcessIdentity(long pid, long startTicks) {

    /// The process that has this number now, if there is one and it has not ended.
    public static Optional<ProcessIdentity> of(long pid) {
        return statusFields(pid)
                .filter(fields -> !fields[0].equals("Z"))
                .map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[19])));
    }

    /// This very JVM.
    public static ProcessIdentity self() {
        return of(ProcessHandle.current().pid())
                .orElseThrow(() -> new TestbedException("cannot read /proc/self/stat: is /proc mounted?"));
    }

    /// Whether this very process still runs; a zombie has ended.
    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /// Ends the process at once, and never another one that got its number later.
    public void kill() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /// Asks the process to end (SIGTERM).
    public void terminate() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    /// The fields after the name, which is in brackets and may itself hold blanks and brackets: state first.
    private static Optional<String[]> statusFields(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
