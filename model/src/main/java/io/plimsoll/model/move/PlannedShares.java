package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import java.util.HashMap;
import java.util.Map;

/// What the moves planned so far add to their targets and take from their sources. Belongs to one plan.
final class PlannedShares implements Shares {

    private final double[] cpuMillis;
    private final double[] memoryBytes;
    private final long[] requestedCpuMillis;
    private final long[] requestedMemoryBytes;
    private final int[] pods;
    /// By slots, and then by their workloads' numbers.
    private final Map<Integer, Map<Integer, Integer>> podsByWorkload = new HashMap<>();

    PlannedShares(int nodes) {
        cpuMillis = new double[nodes];
        memoryBytes = new double[nodes];
        requestedCpuMillis = new long[nodes];
        requestedMemoryBytes = new long[nodes];
        pods = new int[nodes];
    }

    /// Begins with what another one counts as taken, and without its moves.
    PlannedShares(PlannedShares other) {
        this(other.pods.length);
        System.arraycopy(other.cpuMillis, 0, cpuMillis, 0, cpuMillis.length);
        System.arraycopy(other.memoryBytes, 0, memoryBytes, 0, memoryBytes.length);
    }

    /// Counts this much as taken from the start.
    void take(int slot, Resources taken) {
        cpuMillis[slot] += taken.cpuMillis();
        memoryBytes[slot] += taken.memoryBytes();
    }

    /// One move.
    ///
    /// @param used what the pod uses where it is
    /// @param asked what it asks for
    record Change(PodToPlace pod, Resources used, Resources asked, int from, int to) {}

    void move(Change change) {
        count(change, 1);
    }

    void takeBack(Change change) {
        count(change, -1);
    }

    private void count(Change change, int sign) {
        var pod = change.pod();
        int from = change.from();
        int to = change.to();
        cpuMillis[from] -= sign * change.used().cpuMillis();
        memoryBytes[from] -= sign * change.used().memoryBytes();
        cpuMillis[to] += sign * pod.demand().cpuMillis();
        memoryBytes[to] += sign * pod.demand().memoryBytes();
        requestedCpuMillis[to] += sign * change.asked().cpuMillis();
        requestedMemoryBytes[to] += sign * change.asked().memoryBytes();
        pods[to] += sign;
        podsByWorkload.computeIfAbsent(to, slot -> new HashMap<>()).merge(pod.workloadId(), sign, Integer::sum);
    }

    @Override
    public double cpuMillis(int slot) {
        return cpuMillis[slot];
    }

    @Override
    public double memoryBytes(int slot) {
        return memoryBytes[slot];
    }

    @Override
    public double pods(int slot, int workloadId) {
        return pods[slot] == 0 ? 0 : podsByWorkload.getOrDefault(slot, Map.of()).getOrDefault(workloadId, 0);
    }

    Resources requested(int slot) {
        return new Resources(requestedCpuMillis[slot], requestedMemoryBytes[slot]);
    }

    int pods(int slot) {
        return pods[slot];
    }
}
