package io.plimsoll.testbed.controlplane;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A group of equal KWOK nodes: `<prefix>-0`, `<prefix>-1` and so on.
///
/// @param prefix start of the names
/// @param count how many
/// @param cpuCores allocatable CPU of each, in cores
/// @param memoryBytes allocatable memory of each
/// @param pods how many pods each takes
/// @param labels labels of each, beside the usual ones
public record FakeNodes(
        String prefix, int count, int cpuCores, long memoryBytes, int pods, SortedMap<String, String> labels) {
    /// The annotation that says what a pod on such a node uses in each of its containers: a quantity that may change
    /// while the pod runs.
    public static final String USAGE_CPU = "kwok.x-k8s.io/usage-cpu";

    /// The same for memory.
    public static final String USAGE_MEMORY = "kwok.x-k8s.io/usage-memory";

    /// The annotation that, with the value `true`, has a pod on such a node resized at once; without it the API server
    /// refuses, as for a node that cannot.
    public static final String RESIZES = "kwok.x-k8s.io/resizes";

    private static final long GIB = 1L << 30;

    public FakeNodes {
        if (count < 0) {
            throw new IllegalArgumentException("count is negative: " + count);
        }
        if (!prefix.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")) {
            throw new IllegalArgumentException("prefix '" + prefix + "' does not start a node name");
        }
        labels = new TreeMap<>(labels);
    }

    /// Nodes of 16 cores, 64 GiB and 110 pods each.
    public static FakeNodes of(String prefix, int count) {
        return new FakeNodes(prefix, count, 16, 64 * GIB, 110, new TreeMap<>());
    }

    public FakeNodes withCapacity(int cores, long bytes) {
        return new FakeNodes(prefix, count, cores, bytes, pods, labels);
    }

    public FakeNodes withLabels(SortedMap<String, String> nodeLabels) {
        return new FakeNodes(prefix, count, cpuCores, memoryBytes, pods, nodeLabels);
    }

    List<String> names() {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(prefix + "-" + i);
        }
        return names;
    }
}
