package io.plimsoll.kubernetes.watch;

import java.util.List;
import java.util.Set;

/// Tells nodes that an autoscaler is about to remove, by its taints. Their effect does not matter: the cluster
/// autoscaler first marks a node that it has no need of by `PreferNoSchedule`, for ten minutes as a rule, and by
/// `NoSchedule` only when it drains it.
final class LeavingNodes {

    private static final Set<String> TAINTS = Set.of(
            "DeletionCandidateOfClusterAutoscaler",
            "ToBeDeletedByClusterAutoscaler",
            "karpenter.sh/disrupted",
            "karpenter.sh/disruption"); // of Karpenter before 1.0

    private LeavingNodes() {}

    static boolean isLeaving(List<String> taintKeys) {
        return taintKeys.stream().anyMatch(TAINTS::contains);
    }
}
