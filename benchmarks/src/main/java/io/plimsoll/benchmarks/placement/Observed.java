package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.ClusterImage;
import java.util.ArrayDeque;
import java.util.Deque;

/// What a policy may look at: the image, and what load watchers keep beside it, the node samples of the last 15
/// minutes. Belongs to the replay.
public final class Observed {

    static final int WINDOW_MINUTES = 15;

    private final Deque<double[]>[] cpuMillis;
    private ClusterImage image = ClusterImage.EMPTY;
    private long nowMillis;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Observed(int nodes) {
        cpuMillis = new Deque[nodes];
        for (int i = 0; i < nodes; i++) {
            cpuMillis[i] = new ArrayDeque<>();
        }
    }

    void measured(int slot, double cpu, double memory) {
        cpuMillis[slot].addLast(new double[] {cpu, memory});
        if (cpuMillis[slot].size() > WINDOW_MINUTES) {
            cpuMillis[slot].removeFirst();
        }
    }

    void moveTo(ClusterImage next, long atMillis) {
        image = next;
        nowMillis = atMillis;
    }

    ClusterImage image() {
        return image;
    }

    long nowMillis() {
        return nowMillis;
    }

    boolean isMeasured(int slot) {
        return !cpuMillis[slot].isEmpty();
    }

    /// @param kind 0 for CPU in thousandths of a core, 1 for memory in bytes
    double mean(int slot, int kind) {
        return cpuMillis[slot].stream()
                .mapToDouble(sample -> sample[kind])
                .average()
                .orElse(0);
    }

    double deviation(int slot, int kind) {
        double mean = mean(slot, kind);
        return Math.sqrt(cpuMillis[slot].stream()
                .mapToDouble(sample -> (sample[kind] - mean) * (sample[kind] - mean))
                .average()
                .orElse(0));
    }

    double latest(int slot, int kind) {
        return cpuMillis[slot].isEmpty() ? 0 : cpuMillis[slot].getLast()[kind];
    }
}
