package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.NodeLoad;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.HashMap;
import java.util.Map;

/// What pods are expected to use when their nodes are busy: what they use now, or at their peak by their history.
/// Belongs to one plan of one image, which asks many times.
final class PodPeaks {

    private final ClusterImage image;
    /// By their workloads' numbers.
    private final Map<Integer, UsageEstimate> estimates = new HashMap<>();

    PodPeaks(ClusterImage image) {
        this.image = image;
    }

    Resources of(PodImage pod) {
        var estimate = estimates.computeIfAbsent(pod.workloadId(), id -> estimate(pod));
        return pod.usage().orElse(Resources.NONE).max(NodeLoad.expected(pod.spec(), estimate));
    }

    private UsageEstimate estimate(PodImage pod) {
        return image.workload(pod.workload()).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
    }

    /// Of all its pods, as if their peaks came at one time.
    Resources of(NodeImage node) {
        return node.pods().stream().map(this::of).reduce(Resources.NONE, Resources::plus);
    }
}
