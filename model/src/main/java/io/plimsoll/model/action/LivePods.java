package io.plimsoll.model.action;

import io.plimsoll.model.cluster.PodKey;

/// Where a pod's present state is read: not from the cluster's image but from the API server itself.
public interface LivePods {

    Look look(PodKey key);

    /// What a look at a pod can yield.
    sealed interface Look {

        record Found(LivePod pod) implements Look {}

        /// There is no pod of that name.
        record Gone() implements Look {}

        /// The API server did not answer, or with an error.
        record Unanswered(String message) implements Look {}
    }
}
