package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.PodContainers;

/// What becomes of a new pod.
sealed interface StartVerdict {

    /// @param after its containers, in the order of its spec, changed or not
    record Sized(StartingSize size, PodContainers after) implements StartVerdict {}

    record Left(LeftReason reason) implements StartVerdict {}
}
