package io.plimsoll.rebalancer;

import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ReasonCode;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.RecordedPlan;

/// Who is told what becomes of plans. Called by the thread that carries them out; must return soon, and throw
/// nothing.
public interface MoveTeller {

    /// Nobody is.
    MoveTeller NONE = new MoveTeller() {};

    /// A plan was written down.
    default void proposed(RecordedPlan plan) {}

    /// One of its moves has come further.
    default void stepped(RecordedPlan plan, MoveStep step) {}

    /// A move is no longer right, and is not made.
    ///
    /// @param reason of [StayReason] or [SkipReason]
    default void skipped(Move move, ReasonCode reason) {}

    /// An eviction, or its dry run, was not taken.
    ///
    /// @param outcome refused or failed
    default void refused(Move move, Outcome outcome) {}

    /// What a move has brought was looked at.
    default void looked(RecordedPlan plan, MoveStep step) {}

    /// Nothing of it is carried out any more.
    default void ended(RecordedPlan plan) {}

    /// Both are told.
    default MoveTeller and(MoveTeller other) {
        var one = this;
        return new MoveTeller() {
            @Override
            public void proposed(RecordedPlan plan) {
                one.proposed(plan);
                other.proposed(plan);
            }

            @Override
            public void stepped(RecordedPlan plan, MoveStep step) {
                one.stepped(plan, step);
                other.stepped(plan, step);
            }

            @Override
            public void skipped(Move move, ReasonCode reason) {
                one.skipped(move, reason);
                other.skipped(move, reason);
            }

            @Override
            public void refused(Move move, Outcome outcome) {
                one.refused(move, outcome);
                other.refused(move, outcome);
            }

            @Override
            public void looked(RecordedPlan plan, MoveStep step) {
                one.looked(plan, step);
                other.looked(plan, step);
            }

            @Override
            public void ended(RecordedPlan plan) {
                one.ended(plan);
                other.ended(plan);
            }
        };
    }
}
