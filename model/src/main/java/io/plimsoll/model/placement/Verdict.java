package io.plimsoll.model.placement;

/// Whether a pod may go to a node.
public sealed interface Verdict {

    record Fit() implements Verdict {}

    /// @param severity how far beyond the limit, 0 (just) and up: the least bad nodes stay when all are unfit
    record Unfit(Reason reason, double severity) implements Verdict {}

    default boolean isFit() {
        return this instanceof Fit;
    }
}
