package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.usage.ContainerUsageView;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pass knows of workloads beside the cluster's image. It does not change during the pass.
public interface WorkloadKnowledge {

    /// What its containers use, by their names.
    Map<String, ContainerUsageView> usage(Owner workload);

    /// What the memory of a container must not fall below.
    ///
    /// @param pod the newest of its workload's pods
    /// @param container of that pod
    /// @param sizing what the policy says of it
    /// @param usage what it uses, if that was ever measured
    List<MemoryFloor> floors(
            PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> usage);

    WorkloadHistory history(Owner workload);
}
