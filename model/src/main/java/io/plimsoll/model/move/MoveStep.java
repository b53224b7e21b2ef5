package io.plimsoll.model.move;

import java.util.Optional;

/// One move of a plan, and how far it has come.
///
/// @param evictedAtMillis when its eviction was sent, epoch milliseconds; 0 before
/// @param message why, in words for people; empty where the phase says it all
/// @param droppedAtMillis when it was skipped or refused, epoch milliseconds; 0 where it was not, or nobody wrote it
/// down
public record MoveStep(
        Move move,
        MovePhase phase,
        long evictedAtMillis,
        String message,
        Optional<Landing> landing,
        long droppedAtMillis) {

    /// One that was neither skipped nor refused.
    public MoveStep(Move move, MovePhase phase, long evictedAtMillis, String message, Optional<Landing> landing) {
        this(move, phase, evictedAtMillis, message, landing, 0);
    }

    /// As planned.
    public MoveStep(Move move) {
        this(move, MovePhase.PLANNED, 0, "", Optional.empty());
    }

    /// The same in another phase.
    public MoveStep at(MovePhase next, String why) {
        return new MoveStep(move, next, next.isBegun() ? evictedAtMillis : 0, why, landing);
    }

    /// The same, skipped or refused: nothing was evicted.
    public MoveStep dropped(MovePhase as, String why, long nowMillis) {
        return new MoveStep(move, as, 0, why, landing, nowMillis);
    }

    /// About to be sent.
    public MoveStep evicting(long nowMillis) {
        return new MoveStep(move, MovePhase.EVICTING, nowMillis, "", landing);
    }

    /// The same, after its replacement has come.
    public MoveStep landed(Landing there) {
        var words = there.node().equals(move.from())
                ? there.pod() + " came back to " + there.node()
                : there.node().equals(move.to())
                        ? there.pod() + " runs on " + there.node() + ", as planned"
                        : there.pod() + " runs on " + there.node() + ", and not on " + move.to();
        return new MoveStep(move, MovePhase.LANDED, evictedAtMillis, words, Optional.of(there));
    }

    /// The same after a look at what it has brought.
    public MoveStep with(Landing looked) {
        return new MoveStep(move, phase, evictedAtMillis, message, Optional.of(looked));
    }

    /// Whether the replacement came to where the pod was.
    public boolean cameBack() {
        return landing.filter(there -> there.node().equals(move.from())).isPresent();
    }

    /// Whether it did not do what it was for: nothing where that is not known, or nothing was evicted.
    public Optional<Boolean> isBad() {
        if (isHarm()) {
            return Optional.of(true);
        }
        return look().map(look -> look.finding() == Landing.Finding.DID_NOT_HELP);
    }

    /// The last look at it, where that has found anything out.
    Optional<Landing.Look> look() {
        return landing.flatMap(Landing::latest).filter(look -> look.finding().isKnown());
    }

    /// Whether its pod was lost, or is back where it was.
    boolean isHarm() {
        return phase == MovePhase.LOST || cameBack();
    }

    /// When it was known whether it did what it was for, epoch milliseconds.
    long knownAtMillis() {
        return isHarm()
                ? landing.map(Landing::readyAtMillis).orElse(evictedAtMillis)
                : look().map(Landing.Look::atMillis).orElse(evictedAtMillis);
    }
}
