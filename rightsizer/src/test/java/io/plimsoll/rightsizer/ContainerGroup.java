package io.plimsoll.rightsizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the kernel of this machine enforces for a container, read from its control groups, of version 1 or 2.
///
/// @param id the container's, without its runtime's prefix
record ContainerGroup(String id) {

    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final int DEPTH_MAX = 12;

    long memoryLimitBytes() {
        return isVersion2() ? number("", "memory.max") : number("memory", "memory.limit_in_bytes");
    }

    /// CPU time for each 100 ms, in microseconds.
    long cpuQuotaMicros() {
        return isVersion2() ? number("", "cpu.max") : number("cpu", "cpu.cfs_quota_us");
    }

    /// How much the container counts among those that wait for a CPU: shares in version 1, a weight in version 2.
    long cpuWeight() {
        return isVersion2() ? number("", "cpu.weight") : number("cpu", "cpu.shares");
    }

    /// What that is for a request: 1024 shares a core, at least two. In version 2 the container runtime makes a weight
    /// of them, by one of two rules: on a straight line up to runc 1.3.1, on a curve since.
    static Set<Long> cpuWeights(long requestMillis) {
        long shares = Math.max(2, requestMillis * 1024 / 1000);
        if (!isVersion2()) {
            return Set.of(shares);
        }
        double power = Math.log((double) shares) / Math.log(2);
        double curve = Math.pow(10, (power * power + 125 * power) / 612 - 7.0 / 34);
        return new TreeSet<>(List.of(1 + (shares - 2) * 9999 / 262142, (long) Math.ceil(curve)));
    }

    private static boolean isVersion2() {
        return Files.exists(MOUNT.resolve("cgroup.controllers"));
    }

    private long number(String hierarchy, String file) {
        try (Stream<Path> groups = Files.find(
                MOUNT.resolve(hierarchy),
                DEPTH_MAX,
                (path, attributes) -> attributes.isDirectory() && path.endsWith(id))) {
            var group = groups.findFirst().orElseThrow(() -> new IllegalStateException("no control group of " + id));
            return Long.parseLong(Files.readString(group.resolve(file)).strip().split(" ")[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
