package io.plimsoll.model.regime;

import java.time.Instant;
import java.util.Optional;

/// What kind of hour one is, how sure that is, and why.
///
/// @param confidence 0 to 1; what a user says is 1, the unknown 0
/// @param since when this kind began, or would have begun by what is known now
/// @param until when the next kind is expected to begin; nothing where none is within eight days
/// @param because in a sentence
public record RegimeState(RegimeKind kind, double confidence, Instant since, Optional<Instant> until, String because) {

    public boolean isOffPeak() {
        return kind == RegimeKind.OFF_PEAK;
    }
}
