package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import java.util.List;

/// What a pass makes of one workload.
///
/// @param choice the policy that holds for it, and those that lost
/// @param recommendations for its containers, in the order of the pod's spec
/// @param plan what is to be done now
/// @param claimed what other autoscalers own of it
public record WorkloadSizing(
        Owner workload,
        PolicyChoice choice,
        List<ContainerRecommendation> recommendations,
        ResizePlan plan,
        Claimed claimed) {

    public WorkloadSizing {
        recommendations = List.copyOf(recommendations);
    }

    /// A workload that no other autoscaler owns anything of.
    public WorkloadSizing(
            Owner workload, PolicyChoice choice, List<ContainerRecommendation> recommendations, ResizePlan plan) {
        this(workload, choice, recommendations, plan, Claimed.NONE);
    }

    /// The same with something else to be done.
    public WorkloadSizing with(ResizePlan other) {
        return new WorkloadSizing(workload, choice, recommendations, other, claimed);
    }
}
