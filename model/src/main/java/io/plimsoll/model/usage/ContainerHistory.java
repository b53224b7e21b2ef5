package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// What one container of a workload uses, over all its pods. Belongs to the thread that writes images.
final class ContainerHistory {

    /// So many samples make most of a 95th percentile: one in twenty lies beyond it.
    private static final double TELLING_SAMPLES = 20;

    private static final double DAY_MILLIS = 24 * 60 * 60 * 1000.0;

    private final DecayingHistogram cpuMillis = new DecayingHistogram(BucketScheme.CPU_MILLIS);
    private final DecayingHistogram memoryBytes = new DecayingHistogram(BucketScheme.MEMORY_BYTES);
    /// The newest sample of each pod that is there. Looked up by key, and summed: the order does not matter.
    private final Map<PodKey, Latest> latest = new HashMap<>();

    private int samples;
    private long firstMillis;
    private long lastMillis;

    /// Counts a sample unless it, or a newer one of its pod, was counted before.
    ///
    /// @param nowMillis the latest time that a sample can have: an earlier one from after it says that the clock
    /// was since set back
    boolean add(ContainerUsage usage, long nowMillis) {
        long atMillis = usage.cpuMillis().atMillis();
        var before = latest.get(usage.pod());
        if (before != null && atMillis <= before.atMillis && before.atMillis <= nowMillis) {
            return false;
        }
        cpuMillis.add(usage.cpuMillis().value(), atMillis);
        memoryBytes.add(usage.memoryBytes().value(), usage.memoryBytes().atMillis());
        latest.put(
                usage.pod(),
                new Latest(usage.cpuMillis().value(), usage.memoryBytes().value(), atMillis));
        firstMillis = samples == 0 ? atMillis : Math.min(firstMillis, atMillis);
        lastMillis = atMillis;
        samples = Math.min(samples + 1, Integer.MAX_VALUE - 1);
        return true;
    }

    void keepPods(Predicate<PodKey> there) {
        latest.keySet().removeIf(pod -> !there.test(pod));
    }

    /// Whether some pod that is there was measured in this container. A container that a roll-out took away was
    /// not.
    boolean isRunning() {
        return !latest.isEmpty();
    }

    long lastMillis() {
        return lastMillis;
    }

    Resources current() {
        double cpu = 0;
        double memory = 0;
        for (var sample : latest.values()) {
            cpu += sample.cpuMillis;
            memory += sample.memoryBytes;
        }
        int pods = Math.max(1, latest.size());
        return resources(cpu / pods, memory / pods);
    }

    Resources percentile(double p) {
        return resources(cpuMillis.percentile(p), memoryBytes.percentile(p));
    }

    Demand demand() {
        return new Demand(cpuMillis.mean(), cpuMillis.variance(), memoryBytes.mean(), memoryBytes.variance());
    }

    Resources peak() {
        return resources(cpuMillis.peak(), memoryBytes.peak());
    }

    /// How far the history may be believed against the requests: by the number of samples n, and by how much of
    /// a day they span, since tonight's batch run is not in what was seen this morning.
    ///
    ///     confidence = (1 − e^(−n / 20)) · (1 + min(1, span / 24 h)) / 2
    ///
    /// The second factor starts at one half: the last minutes and the request then count alike.
    ///
    /// | one sample a minute, for | 1 pod | 10 pods |
    /// |---|---|---|
    /// | 1 min | 0.02 | 0.20 |
    /// | 5 min | 0.11 | 0.46 |
    /// | 1 h | 0.49 | 0.52 |
    /// | 12 h | 0.75 | 0.75 |
    /// | 24 h | 1 | 1 |
    ///
    /// It does not fall with age: what a workload used last week remains the best guess of what it will use.
    /// Whoever needs freshness has the time of the last sample.
    double confidence() {
        double told = 1 - Math.exp(-samples / TELLING_SAMPLES);
        double seen = (1 + Math.clamp((lastMillis - firstMillis) / DAY_MILLIS, 0, 1)) / 2;
        return told * seen;
    }

    private static Resources resources(double cpuMillis, double memoryBytes) {
        return new Resources(Math.round(cpuMillis), Math.round(memoryBytes));
    }

    private record Latest(double cpuMillis, double memoryBytes, long atMillis) {}
}
