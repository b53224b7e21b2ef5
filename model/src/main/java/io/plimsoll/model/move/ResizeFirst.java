package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.neighbour.Contention;

/// Whether giving a pod less, where it is, would do instead of moving it.
@FunctionalInterface
public interface ResizeFirst {

    /// No pod is ever resized instead.
    ResizeFirst NEVER = (pod, of, image, watched, nowMillis) -> new Advice.Vain("resizes are not thought of");

    /// In words for people.
    sealed interface Advice {

        /// @param what is to be done to the pod
        record Instead(String what) implements Advice {}

        /// @param why no resize would do
        record Vain(String why) implements Advice {}
    }

    /// @param of what others wait for because of the pod
    Advice advice(PodImage pod, Contention of, ClusterImage image, Watched watched, long nowMillis);

    /// Where a policy is about to do it.
    static ResizeFirst byPolicy() {
        return new ResizeByPolicy();
    }
}
