package io.plimsoll.rebalancer;

import io.plimsoll.model.cluster.ReasonCode;

/// Why a move is not made any more, besides what speaks against it by the newest picture
/// ([io.plimsoll.model.move.StayReason]).
public enum SkipReason implements ReasonCode {
    /// Somebody rejected its plan.
    REJECTED,
    /// Nobody moves anything: `rebalancer.approval` is `never`.
    SWITCHED_OFF,
    /// Nobody approved its plan, and somebody must by now.
    NOT_APPROVED,
    /// It is not off-peak any more.
    HOURS_OVER,
    /// Nobody approved its plan, and it is a day on which nobody is moved unasked.
    BLACKOUT,
    /// Its plan may not be begun any more.
    EXPIRED,
    /// Its plan was stopped at a move before it.
    PLAN_STOPPED,
    /// The pod is there no more, by the API server's own word.
    GONE
}
