package io.plimsoll.model.action;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;

/// Who moves pods to other nodes, so that a pod has the room that it waits for. Blocks until a pod is on its way,
/// or it is known that none will be.
@FunctionalInterface
public interface PodMover {

    /// Nobody does.
    PodMover NONE = wish -> new Answer.NotAvailable();

    Answer move(Wish wish) throws InterruptedException;

    /// Which pod is to go.
    enum Whom {
        /// One on the same node, of a lower priority than the pod that waits.
        NEIGHBOUR,
        /// The pod that waits.
        ITSELF
    }

    /// @param pod that waits for room
    /// @param uid that it must still bear
    /// @param missing what its node lacks for it
    record Wish(Whom whom, PodKey pod, String uid, Resources missing) {}

    /// What became of a wish.
    sealed interface Answer {

        /// @param words what was moved, for people: `moved shop/batch-1 to node n2`
        record Moved(String words) implements Answer {}

        /// @param words why nothing is moved, for people
        record Stays(String words) implements Answer {}

        /// Nothing here moves pods.
        record NotAvailable() implements Answer {}
    }
}
