package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeLoad;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.Optional;
import java.util.Set;

/// A pod that is looking for a node, with what the image knows of its workload.
///
/// @param workloadId its workload's number in the image, or [#UNKNOWN_WORKLOAD]
/// @param replicas pods that its workload wants or has, whichever is more; at least 1
/// @param expected what it is expected to use at its peak
/// @param demand mean and variance of what it is expected to use at any time
public record PodToPlace(
        PodKey key,
        String uid,
        Owner workload,
        int workloadId,
        int replicas,
        Resources expected,
        Demand demand,
        UsageEstimate estimate,
        Set<OptOut> optOuts) {

    /// No pod in the image has this workload number.
    public static final int UNKNOWN_WORKLOAD = -1;

    public static PodToPlace of(ClusterImage image, PodSpec spec) {
        var owner = image.workloadOf(spec.key(), spec.owner());
        var workload = image.workload(owner);
        var estimate = workload.map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
        return new PodToPlace(
                spec.key(),
                spec.uid(),
                owner,
                workload.map(Workload::id).orElse(UNKNOWN_WORKLOAD),
                Math.max(1, workload.map(w -> Math.max(w.replicas(), w.pods())).orElse(1)),
                NodeLoad.expected(spec, estimate),
                NodeLoad.demand(spec, estimate, Optional.empty()),
                estimate,
                image.optOuts(spec));
    }

    /// Whether the scheduler should decide on it as if Plimsoll were not there.
    public boolean isOptedOut() {
        return optOuts.contains(OptOut.SCORE);
    }

    /// Whether every node is fit for it: it has opted out, or it belongs on its one node whatever happens there.
    public boolean isExempt() {
        return isOptedOut() || workload.isDaemonSet();
    }
}
