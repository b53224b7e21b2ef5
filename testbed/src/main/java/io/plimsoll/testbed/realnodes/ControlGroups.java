package io.plimsoll.testbed.realnodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The control groups of one real node: a group of one name in every hierarchy of this machine. All that the node
/// runs lives below it (daemons and shims in `daemons`, pods in `kubepods`), so that the kernel itself knows whom to
/// end, even when whoever started the node is gone.
///
/// Version 1 and hybrid machines have one hierarchy per controller; version 2 has a single one, whose controllers
/// must be handed down before a child group can use them, and only when no process is left in the group itself.
final class ControlGroups {
    static final Path MOUNT = Path.of("/sys/fs/cgroup");

    /// The group of containerd, kubelet and shims.
    static final String DAEMONS = "daemons";

    private static final String PROCESSES = "cgroup.procs";
    private static final String PROCESSORS = "cpuset.cpus";
    /// How many times as much as another process of the machine a confined node gets of its own processors.
    private static final int AHEAD = 100;

    private static final String HANDED_DOWN = "cgroup.subtree_control";

    private final Path mount;
    private final String name;

    ControlGroups(Path mount, String name) {
        this.mount = mount;
        this.name = name;
    }

    /// The group's name, the same in every hierarchy.
    String name() {
        return name;
    }

    void create() throws IOException {
        for (Path hierarchy : hierarchies()) {
            if (isVersion2()) {
                handDown(hierarchy);
            }
            Files.createDirectories(hierarchy.resolve(name).resolve(DAEMONS));
        }
        if (!isVersion2()) {
            fillCpuset();
        }
    }

    /// Lets the pods' groups have controllers; to be called when the daemons have left the group itself.
    void openToPods() throws IOException {
        if (isVersion2()) {
            handDown(mount.resolve(name));
        }
    }

    /// Keeps all that the node runs on these processors, where it goes before whatever else this machine runs on
    /// them. Of groups that wait for one processor, each gets a part by its weight; that of a process without a
    /// group of its own, and of a new group, is the usual one.
    ///
    /// @param processors their numbers, with commas between
    void confine(String processors) throws IOException {
        if (isVersion2()) {
            Files.writeString(mount.resolve(name).resolve(PROCESSORS), processors);
            Files.writeString(mount.resolve(name).resolve("cpu.weight"), String.valueOf(AHEAD * 100));
        } else {
            // The children first: a group holds what they have.
            Path group = mount.resolve("cpuset").resolve(name);
            Files.writeString(group.resolve(DAEMONS).resolve(PROCESSORS), processors);
            Files.writeString(group.resolve(PROCESSORS), processors);
            Files.writeString(mount.resolve("cpu").resolve(name).resolve("cpu.shares"), String.valueOf(AHEAD * 1024));
        }
    }

    /// What the kernel tells of how long tasks of the node have waited for something (PSI), which it counts in
    /// version 2 alone: also that of a hybrid machine, where each process is in a group of both versions.
    ///
    /// @param thing `cpu`, `memory` or `io`
    String pressure(String thing) throws IOException {
        Path hierarchy = isVersion2() ? mount : mount.resolve("unified");
        return Files.readString(hierarchy.resolve(name).resolve(thing + ".pressure"));
    }

    /// The processes that belong to the node now.
    List<ProcessHandle> members() throws IOException {
        List<ProcessHandle> members = new ArrayList<>();
        for (Path group : groups()) {
            for (String id : lines(group.resolve(PROCESSES))) {
                ProcessHandle.of(Long.parseLong(id)).ifPresent(members::add);
            }
        }
        return members.stream().distinct().toList();
    }

    void remove() throws IOException {
        for (Path group : groups().reversed()) {
            Files.deleteIfExists(group);
        }
    }

    boolean exist() throws IOException {
        return !groups().isEmpty();
    }

    private boolean isVersion2() {
        return Files.exists(mount.resolve("cgroup.controllers"));
    }

    private List<Path> hierarchies() throws IOException {
        if (isVersion2()) {
            return List.of(mount);
        }
        try (Stream<Path> entries = Files.list(mount)) {
            return entries.filter(entry -> !Files.isSymbolicLink(entry))
                    .filter(entry -> Files.exists(entry.resolve(PROCESSES)))
                    .sorted()
                    .toList();
        }
    }

    /// Every group of the node, parents before their children.
    private List<Path> groups() throws IOException {
        List<Path> groups = new ArrayList<>();
        for (Path hierarchy : hierarchies()) {
            Path top = hierarchy.resolve(name);
            if (Files.isDirectory(top)) {
                groups.addAll(directoriesBelow(top));
            }
        }
        return groups;
    }

    private static List<Path> directoriesBelow(Path top) throws IOException {
        try (Stream<Path> all = Files.find(top, 32, (_, attributes) -> attributes.isDirectory())) {
            return all.sorted(Comparator.comparing(Path::getNameCount)).toList();
        }
    }

    /// A group without processors and memory nodes takes no process.
    private void fillCpuset() throws IOException {
        Path cpuset = mount.resolve("cpuset");
        Path group = cpuset.resolve(name);
        for (String key : List.of(PROCESSORS, "cpuset.mems")) {
            String all = Files.readString(cpuset.resolve(key));
            Files.writeString(group.resolve(key), all);
            Files.writeString(group.resolve(DAEMONS).resolve(key), all);
        }
    }

    private static void handDown(Path group) throws IOException {
        String controllers =
                Files.readString(group.resolve("cgroup.controllers")).strip();
        if (!controllers.isEmpty()) {
            Files.writeString(group.resolve(HANDED_DOWN), "+" + controllers.replace(" ", " +"));
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    }
}
