package io.plimsoll.model.recommendation;

/// How far memory may be lowered. What a process holds is not given back because a limit falls: it is killed.
public enum MemoryDecrease {
    /// Memory is only ever raised.
    NEVER,
    /// Down to what is used now and was used of late, with headroom.
    ABOVE_USAGE,
    /// Down to the target, whatever is used now.
    FREE
}
