package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a run's folder says about its processes: who owns them, and which there are, so that whoever comes after a
/// crash can end exactly these.
///
///     boot 5f0c…            the machine's boot; after a reboot nothing of this is alive
///     owner 4711 189345     the JVM that ends the others, and when it started
///     child 4720 189401 etcd
///
/// @param boot the machine's boot id
/// @param owner the JVM that started the processes
/// @param children the processes, in the order of their start
record ProcessLedger(String boot, ProcessIdentity owner, List<Child> children) {
    private static final String FILE = "processes";

    /// A process and what it is called in the logs.
    record Child(ProcessIdentity identity, String name) {}

    ProcessLedger {
        children = List.copyOf(children);
    }

    static ProcessLedger ownedByThisProcess() {
        return new ProcessLedger(currentBoot(), ProcessIdentity.self(), List.of());
    }

    ProcessLedger with(Child child) {
        List<Child> more = new ArrayList<>(children);
        more.add(child);
        return new ProcessLedger(boot, owner, more);
    }

    ProcessLedger without(ProcessIdentity identity) {
        return new ProcessLedger(
                boot,
                owner,
                children.stream()
                        .filter(child -> !child.identity().equals(identity))
                        .toList());
    }

    boolean ownerIsAlive() {
        return boot.equals(currentBoot()) && owner.isAlive();
    }

    /// The processes that still run, of which there are none after a reboot.
    List<Child> alive() {
        return boot.equals(currentBoot())
                ? children.stream().filter(child -> child.identity().isAlive()).toList()
                : List.of();
    }

    /// Writes the ledger in one step: a reader sees the old or the new one.
    void write(Path run) {
        List<String> lines = new ArrayList<>();
        lines.add("boot " + boot);
        lines.add("owner " + owner.pid() + " " + owner.startTicks());
        for (Child child : children) {
            lines.add("child " + child.identity().pid() + " " + child.identity().startTicks() + " " + child.name());
        }
        try {
            Path draft = run.resolve(FILE + ".new");
            Files.write(draft, lines);
            Files.move(draft, run.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the list of processes in " + run, e);
        }
    }

    /// The ledger of a run, if its folder has one that can be read.
    static Optional<ProcessLedger> read(Path run) {
        Path file = run.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(Files.readAllLines(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new TestbedException("cannot read the list of processes " + file + ": remove it by hand", e);
        }
    }

    private static ProcessLedger parse(List<String> lines) {
        String boot = "";
        ProcessIdentity owner = new ProcessIdentity(0, 0);
        List<Child> children = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ", 4);
            switch (words[0]) {
                case "boot" -> boot = words[1];
                case "owner" -> owner = identity(words);
                case "child" -> children.add(new Child(identity(words), words[3]));
                default -> throw new IllegalArgumentException("unknown line: " + line);
            }
        }
        return new ProcessLedger(boot, owner, children);
    }

    private static ProcessIdentity identity(String[] words) {
        return new ProcessIdentity(Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    private static String currentBoot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the boot id: is /proc mounted?", e);
        }
    }
}
