package io.plimsoll.model.recommendation;

import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import java.util.Optional;

/// Whether OOM kills raise a container's memory, and why.
///
/// @param floor the raise that holds now, a new one or one that was decided before
public record OomDecision(Verdict verdict, Optional<OomRaise> floor) {

    public enum Verdict {
        /// A new raise.
        RAISED,
        /// No kill speaks of the present limit.
        NO_KILLS,
        /// Fewer kills than it takes.
        TOO_FEW,
        /// The last raise is still being observed.
        OBSERVING,
        /// The maximum leaves no room above the limit that was hit.
        AT_MAXIMUM
    }
}
