package io.plimsoll.model.cluster;

/// How large the heap of a container's Java virtual machine may grow, as its arguments and environment say.
///
/// @param heapBytes the largest heap
/// @param floorBytes what the container needs with such a heap
/// @param setting where it is said, e.g. `-Xmx512m in JAVA_TOOL_OPTIONS`
public record HeapSetting(String container, long heapBytes, long floorBytes, String setting) {}
