package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Map;

/// What the API server says of a node.
///
/// @param uid changes when the node is registered anew
/// @param bootId changes when its machine is restarted
/// @param allocatable what pods may request in all
/// @param capacity what the machine has; at least what is allocatable
/// @param allocatablePods how many pods it takes
/// @param virtual whether a provider stands behind it instead of a machine (virtual kubelet): its pressure is unknown
/// @param leaving whether it is about to be removed, by an autoscaler or whoever deletes it: what comes is moved again
/// @param taints those that keep pods away, sorted
/// @param platform what it runs on
/// @param labels which pods choose their nodes by
public record NodeSpec(
        String name,
        String uid,
        String bootId,
        Resources allocatable,
        Resources capacity,
        int allocatablePods,
        Readiness readiness,
        boolean unschedulable,
        boolean virtual,
        boolean leaving,
        List<Taint> taints,
        NodePlatform platform,
        Map<String, String> labels) {

    public NodeSpec {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name of a node must not be empty");
        }
        capacity = capacity.max(allocatable);
        taints = List.copyOf(taints);
        labels = Map.copyOf(labels);
    }

    /// Whether its kubelet is short of memory: that evicts pods, those first that use more than they ask for. The
    /// control plane says so by a taint.
    public boolean isShortOfMemory() {
        return taints.stream().anyMatch(taint -> taint.key().equals("node.kubernetes.io/memory-pressure"));
    }

    /// A node without labels that stays, and tells nothing of what it runs on.
    public NodeSpec(
            String name,
            String uid,
            String bootId,
            Resources allocatable,
            Resources capacity,
            int allocatablePods,
            Readiness readiness,
            boolean unschedulable,
            boolean virtual,
            List<Taint> taints) {
        this(
                name,
                uid,
                bootId,
                allocatable,
                capacity,
                allocatablePods,
                readiness,
                unschedulable,
                virtual,
                false,
                taints,
                NodePlatform.UNTOLD,
                Map.of());
    }

    /// A node's `Ready` condition.
    public enum Readiness {
        READY,
        NOT_READY,
        UNKNOWN
    }
}
