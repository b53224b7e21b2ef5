package io.plimsoll.model.move;

/// Who lets pods be moved.
public enum MoveApproval {
    /// Nobody: they stay.
    NEVER,
    /// People, each plan for itself.
    REQUIRED,
    /// Nobody is asked.
    AUTOMATIC
}
