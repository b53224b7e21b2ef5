package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.Bearing;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/// Remembers for a day what each node bore and what was wrong with it. Belongs to one thread.
///
/// Loads are means over hours: one wild minute makes no peak. Of an hour that is half over the half counts. 200 bytes
/// a node.
public final class DayMemory {

    private static final long HOUR_MILLIS = 3_600_000;
    private static final int HOURS = 24;
    /// Time that goes back or on by more than this was set: what was remembered by it means nothing.
    private static final int HOURS_MAX = 48;

    private final MoveConfig config;
    private final Placer placer;
    private final Map<String, Day> days = new HashMap<>();

    public DayMemory(MoveConfig config) {
        this.config = config;
        this.placer = new Placer(config.placement());
    }

    private static final class Day {

        private final float[] cpu = new float[HOURS];
        private final float[] memory = new float[HOURS];
        private long hour = Long.MIN_VALUE;
        private int looks;
        private Optional<DayPeaks.Hurt> hurt = Optional.empty();

        void add(Bearing bearing, long nowMillis) {
            goOn(Math.floorDiv(nowMillis, HOUR_MILLIS));
            int i = Math.floorMod(hour, HOURS);
            looks++;
            cpu[i] += (float) ((bearing.cpuShare() - cpu[i]) / looks);
            memory[i] += (float) ((bearing.memoryShare() - memory[i]) / looks);
        }

        private void goOn(long to) {
            if (to == hour) {
                return;
            }
            if (hour == Long.MIN_VALUE || to < hour || to - hour > HOURS_MAX) {
                Arrays.fill(cpu, 0);
                Arrays.fill(memory, 0);
                hour = to - 1;
            }
            while (hour < to) {
                hour++;
                int i = Math.floorMod(hour, HOURS);
                cpu[i] = 0;
                memory[i] = 0;
            }
            looks = 0;
        }

        /// The worst is kept; of two that are equally bad the later.
        void hurt(HurtNode node, long nowMillis) {
            var now = new DayPeaks.Hurt(node.troubles(), nowMillis);
            if (hurt.isEmpty() || excess(now) >= excess(hurt.get())) {
                hurt = Optional.of(now);
            }
        }

        private static double excess(DayPeaks.Hurt hurt) {
            return hurt.troubles().stream().mapToDouble(Trouble::excess).max().orElse(0);
        }

        void forget(long nowMillis) {
            hurt = hurt.filter(one -> Math.abs(nowMillis - one.atMillis()) < HOURS * HOUR_MILLIS);
        }

        DayPeaks.Peak peak() {
            long busiest = Math.max(0, hour - HOURS + 1);
            double mostCpu = 0;
            double mostMemory = 0;
            for (long h = busiest; h <= hour; h++) {
                int i = Math.floorMod(h, HOURS);
                busiest = cpu[i] >= mostCpu ? h : busiest;
                mostCpu = Math.max(mostCpu, cpu[i]);
                mostMemory = Math.max(mostMemory, memory[i]);
            }
            return new DayPeaks.Peak(new Bearing(mostCpu, mostMemory), (busiest + 1) * HOUR_MILLIS, hurt);
        }
    }

    /// Takes in how the nodes are now; once a minute is often enough.
    public void observe(ClusterImage image, Watched watched, long nowMillis) {
        days.keySet().retainAll(new HashSet<>(image.nodeTable().names()));
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var name = image.node(slot).name();
            placer.bearing(image, Shares.NONE, slot, nowMillis)
                    .ifPresent(bearing ->
                            days.computeIfAbsent(name, node -> new Day()).add(bearing, nowMillis));
        }
        for (var node : HurtNodes.find(image, watched.neighbours(), watched.hot(), placer, config, nowMillis)) {
            days.computeIfAbsent(node.node(), name -> new Day()).hurt(node, nowMillis);
        }
        days.values().forEach(day -> day.forget(nowMillis));
    }

    /// What is remembered now.
    public DayPeaks peaks() {
        var peaks = new HashMap<String, DayPeaks.Peak>();
        days.forEach((node, day) -> peaks.put(node, day.peak()));
        return new DayPeaks(peaks);
    }
}
