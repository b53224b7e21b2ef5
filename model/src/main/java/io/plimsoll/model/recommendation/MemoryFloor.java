package io.plimsoll.model.recommendation;

/// An amount of memory below which a container is known not to live, whatever its history says.
public sealed interface MemoryFloor {

    long bytes();

    /// The raise that follows OOM kills.
    ///
    /// @param limitHitBytes the limit that the last kill hit; 0 where nothing was raised, and what was
    /// there is kept
    /// @param kills how many kills stand behind it
    /// @param lastKillMillis when the last one was, epoch milliseconds
    record OomRaise(long bytes, long limitHitBytes, int kills, long lastKillMillis) implements MemoryFloor {}

    /// What a Java virtual machine was told to take for its heap, and what it takes besides. Above the
    /// present request it keeps that one: that a heap may grow larger is no reason to give more, and every
    /// reason not to take away.
    ///
    /// @param heapBytes the largest heap
    /// @param setting where it was said, e.g. `-Xmx512m in JAVA_TOOL_OPTIONS`
    record JvmHeap(long bytes, long heapBytes, String setting) implements MemoryFloor {}
}
