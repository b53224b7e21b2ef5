package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change.PodChange;
import java.util.function.BooleanSupplier;

/// What a transaction tries, rung by rung, when there is no room on the node for what a pod asks for. When
/// the last one has not helped, the change is taken back. Each rung blocks until it has come to an end; any
/// thread may climb.
@FunctionalInterface
interface Ladder {

    /// Nothing is tried, and nothing said of it.
    Ladder NONE = (rung, raise, waits) -> new Step.Vain("");

    /// The gentlest first.
    enum Rung {
        LOWER_NEIGHBOURS,
        MOVE
    }

    /// @param waits whether the raise may wait still
    Step climb(Rung rung, PodChange raise, BooleanSupplier waits) throws InterruptedException;

    /// What a rung has come to, in words for people.
    sealed interface Step {

        String words();

        /// Something was done: the kubelet may find room now.
        record Taken(String words) implements Step {}

        /// Nothing could be done.
        record Vain(String words) implements Step {}

        /// Nothing here does such a thing.
        record Unavailable(String words) implements Step {}
    }
}
