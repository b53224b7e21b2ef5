package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Stability;
import io.plimsoll.model.usage.DecayedMoments;
import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.SignalKind;

/// What the parts of a score read of one node: all that depends neither on the pod nor on the time, as shares of what
/// the node has, side by side in memory. Worked out once for each [NodeImage] and then read for every pod.
///
/// CPU, as shares of allocatable, and the same for memory:
///
///     seen       = max(latest, μ + 3σ) + unsettled      what the node will be measured at on a bad minute
///     known      = max(seen, Σ p95 of its pods)         its peak: Σ p95 includes the unsettled pods already
///     unmeasured = max(Σ requests, Σ p95 of its pods)   what to assume without a measurement: never less than requests
///
/// μ + 3σ and Σ p95 together are the N-sigma predictor with a floor from history of EuroSys 2021 ("Take it to the
/// limit:
/// peak prediction-driven resource overcommitment"); the latest sample counts alone too, since μ follows a step only
/// over its half-life.
///
/// Values that are absurd beyond any use (more than [#ABSURD] times the node) count as that much, so that no arithmetic
/// on them ends in an infinity.
final class NodeFigures {

    private static final double SIGMAS = 3;
    private static final double ABSURD = 1000;

    /// Samples this much older than the newest one of their kind are of another cycle, or of a source that is gone.
    private static final double SAME_CYCLE_MILLIS = 60_000;

    private static final double STALLED = 0.20;

    final boolean isVirtual;
    final boolean isEmpty;
    final Stability stability;
    final int[] workloadIds;

    final double perCpuMilli;
    final double cpuSeen;
    final double cpuKnown;
    final double cpuUnmeasured;
    final double cpuAtMillis;

    final double perMemoryByte;
    final double memorySeen;
    final double memoryKnown;
    final double memoryUnmeasured;
    final double memoryAtMillis;

    /// Share of the machine's memory that can still be handed out once the unsettled pods have theirs.
    final double available;

    final double perMachineByte;
    final double availableAtMillis;

    final double stallRisk;
    /// Whether tasks wait for memory both over the last minute and right now.
    final boolean isStalled;

    final double stallAtMillis;
    final double refaultRisk;
    final double refaultAtMillis;
    final double cpuStallScore;
    final double cpuStallAtMillis;

    NodeFigures(NodeImage node) {
        var spec = node.spec();
        var load = node.load();
        var signals = node.signals();
        isVirtual = spec.virtual();
        isEmpty = node.isEmpty();
        stability = node.stability();
        workloadIds = node.workloadIds();

        perCpuMilli = 1.0 / Math.max(1, spec.allocatable().cpuMillis());
        double cpuPeak = load.peak().cpuMillis();
        double cpu = high(signals, SignalKind.CPU_USAGE_MILLIS, node.cpuMillis())
                + load.unsettled().cpuMillis();
        cpuSeen = share(cpu, perCpuMilli);
        cpuKnown = share(Math.max(cpu, cpuPeak), perCpuMilli);
        cpuUnmeasured = share(Math.max(cpuPeak, (double) load.requested().cpuMillis()), perCpuMilli);
        cpuAtMillis = at(signals, SignalKind.CPU_USAGE_MILLIS);

        perMemoryByte = 1.0 / Math.max(1, spec.allocatable().memoryBytes());
        double memoryPeak = load.peak().memoryBytes();
        double memory = high(signals, SignalKind.MEMORY_WORKING_SET_BYTES, node.memoryBytes())
                + load.unsettled().memoryBytes();
        memorySeen = share(memory, perMemoryByte);
        memoryKnown = share(Math.max(memory, memoryPeak), perMemoryByte);
        memoryUnmeasured = share(Math.max(memoryPeak, (double) load.requested().memoryBytes()), perMemoryByte);
        memoryAtMillis = at(signals, SignalKind.MEMORY_WORKING_SET_BYTES);

        perMachineByte = 1.0 / Math.max(1, spec.capacity().memoryBytes());
        boolean toldAvailable =
                isOfNow(signals, SignalKind.MEMORY_AVAILABLE_BYTES, SignalKind.MEMORY_WORKING_SET_BYTES);
        availableAtMillis = toldAvailable ? at(signals, SignalKind.MEMORY_AVAILABLE_BYTES) : memoryAtMillis;
        double free = toldAvailable
                ? signals.value(SignalKind.MEMORY_AVAILABLE_BYTES)
                : spec.capacity().memoryBytes() - signals.value(SignalKind.MEMORY_WORKING_SET_BYTES);
        available = share(free - load.unsettled().memoryBytes(), perMachineByte);

        double some10At = at(signals, SignalKind.MEMORY_PSI_SOME_10);
        double some60At = at(signals, SignalKind.MEMORY_PSI_SOME_60);
        double full60At = at(signals, SignalKind.MEMORY_PSI_FULL_60);
        stallAtMillis = Math.max(some10At, Math.max(some60At, full60At));
        double some10 = inCycle(signals.value(SignalKind.MEMORY_PSI_SOME_10), some10At, stallAtMillis);
        double some60 = inCycle(signals.value(SignalKind.MEMORY_PSI_SOME_60), some60At, stallAtMillis);
        double full60 = inCycle(signals.value(SignalKind.MEMORY_PSI_FULL_60), full60At, stallAtMillis);
        stallRisk = MemoryPressurePart.stallRisk(some60, full60, some10);
        isStalled = some60 >= STALLED && some10 >= STALLED;
        var refaults =
                isOfNow(signals, SignalKind.MEMORY_REFAULTS_PER_SECOND, SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND)
                        ? SignalKind.MEMORY_REFAULTS_PER_SECOND
                        : SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND;
        refaultRisk = MemoryPressurePart.refaultRisk(signals.value(refaults));
        refaultAtMillis = at(signals, refaults);
        cpuStallScore = CpuContentionPart.score(signals.value(SignalKind.CPU_PSI_SOME_60));
        cpuStallAtMillis = at(signals, SignalKind.CPU_PSI_SOME_60);
    }

    /// Whether the better of two signals is there and of the other one's cycle, or later. An old one must not hide what
    /// the other says of now.
    private static boolean isOfNow(NodeSignals signals, SignalKind better, SignalKind other) {
        return signals.get(better).isPresent() && at(signals, better) + SAME_CYCLE_MILLIS >= at(signals, other);
    }

    /// Pods of that workload on the node.
    int podsOf(int workloadId) {
        int count = 0;
        for (int id : workloadIds) {
            if (id == workloadId) {
                count++;
            }
        }
        return count;
    }

    private static double high(NodeSignals signals, SignalKind kind, DecayedMoments moments) {
        double latest = signals.value(kind);
        double predicted = moments.mean() + SIGMAS * moments.deviation();
        return predicted > latest ? predicted : latest;
    }

    private static double share(double amount, double perUnit) {
        return Double.isNaN(amount) ? amount : Math.clamp(amount * perUnit, -ABSURD, ABSURD);
    }

    private static double at(NodeSignals signals, SignalKind kind) {
        return Double.isNaN(signals.value(kind)) ? Trust.NEVER : signals.atMillis(kind);
    }

    private static double inCycle(double value, double atMillis, double newestMillis) {
        return newestMillis - atMillis <= SAME_CYCLE_MILLIS ? value : Double.NaN;
    }
}
