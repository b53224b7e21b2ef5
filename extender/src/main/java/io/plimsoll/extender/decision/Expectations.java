package io.plimsoll.extender.decision;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;

/// Remembers, for a short while, where pods just ranked will probably go.
public interface Expectations {

    /// Remembers nothing.
    Expectations NONE = new Expectations() {
        @Override
        public Shares at(ClusterImage image, long nowMillis) {
            return Shares.NONE;
        }

        @Override
        public void expect(PodToPlace pod, int[] topSlots, ClusterImage image, long nowMillis) {}
    };

    Shares at(ClusterImage image, long nowMillis);

    /// @param topSlots where the pod will probably go, most probable first
    void expect(PodToPlace pod, int[] topSlots, ClusterImage image, long nowMillis);
}
