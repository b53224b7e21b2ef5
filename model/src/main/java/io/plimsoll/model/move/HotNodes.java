package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.placement.Bearing;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.usage.SignalKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which nodes have been above the line at which they are refused to new pods, in [#HOT] of their latest
/// [#READINGS] measurements. Belongs to one thread.
///
/// One measurement above the line is a burst. What is hot in six of ten is hot whatever the source's
/// interval, and a load that swings with a period of two measurements never is.
public final class HotNodes {

    static final int READINGS = 10;
    static final int HOT = 6;
    private static final int MASK = (1 << READINGS) - 1;
    /// After so long without a measurement nothing of what came before holds.
    private static final long GAP_MILLIS = 600_000;

    private final Placer placer;
    private final PlacementConfig config;
    private final Map<String, Readings> nodes = new HashMap<>();

    public HotNodes(PlacementConfig config) {
        this.config = config;
        this.placer = new Placer(config);
    }

    /// A bit a measurement, the latest the lowest: whether it was above the line.
    private static final class Readings {

        private long atMillis = Long.MIN_VALUE;
        private int cpu;
        private int memory;

        void add(long measuredAtMillis, boolean cpuHot, boolean memoryHot) {
            if (atMillis != Long.MIN_VALUE && measuredAtMillis - atMillis > GAP_MILLIS) {
                cpu = 0;
                memory = 0;
            }
            atMillis = measuredAtMillis;
            cpu = (cpu << 1 | (cpuHot ? 1 : 0)) & MASK;
            memory = (memory << 1 | (memoryHot ? 1 : 0)) & MASK;
        }
    }

    /// Takes in what was measured since the image before.
    public void observe(ClusterImage image, long nowMillis) {
        nodes.keySet().retainAll(new HashSet<>(image.nodeTable().names()));
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var node = image.node(slot);
            long atMillis = node.signals().atMillis(SignalKind.CPU_USAGE_MILLIS);
            var readings = nodes.computeIfAbsent(node.name(), name -> new Readings());
            if (atMillis > readings.atMillis) {
                placer.bearing(image, Shares.NONE, slot, nowMillis)
                        .ifPresent(bearing -> readings.add(atMillis, isCpuHot(bearing), isMemoryHot(bearing)));
            }
        }
    }

    private boolean isCpuHot(Bearing bearing) {
        return bearing.cpuShare() > config.cpuHot();
    }

    private boolean isMemoryHot(Bearing bearing) {
        return bearing.memoryShare() > config.memoryHot();
    }

    /// What each hot node is short of, by the nodes' names.
    public SortedMap<String, List<Contention>> hot() {
        var hot = new TreeMap<String, List<Contention>>();
        nodes.forEach((name, readings) -> {
            var of = of(readings);
            if (!of.isEmpty()) {
                hot.put(name, of);
            }
        });
        return hot;
    }

    private static List<Contention> of(Readings readings) {
        boolean cpu = isHot(readings.cpu);
        boolean memory = isHot(readings.memory);
        if (cpu && memory) {
            return List.of(Contention.CPU, Contention.MEMORY);
        }
        return cpu ? List.of(Contention.CPU) : memory ? List.of(Contention.MEMORY) : List.of();
    }

    private static boolean isHot(int readings) {
        return (readings & 1) == 1 && Integer.bitCount(readings) >= HOT;
    }
}
