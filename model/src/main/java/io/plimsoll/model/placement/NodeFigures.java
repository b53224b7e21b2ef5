package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Stability;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.usage.DecayedMoments;
import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.SignalKind;

/// What the parts of a score read of one node: all that depends neither on the pod nor on the time, as shares of
/// what the node has, side by side in memory. Worked out once for each [NodeImage] and then read for every pod.
///
/// CPU, as shares of allocatable, and the same for memory:
///
///     seen       = latest + Σ means of its unsettled pods       what it bears now; by this it is refused
///     later      = Σ means of its pods + max(0, latest − what its pods were last seen to use)
///     known      = ½ seen + ½ later                             what it will bear; by this and
///     variance   = max(Σ variances of its pods, σ²)             by this it is compared with others
///     unmeasured = max(Σ requests, Σ means of its pods)         in the place of known where nothing is measured
///
/// What is used now says most of the next hour, since what is busy stays busy; what its pods used in their
/// histories says most of the hours after, with the machine's own share, that of no pod, added. A new pod stays
/// for both, so each counts half. Peaks do not come together, so it is variances that add up, and not peaks;
/// where they do come together (a wave of the day, a batch run over many pods) the node's own σ shows it, and
/// the larger counts.
///
/// This departs from the predictor of EuroSys 2021 ("Take it to the limit: peak prediction-driven resource
/// overcommitment"), max(μ + 3σ, Σ p95), which bounds how much a machine may be promised and is the wrong
/// measure to compare machines by: on bursty ones it exceeds most nodes at once, so that all are refused or tie.
///
/// Values that are absurd beyond any use (more than [#ABSURD] times the node) count as that much, so that no
/// arithmetic on them ends in an infinity.
final class NodeFigures {

    private static final double ABSURD = 1000;

    /// How much of what is expected is what is used now; the rest is what the pods' histories say.
    private static final double OF_NOW = 0.5;

    private static final double STALLED = 0.20;

    final boolean isVirtual;
    final boolean isEmpty;
    final Stability stability;
    private final int[] workloadIds;
    /// A bit for each number of a workload there, by its last six bits: most nodes have none of a pod's workload, and
    /// this tells it without a look at the numbers, which lie far off in memory, of three nodes in five with 30
    /// workloads each, of one in six with 110.
    private final long workloadBits;

    final double perCpuMilli;
    final double cpuSeen;
    final double cpuKnown;
    final double cpuUnmeasured;
    final double cpuVariance;
    final double cpuAtMillis;

    final double perMemoryByte;
    final double memorySeen;
    final double memoryKnown;
    final double memoryUnmeasured;
    final double memoryVariance;
    final double memoryAtMillis;

    /// Share of the machine's memory that can still be handed out once the unsettled pods have theirs.
    final double available;

    final double perMachineByte;
    final double availableAtMillis;

    final double stallRisk;
    /// Whether tasks wait for memory over the last minute and, where that is told, right now.
    final boolean isStalled;

    final double stallAtMillis;
    final double refaultRisk;
    final double refaultAtMillis;
    final double cpuStall;
    final double cpuStallScore;
    final double cpuStallAtMillis;
    /// The share of the machine's CPU that one thousandth of a core is.
    final double perMachineMilli;
    /// Share of the last minute in which some task waited for memory; `NaN` without data.
    final double memoryStall;

    NodeFigures(NodeImage node) {
        var spec = node.spec();
        var load = node.load();
        var signals = node.signals();
        isVirtual = spec.virtual();
        isEmpty = node.isEmpty();
        stability = node.stability();
        workloadIds = node.workloadIds();
        workloadBits = bits(workloadIds);

        perCpuMilli = 1.0 / Math.max(1, spec.allocatable().cpuMillis());
        var demand = load.demand();
        var unsettled = load.unsettledDemand();
        double cpuLatest = signals.value(SignalKind.CPU_USAGE_MILLIS);
        double cpuNow = cpuLatest + unsettled.cpuMillis();
        double cpuLater =
                demand.cpuMillis() + Math.max(0, cpuLatest - load.explained().cpuMillis());
        cpuSeen = share(cpuNow, perCpuMilli);
        cpuKnown = share(OF_NOW * cpuNow + (1 - OF_NOW) * cpuLater, perCpuMilli);
        cpuUnmeasured =
                share(Math.max(demand.cpuMillis(), (double) load.requested().cpuMillis()), perCpuMilli);
        cpuVariance = variance(demand.cpuVariance(), node.cpuMillis(), perCpuMilli);
        cpuAtMillis = at(signals, SignalKind.CPU_USAGE_MILLIS);

        perMemoryByte = 1.0 / Math.max(1, spec.allocatable().memoryBytes());
        double memoryLatest = signals.value(SignalKind.MEMORY_WORKING_SET_BYTES);
        double memoryNow = memoryLatest + unsettled.memoryBytes();
        double memoryLater = demand.memoryBytes()
                + Math.max(0, memoryLatest - load.explained().memoryBytes());
        memorySeen = share(memoryNow, perMemoryByte);
        memoryKnown = share(OF_NOW * memoryNow + (1 - OF_NOW) * memoryLater, perMemoryByte);
        memoryUnmeasured =
                share(Math.max(demand.memoryBytes(), (double) load.requested().memoryBytes()), perMemoryByte);
        memoryVariance = variance(demand.memoryVariance(), node.memoryBytes(), perMemoryByte);
        memoryAtMillis = at(signals, SignalKind.MEMORY_WORKING_SET_BYTES);

        perMachineByte = 1.0 / Math.max(1, spec.capacity().memoryBytes());
        boolean toldAvailable = signals.isOfNow(SignalKind.MEMORY_AVAILABLE_BYTES, SignalKind.MEMORY_WORKING_SET_BYTES);
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
        // Prometheus tells no 10 s; the minute alone refuses up to a minute too long.
        isStalled = some60 >= STALLED && (Double.isNaN(some10) || some10 >= STALLED);
        var refaults = signals.isOfNow(SignalKind.MEMORY_REFAULTS_PER_SECOND, SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND)
                ? SignalKind.MEMORY_REFAULTS_PER_SECOND
                : SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND;
        refaultRisk = MemoryPressurePart.refaultRisk(signals.value(refaults));
        refaultAtMillis = at(signals, refaults);
        perMachineMilli = 1.0 / Math.max(1, spec.capacity().cpuMillis());
        memoryStall = ofTime(some60);
        var waiting = Contention.CPU.waiting(signals);
        cpuStall = ofTime(signals.value(waiting));
        cpuStallScore = CpuContentionPart.score(cpuStall);
        cpuStallAtMillis = at(signals, waiting);
    }

    /// Pods of that workload on the node.
    int podsOf(int workloadId) {
        if ((workloadBits & bit(workloadId)) == 0) {
            return 0;
        }
        int count = 0;
        for (int id : workloadIds) {
            if (id == workloadId) {
                count++;
            }
        }
        return count;
    }

    private static long bits(int[] workloadIds) {
        long bits = 0;
        for (int id : workloadIds) {
            bits |= bit(id);
        }
        return bits;
    }

    private static long bit(int workloadId) {
        return 1L << workloadId; // of a shift only the last six bits count
    }

    private static double share(double amount, double perUnit) {
        return Double.isNaN(amount) ? amount : Math.clamp(amount * perUnit, -ABSURD, ABSURD);
    }

    private static double ofTime(double share) {
        return Double.isNaN(share) ? share : Math.clamp(share, 0, 1);
    }

    private static double variance(double ofPods, DecayedMoments measured, double perUnit) {
        double larger = measured.variance() > ofPods ? measured.variance() : ofPods; // NaN after an absurd sample
        return Math.min(ABSURD * ABSURD, larger * perUnit * perUnit);
    }

    private static double at(NodeSignals signals, SignalKind kind) {
        return Double.isNaN(signals.value(kind)) ? Trust.NEVER : signals.atMillis(kind);
    }

    private static double inCycle(double value, double atMillis, double newestMillis) {
        return newestMillis - atMillis <= NodeSignals.SAME_CYCLE_MILLIS ? value : Double.NaN;
    }
}
