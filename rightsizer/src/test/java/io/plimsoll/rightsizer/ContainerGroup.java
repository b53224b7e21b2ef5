package io.plimsoll.rightsizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
