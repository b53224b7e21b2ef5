package io.plimsoll.model.move;

/// How far a plan has come.
///
///     PROPOSED ──► RUNNING ──► COMPLETED
///        │            └──────► STOPPED     (something went wrong, or it was told to end)
///        └► EXPIRED                        (nobody approved it in time, or it was begun too late)
public enum PlanPhase {
    PROPOSED,
    RUNNING,
    COMPLETED,
    STOPPED,
    EXPIRED;

    /// Whether nothing of it will be carried out any more.
    public boolean isFinal() {
        return this != PROPOSED && this != RUNNING;
    }
}
