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

    @Test
    void confine_version1_leavesTheNodeItsProcessorsAndPutsItAhead() throws IOException {
        for (String group : List.of("cpuset/node/daemons", "cpu/node")) {
            Files.createDirectories(mount.resolve(group));
        }
        ControlGroups groups = new ControlGroups(mount, "node");

        groups.confine("1");

        assertThat(mount.resolve("cpuset/node/cpuset.cpus")).hasContent("1");
        assertThat(mount.resolve("cpuset/node/daemons/cpuset.cpus")).hasContent("1");
        assertThat(mount.resolve("cpu/node/cpu.shares")).hasContent("102400");
    }

    @Test
    void confine_version2_leavesTheNodeItsProcessorsAndPutsItAhead() throws IOException {
        Files.createFile(mount.resolve("cgroup.controllers"));
        Files.createDirectories(mount.resolve("node"));
        ControlGroups groups = new ControlGroups(mount, "node");

        groups.confine("2,3");

        assertThat(mount.resolve("node/cpuset.cpus")).hasContent("2,3");
        assertThat(mount.resolve("node/cpu.weight")).hasContent("10000");
    }

    /// On a hybrid machine from the hierarchy of version 2 beside the others.
    @Test
    void pressure_hybridMachine_isThatOfTheUnifiedHierarchy() throws IOException {
        Files.createDirectories(mount.resolve("unified/node"));
        Files.writeString(mount.resolve("unified/node/cpu.pressure"), """
                some avg10=1.00 avg60=2.00 avg300=3.00 total=2500000
                full avg10=0.00 avg60=0.00 avg300=0.00 total=250000
                """);
        ControlGroups groups = new ControlGroups(mount, "node");

        String told = NodePressure.metrics("real-1", "cpu", groups.pressure("cpu"));

        assertThat(told).isEqualTo("""
                node_pressure_cpu_waiting_seconds_total{node="real-1"} 2.500000
                node_pressure_cpu_stalled_seconds_total{node="real-1"} 0.250000
                """);
    }
}
