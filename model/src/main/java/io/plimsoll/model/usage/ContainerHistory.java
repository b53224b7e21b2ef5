package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// What one container of a workload uses, over all its pods. Belongs to one thread; [#copy] is for others.
///
/// At most 1 KiB beside the newest sample of each pod.
public final class ContainerHistory implements ContainerUsageView {

    /// So many samples make most of a 95th percentile: one in twenty lies beyond it.
    private static final double TELLING_SAMPLES = 20;

    private static final double DAY_MILLIS = 24 * 60 * 60 * 1000.0;

    /// The first byte of what [#encoded] yields. Another layout, scheme of buckets or half-life gets another one.
    private static final byte LAYOUT = 1;

    private static final int ENCODED_BYTES_MAX = 1_100;

    private final DecayingHistogram cpuMillis;
    private final DecayingHistogram memoryBytes;
    private final RecentPeaks recent;
    /// The newest sample of each pod that is there. Looked up by key, and summed: the order does not matter.
    private final Map<PodKey, Latest> latest;

    private int samples;
    private long firstMillis;
    private long lastMillis;

    public ContainerHistory() {
        this(
                new DecayingHistogram(BucketScheme.CPU_MILLIS),
                new DecayingHistogram(BucketScheme.MEMORY_BYTES),
                new RecentPeaks());
    }

    private ContainerHistory(DecayingHistogram cpuMillis, DecayingHistogram memoryBytes, RecentPeaks recent) {
        this.cpuMillis = cpuMillis;
        this.memoryBytes = memoryBytes;
        this.recent = recent;
        this.latest = new HashMap<>();
    }

    private ContainerHistory(ContainerHistory other) {
        cpuMillis = other.cpuMillis.copy();
        memoryBytes = other.memoryBytes.copy();
        recent = other.recent.copy();
        latest = new HashMap<>(other.latest);
        samples = other.samples;
        firstMillis = other.firstMillis;
        lastMillis = other.lastMillis;
    }

    /// One that goes its own way from here.
    public ContainerHistory copy() {
        return new ContainerHistory(this);
    }

    /// A history as [#encoded] left it; which pods were measured is not in it.
    ///
    /// @throws IllegalArgumentException when it is none, or one of a layout that this version does not know
    public static ContainerHistory decoded(byte[] bytes) {
        var from = ByteBuffer.wrap(bytes);
        try {
            byte layout = from.get();
            if (layout != LAYOUT) {
                throw new IllegalArgumentException("a history of layout " + layout + ", where " + LAYOUT + " is known");
            }
            return read(from);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a history that ends after " + bytes.length + " bytes", e);
        }
    }

    private static ContainerHistory read(ByteBuffer from) {
        int samples = from.getInt();
        long firstMillis = from.getLong();
        long lastMillis = from.getLong();
        var history = new ContainerHistory(
                DecayingHistogram.read(BucketScheme.CPU_MILLIS, from),
                DecayingHistogram.read(BucketScheme.MEMORY_BYTES, from),
                RecentPeaks.read(from));
        if (samples < 0 || firstMillis < 0 || lastMillis < 0 || from.hasRemaining()) {
            throw new IllegalArgumentException("a history with " + samples + " samples, from " + firstMillis + " to "
                    + lastMillis + ", and " + from.remaining() + " bytes too many");
        }
        history.samples = samples;
        history.firstMillis = firstMillis;
        history.lastMillis = lastMillis;
        return history;
    }

    /// All that outlives this process, in at most 0.9 kB: big-endian, a byte for the layout first.
    public byte[] encoded() {
        var to = ByteBuffer.allocate(ENCODED_BYTES_MAX).put(LAYOUT);
        to.putInt(samples).putLong(firstMillis).putLong(lastMillis);
        cpuMillis.write(to);
        memoryBytes.write(to);
        recent.write(to);
        return Arrays.copyOf(to.array(), to.position());
    }

    /// This one, in which the pods count as measured that were in the other.
    ContainerHistory withPodsOf(ContainerHistory other) {
        latest.putAll(other.latest);
        return this;
    }

    @Override
    public ResourceUsageView cpuMillis() {
        return new CpuView();
    }

    @Override
    public ResourceUsageView memoryBytes() {
        return new MemoryView();
    }

    @Override
    public long samples() {
        return samples;
    }

    @Override
    public long firstMillis() {
        return firstMillis;
    }

    /// Counts a sample unless it, or a newer one of its pod, was counted before.
    ///
    /// @param nowMillis the latest time that a sample can have: an earlier one from after it says that the clock
    /// was since set back
    public boolean add(ContainerUsage usage, long nowMillis) {
        long atMillis = usage.cpuMillis().atMillis();
        var before = latest.get(usage.pod());
        if (before != null && atMillis <= before.atMillis && before.atMillis <= nowMillis) {
            return false;
        }
        cpuMillis.add(usage.cpuMillis().value(), atMillis);
        memoryBytes.add(usage.memoryBytes().value(), usage.memoryBytes().atMillis());
        recent.add(usage.cpuMillis().value(), usage.memoryBytes().value(), atMillis);
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

    @Override
    public long lastMillis() {
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
    @Override
    public double confidence() {
        double told = 1 - Math.exp(-samples / TELLING_SAMPLES);
        double seen = (1 + Math.clamp((lastMillis - firstMillis) / DAY_MILLIS, 0, 1)) / 2;
        return told * seen;
    }

    private static Resources resources(double cpuMillis, double memoryBytes) {
        return new Resources(Math.round(cpuMillis), Math.round(memoryBytes));
    }

    int bytesRetained() {
        return cpuMillis.bytesRetained() + memoryBytes.bytesRetained() + recent.bytesRetained();
    }

    /// Days back of which the peaks are asked so that `millis` are covered.
    private static int days(long millis) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(millis, (long) DAY_MILLIS) + 1);
    }

    private final class CpuView implements ResourceUsageView {

        @Override
        public double percentile(double p) {
            return cpuMillis.percentile(p);
        }

        @Override
        public double peak() {
            return cpuMillis.peak();
        }

        @Override
        public double[] dailyPeaks() {
            return cpuMillis.dailyPeaks();
        }

        @Override
        public double peakWithin(long millis) {
            return millis <= RecentPeaks.SPAN_MILLIS ? recent.cpuMillis(millis) : cpuMillis.peak(days(millis));
        }

        @Override
        public double latest() {
            return latest.values().stream().mapToDouble(Latest::cpuMillis).max().orElse(0);
        }
    }

    private final class MemoryView implements ResourceUsageView {

        @Override
        public double percentile(double p) {
            return memoryBytes.percentile(p);
        }

        @Override
        public double peak() {
            return memoryBytes.peak();
        }

        @Override
        public double[] dailyPeaks() {
            return memoryBytes.dailyPeaks();
        }

        @Override
        public double peakWithin(long millis) {
            return millis <= RecentPeaks.SPAN_MILLIS ? recent.memoryBytes(millis) : memoryBytes.peak(days(millis));
        }

        @Override
        public double latest() {
            return latest.values().stream()
                    .mapToDouble(Latest::memoryBytes)
                    .max()
                    .orElse(0);
        }
    }

    private record Latest(double cpuMillis, double memoryBytes, long atMillis) {}
}
