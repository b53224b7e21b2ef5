package io.plimsoll.model.action;

import io.plimsoll.model.cluster.PodKey;

/// Where a pod's present state is read: not from the cluster's image but from the API server itself.
public interface LivePods {

    Look look(PodKey key);

    /// The very pod that was meant: another one that bears its name now is none.
    default Look look(PodKey key, String uid) {
        var look = look(key);
        return look instanceof Look.Found(var pod) && !pod.uid().equals(uid)
                ? new Look.Gone("another pod bears its name now")
                : look;
    }

    /// What a look at a pod can yield.
    sealed interface Look {

        record Found(LivePod pod) implements Look {}

        /// It is not there, or not any more.
        ///
        /// @param message in words for people
        record Gone(String message) implements Look {

            /// There is no pod of that name.
            public Gone() {
                this("the pod is gone");
            }
        }

        /// The API server did not answer, or with an error.
        record Unanswered(String message) implements Look {}
    }
}
