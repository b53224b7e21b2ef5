package io.plimsoll.model.cluster;

import java.util.Optional;

/// A pod as the image knows it: its spec, the workload it belongs to and what it was last seen to use.
///
/// @param workload the root of its chain of owners
/// @param workloadId the workload's number, the same for all pods of the workload in one image
/// @param usage the sum over its containers as last measured; nothing while it was never measured
/// @param usageAtMillis when that was, epoch milliseconds; 0 while it was never measured
/// @param stalls how long its tasks waited because of others, as last measured
public record PodImage(
        PodSpec spec, Owner workload, int workloadId, Optional<Resources> usage, long usageAtMillis, Stalls stalls) {

    /// One that was never measured.
    PodImage(PodSpec spec, Owner workload, int workloadId) {
        this(spec, workload, workloadId, Optional.empty(), 0, Stalls.NONE);
    }

    PodImage of(PodSpec otherSpec, Owner otherWorkload, int otherId) {
        return new PodImage(otherSpec, otherWorkload, otherId, usage, usageAtMillis, stalls);
    }

    /// @param latest where they are none, those that are known stay, with their time
    PodImage measured(PodUsage used, Stalls latest) {
        return new PodImage(
                spec,
                workload,
                workloadId,
                Optional.of(used.amount()),
                used.atMillis(),
                latest.atMillis() == 0 ? stalls : latest);
    }

    public PodKey key() {
        return spec.key();
    }

    /// Whether its node is empty with it all the same: it runs on every node, belongs to the node itself, or is a
    /// placeholder that gives way to any pod.
    public boolean leavesNodeEmpty() {
        return workload.isDaemonSet() || workload.isNode() || spec.isPlaceholder();
    }
}
