package io.plimsoll.model.move;

/// How far one move of a plan has come.
///
///     PLANNED ──► EVICTING ──► EVICTED ──► LANDED     (its replacement is ready)
///        │           │            └──────► LOST       (none was, within the time for it)
///        └► SKIPPED  └► REFUSED                       (nothing was evicted)
public enum MovePhase {
    PLANNED,
    /// Written down before the eviction is sent; whether it was, only the pod tells.
    EVICTING,
    EVICTED,
    LANDED,
    LOST,
    /// Not sent: it was no longer right.
    SKIPPED,
    /// The API server said no.
    REFUSED;

    /// Whether nothing is left to be done, but for looks at what became of it.
    public boolean isFinal() {
        return switch (this) {
            case PLANNED, EVICTING, EVICTED -> false;
            case LANDED, LOST, SKIPPED, REFUSED -> true;
        };
    }

    /// Whether the pod may have been evicted, and it is not known yet what has come of that.
    public boolean isUnderWay() {
        return isBegun() && !isFinal();
    }

    /// Whether the pod may have been evicted.
    public boolean isBegun() {
        return switch (this) {
            case EVICTING, EVICTED, LANDED, LOST -> true;
            case PLANNED, SKIPPED, REFUSED -> false;
        };
    }
}
