package io.plimsoll.testbed.realnodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two layouts, imitated by plain files; the kernel's own is tested with the real nodes.
class ControlGroupsTest {
    @TempDir
    Path mount;

    @Test
    void create_version1_makesTheGroupInEveryHierarchyAndFillsItsCpuset() throws IOException {
        for (String hierarchy : List.of("cpuset", "memory", "pids")) {
            Files.createDirectories(mount.resolve(hierarchy));
            Files.createFile(mount.resolve(hierarchy).resolve("cgroup.procs"));
        }
        Files.writeString(mount.resolve("cpuset/cpuset.cpus"), "0-1\n");
        Files.writeString(mount.resolve("cpuset/cpuset.mems"), "0\n");
        Files.createSymbolicLink(mount.resolve("cpu"), mount.resolve("memory"));
        ControlGroups groups = new ControlGroups(mount, "node");

        groups.create();

        assertThat(mount.resolve("memory/node/daemons")).isDirectory();
        assertThat(mount.resolve("cpuset/node/daemons/cpuset.cpus")).hasContent("0-1\n");
        assertThat(mount.resolve("cpuset/node/cpuset.cpus")).hasContent("0-1\n");
        assertThat(mount.resolve("cpuset/node/cpuset.mems")).hasContent("0\n");
        assertThat(mount.resolve("pids/node/daemons")).isDirectory();
    }

    @Test
    void create_version2_handsTheControllersDown() throws IOException {
        Files.writeString(mount.resolve("cgroup.controllers"), "cpuset cpu memory pids\n");
        Files.createDirectories(mount.resolve("node"));
        Files.writeString(mount.resolve("node/cgroup.controllers"), "cpuset cpu memory pids\n");
        ControlGroups groups = new ControlGroups(mount, "node");

        groups.create();
        groups.openToPods();

        assertThat(mount.resolve("cgroup.subtree_control")).hasContent("+cpuset +cpu +memory +pids");
        assertThat(mount.resolve("node/cgroup.subtree_control")).hasContent("+cpuset +cpu +memory +pids");
        assertThat(mount.resolve("node/daemons")).isDirectory();
    }
}
