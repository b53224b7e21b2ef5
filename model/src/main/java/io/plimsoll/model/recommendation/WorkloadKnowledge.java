package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.ContainerUsageView;
import java.util.List;
import java.util.Map;

/// What a pass knows of workloads beside the cluster's image. It does not change during the pass.
public interface WorkloadKnowledge {

    /// What its containers use, by their names.
    Map<String, ContainerUsageView> usage(Owner workload);

    /// What the memory of one of its containers must not fall below.
    List<MemoryFloor> floors(Owner workload, String container);

    WorkloadHistory history(Owner workload);
}
