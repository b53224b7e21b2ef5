package io.plimsoll.model.action;

/// How far a change has come, of one pod or as a whole. See [ChangeJournal] for what is written when.
///
///     INTENDED ──► APPLIED ──► UNDONE            (by a change of its own)
///        ├──► REVERTED                           (there was no room, or the kubelet could not)
///        ├──► REVERTING ──► REVERTED             (it did harm)
///        ├──► ABANDONED                          (nothing was sent, or somebody else was there first)
///        └──► FAILED                             (it could not be taken back either: somebody must look)
public enum ChangePhase {
    /// Written down; whether anything was sent, only the pod tells.
    INTENDED,
    /// It did harm, and is to be taken back; whether that was sent, only the pod tells.
    REVERTING,
    APPLIED,
    REVERTED,
    ABANDONED,
    FAILED,
    UNDONE;

    /// Whether nothing is left to be done.
    public boolean isFinal() {
        return this != INTENDED && this != REVERTING;
    }
}
