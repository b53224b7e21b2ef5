package io.plimsoll.model.action;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import java.util.List;
import java.util.Optional;

/// Something that is done to the cluster. Every one names the very pod that was meant, by its uid.
public sealed interface Action {

    PodKey pod();

    /// The uid that the pod must still bear.
    String uid();

    /// Evicts the pod through the Eviction API.
    ///
    /// @param resourceVersion that the pod must still have; without it, any version of it is evicted
    record Evict(PodKey pod, String uid, Optional<String> resourceVersion) implements Action {

        /// Whatever became of the pod in between.
        public Evict(PodKey pod, String uid) {
            this(pod, uid, Optional.empty());
        }
    }

    /// Sets requests and limits of some of a pod's containers in place, through the pod's resize subresource. All
    /// of it takes effect, or nothing.
    ///
    /// @param resourceVersion that the pod must still have; without it, whatever came in between is overwritten
    /// @param containers what they are to ask for; zero in a dimension leaves that request or limit as it is
    record Resize(PodKey pod, String uid, Optional<String> resourceVersion, List<ContainerSpec> containers)
            implements Action {

        public Resize {
            containers = List.copyOf(containers);
            if (containers.isEmpty()) {
                throw new IllegalArgumentException("containers of a resize of " + pod + " must not be empty");
            }
        }
    }
}
