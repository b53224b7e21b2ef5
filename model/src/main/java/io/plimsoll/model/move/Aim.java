package io.plimsoll.model.move;

import io.plimsoll.model.neighbour.Contention;
import java.util.Optional;

/// The trouble that a move is to put right, as it was when the move was planned: what is there later is compared with
/// it.
///
/// @param excess of its node, as [Trouble#excess] tells
/// @param taken of that, what was to go with the pod
/// @param atMillis when it was so, epoch milliseconds; nothing where it was so when the move was planned
public record Aim(Trouble.Kind kind, Contention contention, double excess, double taken, Optional<Long> atMillis) {

    public Aim {
        if (!(excess >= 0 && taken >= 0)) {
            throw new IllegalArgumentException("excess and taken must not be negative: " + excess + ", " + taken);
        }
    }

    /// Whether a trouble is of the same kind.
    boolean isAbout(Trouble trouble) {
        return trouble.kind() == kind && trouble.contention() == contention;
    }
}
