package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import java.util.List;

/// What a pass makes of one workload.
///
/// @param choice the policy that holds for it, and those that lost
/// @param recommendations for its containers, in the order of the pod's spec
/// @param plan what is to be done now
public record WorkloadSizing(
        Owner workload, PolicyChoice choice, List<ContainerRecommendation> recommendations, ResizePlan plan) {

    public WorkloadSizing {
        recommendations = List.copyOf(recommendations);
    }
}
