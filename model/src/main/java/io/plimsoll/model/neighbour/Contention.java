package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Stalls;
import io.plimsoll.model.neighbour.Pressure.Tier;
import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.SignalKind;
import java.util.List;

/// What pods on a node can be short of because of each other.
///
/// @see Pressure
public enum Contention {
    /// Tasks that are ready and have no CPU.
    CPU("cpu", 0.10, 1, SignalKind.CPU_USAGE_MILLIS),
    /// Tasks that wait for memory to be reclaimed or read back. It harms more than the same share without
    /// CPU: what waits for a page holds its locks meanwhile.
    MEMORY("memory", 0.02, 3, SignalKind.MEMORY_WORKING_SET_BYTES);

    /// Something that a pressure may be read from.
    record Reading(Tier tier, SignalKind signal) {}

    private static final List<Reading> OF_CPU = List.of(
            new Reading(Tier.STALLS, SignalKind.CPU_PSI_SOME_60),
            new Reading(Tier.RUN_QUEUE, SignalKind.CPU_RUN_QUEUE_60),
            new Reading(Tier.USAGE, SignalKind.CPU_USAGE_MILLIS));
    private static final List<Reading> OF_MEMORY = List.of(
            new Reading(Tier.STALLS, SignalKind.MEMORY_PSI_SOME_60),
            new Reading(Tier.REFAULTS, SignalKind.MEMORY_REFAULTS_PER_SECOND),
            new Reading(Tier.AVAILABLE, SignalKind.MEMORY_AVAILABLE_BYTES),
            new Reading(Tier.USAGE, SignalKind.MEMORY_WORKING_SET_BYTES));

    private final String label;
    private final double floor;
    private final double weight;
    private final SignalKind usage;

    Contention(String label, double floor, double weight, SignalKind usage) {
        this.label = label;
        this.floor = floor;
        this.weight = weight;
        this.usage = usage;
    }

    /// The name in metrics and explanations.
    public String label() {
        return label;
    }

    /// A pressure below this is nobody's fault: nothing is short.
    double floor() {
        return floor;
    }

    /// How much a second of it harms, against one without CPU.
    double weight() {
        return weight;
    }

    /// What tells that tasks wait on a node of these signals, there or not.
    public SignalKind waiting(NodeSignals told) {
        var best = readings().getFirst().signal();
        for (var other : readings()) {
            if (other.tier().isOfWaiting() && !told.isOfNow(best, other.signal())) {
                best = other.signal();
            }
        }
        return best;
    }

    /// What a pressure may be read from, the best first.
    List<Reading> readings() {
        return switch (this) {
            case CPU -> OF_CPU;
            case MEMORY -> OF_MEMORY;
        };
    }

    SignalKind usage() {
        return usage;
    }

    /// What is expected to be used at any time, one deviation above the mean.
    double expected(Demand demand) {
        return switch (this) {
            case CPU -> demand.cpuMillis() + Math.sqrt(demand.cpuVariance());
            case MEMORY -> demand.memoryBytes() + Math.sqrt(demand.memoryVariance());
        };
    }

    double of(Stalls stalls) {
        return switch (this) {
            case CPU -> stalls.cpu();
            case MEMORY -> stalls.memory();
        };
    }

    double of(Resources resources) {
        return switch (this) {
            case CPU -> resources.cpuMillis();
            case MEMORY -> resources.memoryBytes();
        };
    }
}
