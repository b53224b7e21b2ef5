package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import java.util.List;
import java.util.function.ToLongFunction;

/// What a pass makes of one workload.
///
/// @param choice the policy that holds for it, and those that lost
/// @param recommendations for its containers, in the order of the pod's spec, init containers that end last
/// @param plan what is to be done now
/// @param claimed what other autoscalers own of it
/// @param template what the containers of its template should ask for, where the policy has it written out
public record WorkloadSizing(
        Owner workload,
        PolicyChoice choice,
        List<ContainerRecommendation> recommendations,
        ResizePlan plan,
        Claimed claimed,
        List<ContainerSpec> template) {

    public WorkloadSizing {
        template = List.copyOf(template);
        recommendations = List.copyOf(recommendations);
    }

    /// A workload that no other autoscaler owns anything of, and of which nothing is written out.
    public WorkloadSizing(
            Owner workload, PolicyChoice choice, List<ContainerRecommendation> recommendations, ResizePlan plan) {
        this(workload, choice, recommendations, plan, Claimed.NONE, List.of());
    }

    /// What one pod asks for by its recommendations: those of what runs side by side added up, and at least the largest
    /// of an init container. That sidecars may run beside that one is not counted.
    public long together(ResourceKind kind, ToLongFunction<ResourceRecommendation> amount) {
        long running = 0;
        long largest = 0;
        for (var recommendation : recommendations) {
            long one = amount.applyAsLong(recommendation.of(kind));
            if (recommendation.role() == ContainerRole.INIT) {
                largest = Math.max(largest, one);
            } else {
                running += one;
            }
        }
        return Math.max(running, largest);
    }

    /// The same with something else to be done.
    public WorkloadSizing with(ResizePlan other) {
        return new WorkloadSizing(workload, choice, recommendations, other, claimed, template);
    }
}
