package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.DecayedMoments;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// A node while it is being changed. Belongs to the one thread that writes images.
final class NodeDraft {

    private NodeSpec spec;
    private NodeSignals signals = NodeSignals.NONE;
    private DecayedMoments cpuMillis = DecayedMoments.NONE;
    private DecayedMoments memoryBytes = DecayedMoments.NONE;
    private Stability stability = Stability.STEADY;
    /// Sorted by key; a list, since most changes replace a pod by a newer look at it.
    private final ArrayList<PodImage> pods = new ArrayList<>();

    NodeDraft(NodeSpec spec) {
        this.spec = spec;
    }

    NodeDraft(NodeImage image) {
        this(image.spec());
        signals = image.signals();
        cpuMillis = image.cpuMillis();
        memoryBytes = image.memoryBytes();
        stability = image.stability();
        pods.addAll(image.pods());
    }

    void become(NodeSpec next, long atMillis) {
        stability = stability.after(spec, next, atMillis);
        spec = next;
    }

    List<PodImage> pods() {
        return pods;
    }

    void put(PodImage pod) {
        int at = position(pod.key());
        if (at >= 0) {
            pods.set(at, pod);
        } else {
            pods.add(-at - 1, pod);
        }
    }

    void remove(PodKey key) {
        int at = position(key);
        if (at >= 0) {
            pods.remove(at);
        }
    }

    /// Where the pod of that key is, or −1 − where it would be.
    private int position(PodKey key) {
        int low = 0;
        int high = pods.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = pods.get(middle).key().compareTo(key);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /// @param latestMillis what was measured after that is of a clock that has since been set back, and gives way
    void observe(NodeSample sample, long latestMillis) {
        signals = signals.with(sample.kind(), sample.sample(), latestMillis);
        double value = sample.sample().value();
        long atMillis = sample.sample().atMillis();
        switch (sample.kind()) {
            case CPU_USAGE_MILLIS -> cpuMillis = cpuMillis.with(value, atMillis, latestMillis);
            case MEMORY_WORKING_SET_BYTES -> memoryBytes = memoryBytes.with(value, atMillis, latestMillis);
            case MEMORY_AVAILABLE_BYTES,
                    CPU_PSI_SOME_60,
                    CPU_RUN_QUEUE_60,
                    MEMORY_PSI_SOME_10,
                    MEMORY_PSI_SOME_60,
                    MEMORY_PSI_FULL_60,
                    MEMORY_REFAULTS_PER_SECOND,
                    MEMORY_MAJOR_FAULTS_PER_SECOND,
                    NETWORK_BYTES_PER_SECOND -> {}
        }
    }

    NodeImage build(Function<Owner, UsageEstimate> estimates) {
        var sorted = List.copyOf(pods);
        var ids = new int[sorted.size()];
        Arrays.setAll(ids, i -> sorted.get(i).workloadId());
        long measuredAt = signals.atMillis(SignalKind.CPU_USAGE_MILLIS);
        var load = NodeLoad.of(sorted, measuredAt, pod -> estimates.apply(pod.workload()));
        return new NodeImage(spec, signals, cpuMillis, memoryBytes, stability, sorted, ids, load);
    }
}
