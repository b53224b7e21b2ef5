package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.Prerequisites;
import io.plimsoll.testbed.controlplane.Prerequisites.Program;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The machine that real nodes share, as far as they care.
///
/// @param system the operating system's name
/// @param userId the user that runs the testbed; 0 is root
/// @param cpuMillis its CPU, in thousandths of a core
/// @param memoryBytes its memory
record Machine(String system, int userId, long cpuMillis, long memoryBytes) {
    private static final List<Path> PLUGIN_FOLDERS = List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

    private static final List<Program> PROGRAMS = List.of(
            new Program("containerd", "containerd"),
            new Program("containerd-shim-runc-v2", "containerd"),
            new Program("ctr", "containerd"),
            new Program("runc", "runc"),
            new Program("ip", "iproute2"),
            new Program("tar", "tar"),
            new Program("mount", "mount"),
            new Program("unshare", "util-linux"),
            new Program("nsenter", "util-linux"));

    static Machine here() {
        String system = System.getProperty("os.name", "");
        if (!isLinux(system)) {
            return new Machine(system, -1, 0, 0);
        }
        try {
            int userId = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return new Machine(system, userId, cpuMillisHere(), memoryBytesHere());
        } catch (IOException e) {
            throw new TestbedException("cannot read about this machine: is /proc mounted?", e);
        }
    }

    /// Fails with the way out unless real nodes can run here; installs missing packages where that is possible.
    void require(List<RealNodeSize> nodes) {
        if (!isLinux(system) || userId != 0) {
            throw new TestbedException(
                    "real nodes make control groups, mounts and network bridges: run as root on Linux" + " (this is "
                            + (isLinux(system) ? "user " + userId : system) + ")");
        }
        nodes.forEach(this::requireRoom);
        int processors = nodes.stream().mapToInt(RealNodeSize::processors).sum();
        if (processors * 1000L > cpuMillis) {
            throw new TestbedException("real nodes with " + processors + " processors of their own do not fit on this"
                    + " machine with " + cpuMillis + "m: ask for fewer");
        }
        List<Program> programs = new ArrayList<>(PROGRAMS);
        if (PLUGIN_FOLDERS.stream().noneMatch(Machine::hasPlugins)) {
            programs.add(
                    new Program(PLUGIN_FOLDERS.getFirst().resolve("bridge").toString(), "containernetworking-plugins"));
        }
        Prerequisites.require(programs);
    }

    /// Where the container network's plugins lie.
    static Path plugins() {
        return PLUGIN_FOLDERS.stream()
                .filter(Machine::hasPlugins)
                .findFirst()
                .orElseThrow(() -> new TestbedException("no container network plugins in " + PLUGIN_FOLDERS
                        + ": install the package containernetworking-plugins"));
    }

    private void requireRoom(RealNodeSize size) {
        if (size.cpuMillis() > cpuMillis || size.memoryBytes() + RealNodeSize.EVICTION_BYTES > memoryBytes) {
            throw new TestbedException("a real node of " + size.cpuMillis() + "m CPU and " + size.memoryBytes()
                    + " bytes of memory does not fit on this machine with " + cpuMillis + "m and " + memoryBytes
                    + " bytes: choose a smaller size");
        }
    }

    private static boolean isLinux(String system) {
        return system.startsWith("Linux");
    }

    private static boolean hasPlugins(Path folder) {
        return List.of("bridge", "host-local", "loopback").stream()
                .allMatch(plugin -> Files.isExecutable(folder.resolve(plugin)));
    }

    /// As the kubelet counts: the processors of the machine, whatever this process may use of them.
    private static long cpuMillisHere() throws IOException {
        return 1000
                * Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("processor"))
                        .count();
    }

    private static long memoryBytesHere() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/meminfo lacks MemTotal"));
    }
}
