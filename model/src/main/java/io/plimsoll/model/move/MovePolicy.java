package io.plimsoll.model.move;

import io.plimsoll.model.recommendation.PolicyCandidate;
import java.util.Optional;

/// A policy as far as it speaks of moves.
///
/// @param candidate which workloads it speaks of, and how it compares with other policies
/// @param terms what it says
/// @param isResizing whether it has requests of running pods changed, so that a resize may spare them a move
/// @param problem why it cannot be read; nothing where it can
public record MovePolicy(PolicyCandidate candidate, MoveTerms terms, boolean isResizing, Optional<String> problem) {

    /// One that speaks of approval alone.
    public MovePolicy(
            PolicyCandidate candidate, Optional<MoveApproval> approval, boolean isResizing, Optional<String> problem) {
        this(candidate, MoveTerms.of(approval), isResizing, problem);
    }

    /// One that speaks of approval alone, and changes no requests.
    public MovePolicy(PolicyCandidate candidate, Optional<MoveApproval> approval, Optional<String> problem) {
        this(candidate, approval, false, problem);
    }
}
