package io.plimsoll.testbed.realnodes;

/// How much of this machine one real node offers to pods. The rest is declared reserved for the system, so that a
/// full node is easy to get and several nodes fit on one machine. Memory is a hard limit (the node's pods share a
/// control group of that size); CPU is a share, not a limit, for the kubelet sets none.
///
/// @param cpuMillis allocatable CPU in thousandths of a core
/// @param memoryBytes allocatable memory
/// @param pods the most pods that the node takes
/// @param exclusiveCpus whether the kubelet gives whole CPUs to Guaranteed pods for their own (its static CPU policy)
/// @param ownProcessors whether all that the node runs stays on processors of its own, so that what its pods do
///     slows no other such node; the rest of the machine may still use them, but comes after it
public record RealNodeSize(long cpuMillis, long memoryBytes, int pods, boolean exclusiveCpus, boolean ownProcessors) {
    /// One core, 1 GiB and 20 pods: two of these fit on the smallest machine that the testbed supports.
    public static final RealNodeSize SMALL = new RealNodeSize(1000, 1L << 30, 20);

    /// Memory above the allocatable that the kubelet keeps free, by evicting pods.
    static final long EVICTION_BYTES = 16L << 20;

    /// One whose CPUs all pods share.
    public RealNodeSize(long cpuMillis, long memoryBytes, int pods) {
        this(cpuMillis, memoryBytes, pods, false, false);
    }

    public RealNodeSize {
        positive("cpuMillis", cpuMillis);
        positive("memoryBytes", memoryBytes);
        positive("pods", pods);
        if (ownProcessors && cpuMillis % 1000 != 0) {
            throw new IllegalArgumentException(
                    "a node with processors of its own has whole ones, not " + cpuMillis + "m");
        }
    }

    public RealNodeSize withExclusiveCpus() {
        return new RealNodeSize(cpuMillis, memoryBytes, pods, true, ownProcessors);
    }

    public RealNodeSize withOwnProcessors() {
        return new RealNodeSize(cpuMillis, memoryBytes, pods, exclusiveCpus, true);
    }

    /// How many processors are its own.
    int processors() {
        return ownProcessors ? (int) (cpuMillis / 1000) : 0;
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be above zero, not " + value);
        }
    }
}
