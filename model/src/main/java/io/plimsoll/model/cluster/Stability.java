package io.plimsoll.model.cluster;

import io.plimsoll.model.cluster.NodeSpec.Readiness;

/// How often a node has lost its readiness lately: a penalty that grows with each flap and halves every 30 minutes.
///
/// Route-flap damping as of RFC 2439, with the weights that fit a node's heartbeat:
///
///     p ← p · 2^(−Δt / 30 min)
///     +1000  Ready → not ready or unknown
///     + 500  unknown ↔ not ready, or the node registered anew (its uid or boot id changed) without having left Ready
///
/// | Ready lost every | suppressed after |
/// |---|---|
/// | 4 min | the 3rd time, 8 min |
/// | 20 min | the 3rd time, 40 min |
/// | 2 h | never |
///
/// A node is suppressed from 2000 on, until its penalty is under 750 or four hours have passed. A node that is
/// unschedulable (cordoned for maintenance) is not punished for what happens then.
///
/// @param penalty as of `atMillis`
/// @param suppressedSinceMillis when suppression began; 0 while it is not suppressed
public record Stability(double penalty, long atMillis, long suppressedSinceMillis) {

    public static final Stability STEADY = new Stability(0, 0, 0);

    private static final double HALF_LIFE_MILLIS = 30 * 60 * 1000.0;
    private static final double LOST = 1000;
    private static final double WAVERED = 500;
    private static final double SUPPRESS = 2000;
    private static final double REUSE = 750;
    private static final double FULL_SCALE = 4000;
    private static final long SUPPRESS_MILLIS_MAX = 4 * 60 * 60 * 1000L;

    public double penaltyAt(long nowMillis) {
        long age = Math.max(0, nowMillis - atMillis);
        return penalty * Math.exp(-Math.log(2) * age / HALF_LIFE_MILLIS);
    }

    /// 0 (steady) to 1 (as bad as it gets).
    public double flapScore(long nowMillis) {
        return Math.min(1, penaltyAt(nowMillis) / FULL_SCALE);
    }

    public boolean isSuppressed(long nowMillis) {
        return suppressedSinceMillis != 0
                && nowMillis - suppressedSinceMillis < SUPPRESS_MILLIS_MAX
                && penaltyAt(nowMillis) >= REUSE;
    }

    /// The stability after the node went from `before` to `after` at `nowMillis`.
    public Stability after(NodeSpec before, NodeSpec after, long nowMillis) {
        double added = before.unschedulable() || after.unschedulable() ? 0 : charge(before, after);
        if (added == 0) {
            return this;
        }
        double next = penaltyAt(nowMillis) + added;
        long since = isSuppressed(nowMillis) ? suppressedSinceMillis : next >= SUPPRESS ? nowMillis : 0;
        return new Stability(next, nowMillis, since);
    }

    private static double charge(NodeSpec before, NodeSpec after) {
        if (before.readiness() == Readiness.READY && after.readiness() != Readiness.READY) {
            return LOST;
        }
        boolean bothDown = before.readiness() != Readiness.READY && after.readiness() != Readiness.READY;
        boolean wavered = bothDown && before.readiness() != after.readiness();
        boolean anew = before.readiness() == Readiness.READY
                && (!before.uid().equals(after.uid()) || !before.bootId().equals(after.bootId()));
        return wavered || anew ? WAVERED : 0;
    }
}
