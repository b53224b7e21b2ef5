package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.Stability;

/// Prefers nodes that keep their readiness.
///
///     S = 100 · (1 − min(1, p / 4000))
///
/// with p the damped penalty of [Stability], which grows by 1000 each time the node is lost and halves every 30 minutes
/// (route-flap damping, RFC 2439).
///
/// | lost | never | once, now | once, 1 h ago | 3 times, now |
/// |---|---|---|---|---|
/// | S | 100 | 75 | 93.75 | 25 |
final class StabilityPart {

    private StabilityPart() {}

    static double score(Stability stability, long nowMillis) {
        return stability.penalty() > 0 ? 100 * (1 - stability.flapScore(nowMillis)) : 100;
    }
}
