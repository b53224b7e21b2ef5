package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.DecayedMoments;
import io.plimsoll.model.usage.NodeSignals;
import java.util.Arrays;
import java.util.List;

/// A node as the image knows it: its spec, what was measured of it, and what the pods on it add up to.
///
/// @param cpuMillis mean and deviation of its measured CPU use, thousandths of a core
/// @param memoryBytes mean and deviation of its measured working set
/// @param pods the pods bound to it that still run or will, sorted by key
public record NodeImage(
        NodeSpec spec,
        NodeSignals signals,
        DecayedMoments cpuMillis,
        DecayedMoments memoryBytes,
        Stability stability,
        List<PodImage> pods,
        int[] workloadIds,
        NodeLoad load) {

    public String name() {
        return spec.name();
    }

    /// Whether nothing runs here but what [leaves it empty][PodImage#leavesNodeEmpty].
    public boolean isEmpty() {
        return pods.stream().allMatch(PodImage::leavesNodeEmpty);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeImage that
                && spec.equals(that.spec)
                && signals.asMap().equals(that.signals.asMap())
                && cpuMillis.equals(that.cpuMillis)
                && memoryBytes.equals(that.memoryBytes)
                && stability.equals(that.stability)
                && pods.equals(that.pods)
                && Arrays.equals(workloadIds, that.workloadIds)
                && load.equals(that.load);
    }

    @Override
    public int hashCode() {
        return spec.hashCode();
    }
}
