package io.plimsoll.model.cluster;

/// How large the heap of a container's Java virtual machine may grow, as its arguments and environment say.
///
/// @param heapBytes the largest heap
/// @param floorBytes what the container needs with such a heap
/// @param setting where it is said, e.g. `-Xmx512m in JAVA_TOOL_OPTIONS`
public record HeapSetting(String container, long heapBytes, long floorBytes, String setting) {

    /// As it is of a process that was started under another limit than the present one: a share of memory is reckoned
    /// at the start, and stays.
    ///
    /// @param formerBytes the limit of then; at least the present one
    /// @param presentBytes the limit that this was reckoned from
    public HeapSetting startedAt(long formerBytes, long presentBytes) {
        if (!setting.contains("MaxRAM") || presentBytes == 0 || formerBytes <= presentBytes) {
            return this;
        }
        double times = (double) formerBytes / presentBytes;
        long floor = (long) Math.min((double) formerBytes, floorBytes * times);
        return new HeapSetting(container, (long) (heapBytes * times), floor, setting);
    }
}
