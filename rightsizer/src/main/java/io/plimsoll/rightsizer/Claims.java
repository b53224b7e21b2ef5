package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.autoscaler.AutoscalersUnreadable;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.Map;
import java.util.Set;

/// Where it is asked what other autoscalers own: that is left alone.
@FunctionalInterface
public interface Claims {

    /// There are no others.
    Claims NONE = Map::of;

    /// By the object that an autoscaler names as its target. Called by the right-sizer's loop, once a pass.
    ///
    /// @throws AutoscalersUnreadable when it is not known for now: that pass changes nothing
    Map<Owner, Set<ResourceKind>> now();
}
