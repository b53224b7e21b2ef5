package io.plimsoll.model.action;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.function.BooleanSupplier;

/// Who moves pods to other nodes, so that a pod has the room that it waits for: a neighbour of a lower priority, or
/// the pod itself. Blocks until one has gone, or it is known that none will.
@FunctionalInterface
public interface PodMover {

    /// Nobody does.
    PodMover NONE = (wish, waits) -> new Answer.NotAvailable();

    /// @param waits whether there is time for it still
    Answer move(Wish wish, BooleanSupplier waits) throws InterruptedException;

    /// @param pod that waits for room
    /// @param uid that it must still bear
    /// @param missing what its node lacks for it
    record Wish(PodKey pod, String uid, Resources missing) {}

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
