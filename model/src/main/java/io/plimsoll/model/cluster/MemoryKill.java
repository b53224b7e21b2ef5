package io.plimsoll.model.cluster;

/// A run of a container that was killed for memory, as its pod's status tells it.
///
/// @param containerId of the run, e.g. `containerd://3f…`; empty where the status does not tell
/// @param restartCount how many runs of the container had ended in this pod before the one that was killed
/// @param limitBytes the memory limit when the kill was first seen; 0 for none
/// @param requestBytes the memory request when the kill was first seen; 0 for none
/// @param atMillis when it was killed, epoch milliseconds
/// @param isEvicted whether the kubelet was evicting the pod, so that the node was short and not the container
public record MemoryKill(
        String container,
        String containerId,
        int restartCount,
        long limitBytes,
        long requestBytes,
        long atMillis,
        boolean isEvicted) {

    /// Whether both are of one run: a status shows a kill as the present state first, and as the last one
    /// later.
    boolean isOfOneRunWith(MemoryKill other) {
        if (!container.equals(other.container)) {
            return false;
        }
        boolean isUnnamed = containerId.isEmpty() && other.containerId.isEmpty();
        return isUnnamed ? restartCount == other.restartCount : containerId.equals(other.containerId);
    }
}
