package io.plimsoll.kubernetes.policy;

import io.plimsoll.model.cluster.Owner;
import java.util.Map;

/// The labels that selectors of policies look at. Asked whenever a policy is asked for a workload.
public interface ObjectLabels {

    /// Those of a workload's own object.
    WorkloadLabels ofWorkload(Owner workload);

    /// Those of a namespace; empty where it is not known.
    Map<String, String> ofNamespace(String namespace);
}
