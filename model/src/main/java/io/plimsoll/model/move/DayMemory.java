package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.Bearing;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Remembers for a day what each node bore and what was wrong with it. Belongs to one thread.
///
/// Loads are means over hours: one wild minute makes no peak. 200 bytes a node.
public final class DayMemory {

    private static final long HOUR_MILLIS = 3_600_000;
    private static final int HOURS = 24;

    private final MoveConfig config;
    private final Placer placer;
    private final TreeMap<String, Day> days = new TreeMap<>();

    public DayMemory(MoveConfig config) {
        this.config = config;
        this.placer = new Placer(config.placement());
    }

    private static final class Day {

        private static final float UNKNOWN = -1;

        private final float[] cpu = new float[HOURS];
        private final float[] memory = new float[HOURS];
        private long hour;
        private int looks;
        private Optional<DayPeaks.Hurt> worst = Optional.empty();
        private Optional<DayPeaks.Hurt> latest = Optional.empty();

        Day(long nowMillis) {
            begin(Math.floorDiv(nowMillis, HOUR_MILLIS));
        }

        private void begin(long at) {
            Arrays.fill(cpu, UNKNOWN);
            Arrays.fill(memory, UNKNOWN);
            hour = at;
            looks = 0;
        }

        void add(Bearing bearing, long nowMillis) {
            goOn(Math.floorDiv(nowMillis, HOUR_MILLIS));
            int i = Math.floorMod(hour, HOURS);
            looks++;
            cpu[i] = mean(cpu[i], bearing.cpuShare());
            memory[i] = mean(memory[i], bearing.memoryShare());
        }

        private float mean(float before, double now) {
            return looks == 1 ? (float) now : before + (float) ((now - before) / looks);
        }

        /// A clock that is set back a little stays in its hour; further back or a day on, what was remembered by it
        /// means nothing.
        private void goOn(long to) {
            if (to < hour - 1 || to - hour >= HOURS) {
                begin(to);
            }
            while (hour < to) {
                hour++;
                int i = Math.floorMod(hour, HOURS);
                cpu[i] = UNKNOWN;
                memory[i] = UNKNOWN;
                looks = 0;
            }
        }

        void hurt(HurtNode node, long nowMillis) {
            var now = new DayPeaks.Hurt(node.troubles(), nowMillis);
            latest = Optional.of(now);
            if (worst.isEmpty() || excess(now) >= excess(worst.get())) {
                worst = latest;
            }
        }

        private static double excess(DayPeaks.Hurt hurt) {
            return hurt.troubles().stream().mapToDouble(Trouble::excess).max().orElse(0);
        }

        void forget(long nowMillis) {
            worst = worst.filter(one -> isOfToday(one, nowMillis));
            latest = latest.filter(one -> isOfToday(one, nowMillis));
            worst = worst.or(() -> latest);
        }

        private static boolean isOfToday(DayPeaks.Hurt hurt, long nowMillis) {
            return Math.abs(nowMillis - hurt.atMillis()) < HOURS * HOUR_MILLIS;
        }

        DayPeaks.Peak peak() {
            int known = 0;
            for (float share : cpu) {
                known += share == UNKNOWN ? 0 : 1;
            }
            var hurts = Stream.of(worst, latest)
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
            return new DayPeaks.Peak(busiest(cpu), busiest(memory), known, hurts);
        }

        /// Of two equally busy hours the later.
        private DayPeaks.Busiest busiest(float[] shares) {
            long busiest = hour;
            double most = 0;
            for (long h = hour - HOURS + 1; h <= hour; h++) {
                float share = shares[Math.floorMod(h, HOURS)];
                if (share >= most) {
                    busiest = h;
                    most = share;
                }
            }
            return new DayPeaks.Busiest(most, (busiest + 1) * HOUR_MILLIS);
        }
    }

    /// Takes in how the nodes are now; once a minute is often enough.
    public void observe(ClusterImage image, Watched watched, long nowMillis) {
        days.keySet().retainAll(new HashSet<>(image.nodeTable().names()));
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var name = image.node(slot).name();
            placer.bearing(image, Shares.NONE, slot, nowMillis)
                    .ifPresent(bearing -> day(name, nowMillis).add(bearing, nowMillis));
        }
        for (var node : HurtNodes.find(image, watched.neighbours(), watched.hot(), placer, config, nowMillis)) {
            var byUse = node.troubles().stream()
                    .filter(trouble -> !(trouble instanceof Trouble.Crowded))
                    .toList();
            if (!byUse.isEmpty()) {
                day(node.node(), nowMillis).hurt(new HurtNode(node.node(), byUse), nowMillis);
            }
        }
        days.values().forEach(day -> day.forget(nowMillis));
    }

    private Day day(String node, long nowMillis) {
        return days.computeIfAbsent(node, name -> new Day(nowMillis));
    }

    /// What is remembered now.
    public DayPeaks peaks() {
        var peaks = new TreeMap<String, DayPeaks.Peak>();
        days.forEach((node, day) -> peaks.put(node, day.peak()));
        return new DayPeaks(peaks);
    }
}
