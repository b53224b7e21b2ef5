package io.plimsoll.model.action;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;

/// Something that is done to the cluster. Every one names the very pod that was meant, by its uid.
public sealed interface Action {

    PodKey pod();

    /// The uid that the pod must still bear.
    String uid();

    /// Evicts the pod through the Eviction API.
    record Evict(PodKey pod, String uid) implements Action {}

    /// Sets a container's requests and limits in place, through the pod's resize subresource.
    ///
    /// @param limits zero in a dimension leaves that limit as it is
    record Resize(PodKey pod, String uid, String container, Resources requests, Resources limits) implements Action {}
}
