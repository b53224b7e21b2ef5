package io.plimsoll.model.move;

import java.util.Optional;

/// What one policy says of moving the pods of its workloads.
///
/// @param approval who lets them be moved; nothing where it leaves that to the service
/// @param minReplicas pods stay whose workload wants fewer than these; 1 where it does not say
/// @param discardsLocalStorage whether pods may go that keep data on their node, which is lost then
public record MoveTerms(Optional<MoveApproval> approval, int minReplicas, boolean discardsLocalStorage) {

    /// Says nothing.
    public static final MoveTerms NONE = of(Optional.empty());

    public MoveTerms {
        if (minReplicas < 1) {
            throw new IllegalArgumentException("minReplicas must be 1 or more: " + minReplicas);
        }
    }

    /// Of approval alone.
    public static MoveTerms of(Optional<MoveApproval> approval) {
        return new MoveTerms(approval, 1, false);
    }
}
