package io.plimsoll.model.usage;

/// What can be measured of a node, each with its one unit. A source that measures in another unit converts before it
/// hands a sample over; nothing behind the source knows a second unit.
public enum SignalKind {
    /// CPU in use, thousandths of a core.
    CPU_USAGE_MILLIS,
    /// Memory that cannot be reclaimed under pressure (working set), bytes.
    MEMORY_WORKING_SET_BYTES,
    /// Memory that can be handed out without swapping, bytes.
    MEMORY_AVAILABLE_BYTES,
    /// Share of the last 60 s in which some task waited for CPU, 0 to 1.
    CPU_PSI_SOME_60,
    /// Share of the last 60 s in which a task was ready and had no CPU, 0 to 1, estimated from how long tasks stood in
    /// the CPUs' queues: 1 − exp(−q), where q tasks waited for each CPU in the mean.
    CPU_RUN_QUEUE_60,
    /// Share of the last 10 s in which some task waited for memory, 0 to 1.
    MEMORY_PSI_SOME_10,
    /// Share of the last 60 s in which some task waited for memory, 0 to 1.
    MEMORY_PSI_SOME_60,
    /// Share of the last 60 s in which all tasks waited for memory, 0 to 1.
    MEMORY_PSI_FULL_60,
    /// Pages read back in after they were reclaimed, per second: memory was too short for them.
    MEMORY_REFAULTS_PER_SECOND,
    /// Faults that had to read a page in, per second: refaults, and also what is touched for the first time, as when a
    /// program starts.
    MEMORY_MAJOR_FAULTS_PER_SECOND,
    /// Bytes received and sent on the node's interfaces, per second.
    NETWORK_BYTES_PER_SECOND
}
