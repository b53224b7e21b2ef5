package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.UsageBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// How long tasks of a pod waited because of others, as shares of a minute, 0 to 1; `NaN` where that is not known.
///
/// What a pod waits for because of its own limits is none of it. A container that uses nine tenths of its CPU limit or
/// more is held by it again and again, and the kernel counts that as waiting; one whose working set is nineteen
/// twentieths of its memory limit or more has its own pages reclaimed. Nothing is then known of how long the pod
/// waited because of others.
///
/// @param atMillis when it was measured, epoch milliseconds
public record Stalls(float cpu, float memory, long atMillis) {

    /// Of a pod of which it was never measured.
    public static final Stalls NONE = new Stalls(Float.NaN, Float.NaN, 0);

    private static final double CPU_HELD = 0.90;
    private static final double MEMORY_HELD = 0.95;

    /// What a batch tells of each pod.
    static Map<PodKey, Stalls> byPod(UsageBatch batch, Function<PodKey, List<ContainerSpec>> containers) {
        var byPod = new HashMap<PodKey, Stalls>();
        for (var pod : batch.stalls()) {
            byPod.put(pod.pod(), new Stalls((float) pod.cpu(), (float) pod.memory(), pod.atMillis()));
        }
        if (!byPod.isEmpty()) {
            for (var usage : batch.containers()) {
                byPod.computeIfPresent(usage.pod(), (key, stalls) -> stalls.beside(usage, containers.apply(key)));
            }
        }
        return byPod;
    }

    private Stalls beside(ContainerUsage usage, List<ContainerSpec> containers) {
        for (var container : containers) {
            if (container.name().equals(usage.container())) {
                var limits = container.limits();
                boolean cpuHeld = isAt(usage.cpuMillis().value(), CPU_HELD * limits.cpuMillis());
                boolean memoryHeld = isAt(usage.memoryBytes().value(), MEMORY_HELD * limits.memoryBytes());
                return cpuHeld || memoryHeld
                        ? new Stalls(cpuHeld ? Float.NaN : cpu, memoryHeld ? Float.NaN : memory, atMillis)
                        : this;
            }
        }
        return this;
    }

    /// @param mark 0 where there is no limit
    private static boolean isAt(double used, double mark) {
        return mark > 0 && used >= mark;
    }
}
