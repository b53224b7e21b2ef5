package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.placement.Bearing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one node bore in each of the last 24 hours, and what was wrong with it. Belongs to one thread.
final class NodeDay {

    private static final long HOUR_MILLIS = 3_600_000;
    private static final int HOURS = 24;
    /// Beyond that the one goes that is most like the next.
    private static final int HURTS_MAX = 24;
    private static final float UNKNOWN = -1;

    /// Of one node, with names as long as Kubernetes allows.
    static final int BYTES_MAX = 1 << 15;

    /// Of one trouble, in what is written.
    private static final int BLAMED_MAX = 4;
    /// A share is a byte there, in steps of half a percent; 0 where it is not known.
    private static final double SHARE_STEPS = 200;
    /// The end of the year 9999.
    private static final long MILLIS_MAX = 253_402_300_799_999L;

    private final float[] cpu = new float[HOURS];
    private final float[] memory = new float[HOURS];
    private long hour;
    private int looks;
    /// The earliest first.
    private final List<DayPeaks.Hurt> hurts = new ArrayList<>();

    NodeDay(long nowMillis) {
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
        add(new DayPeaks.Hurt(node.troubles(), nowMillis));
    }

    private void add(DayPeaks.Hurt now) {
        hurts.removeIf(earlier -> isCovered(earlier, now));
        hurts.add(now);
        if (hurts.size() > HURTS_MAX) {
            hurts.remove(nearest());
        }
    }

    /// Whether all that was wrong then is as bad later.
    private static boolean isCovered(DayPeaks.Hurt earlier, DayPeaks.Hurt later) {
        return earlier.troubles().stream()
                .allMatch(trouble -> later.troubles().stream()
                        .anyMatch(other -> other.kind() == trouble.kind()
                                && other.contention() == trouble.contention()
                                && other.excess() >= trouble.excess()));
    }

    /// Which one the next is most like; not the first, which is the worst.
    private int nearest() {
        int nearest = 1;
        for (int i = 2; i < hurts.size() - 1; i++) {
            nearest = fall(i) < fall(nearest) ? i : nearest;
        }
        return nearest;
    }

    private double fall(int i) {
        return excess(hurts.get(i)) - excess(hurts.get(i + 1));
    }

    private static double excess(DayPeaks.Hurt hurt) {
        return hurt.troubles().stream().mapToDouble(Trouble::excess).max().orElse(0);
    }

    void forget(long nowMillis) {
        hurts.removeIf(hurt -> !isOfToday(hurt, nowMillis));
    }

    private static boolean isOfToday(DayPeaks.Hurt hurt, long nowMillis) {
        return Math.abs(nowMillis - hurt.atMillis()) < HOURS * HOUR_MILLIS;
    }

    DayPeaks.Peak peak() {
        int known = 0;
        for (float share : cpu) {
            known += share == UNKNOWN ? 0 : 1;
        }
        return new DayPeaks.Peak(busiest(cpu), busiest(memory), known, List.copyOf(hurts));
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

    // What outlives this process

    /// 57 bytes, and what was wrong at the worst time and at the last: less than [#BYTES_MAX].
    void write(ByteBuffer to) {
        to.putLong(hour);
        for (int i = 0; i < HOURS; i++) {
            to.put((byte) code(cpu[i]));
            to.put((byte) code(memory[i]));
        }
        var kept = hurts.size() > 2 ? List.of(hurts.getFirst(), hurts.getLast()) : hurts;
        to.put((byte) kept.size());
        for (var hurt : kept) {
            to.putLong(hurt.atMillis());
            to.put((byte) hurt.troubles().size());
            for (var trouble : hurt.troubles()) {
                write(trouble, to);
            }
        }
    }

    private static int code(float share) {
        return share == UNKNOWN ? 0 : 1 + Math.clamp(Math.round(share * SHARE_STEPS), 0, 254);
    }

    private static float share(int code) {
        return code == 0 ? UNKNOWN : (float) ((code - 1) / SHARE_STEPS);
    }

    private static void write(Trouble trouble, ByteBuffer to) {
        put(trouble.kind().name(), to);
        put(trouble.contention().name(), to);
        switch (trouble) {
            case Trouble.Hot(var of, double share, double target) -> {
                to.putFloat((float) share);
                to.putFloat((float) target);
            }
            case Trouble.Crowded crowded -> throw new IllegalStateException("requests are as they are at any hour");
            case Trouble.Waiting(var of, double pressure, double rise, var blamed) -> {
                to.putFloat((float) pressure);
                to.putFloat((float) rise);
                var most = blamed.entrySet().stream()
                        .sorted(Map.Entry.<Owner, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .limit(BLAMED_MAX)
                        .toList();
                to.put((byte) most.size());
                for (var blame : most) {
                    put(blame.getKey().namespace(), to);
                    put(blame.getKey().kind(), to);
                    put(blame.getKey().name(), to);
                    to.putFloat(blame.getValue().floatValue());
                }
            }
        }
    }

    /// As [#write] left it.
    ///
    /// @throws IllegalArgumentException when it makes no sense
    /// @throws java.nio.BufferUnderflowException when it ends too early
    static NodeDay read(ByteBuffer from) {
        var day = new NodeDay(0);
        day.hour = time(from, MILLIS_MAX / HOUR_MILLIS);
        for (int i = 0; i < HOURS; i++) {
            day.cpu[i] = share(Byte.toUnsignedInt(from.get()));
            day.memory[i] = share(Byte.toUnsignedInt(from.get()));
        }
        int hurts = Byte.toUnsignedInt(from.get());
        for (int i = 0; i < hurts; i++) {
            long atMillis = time(from, MILLIS_MAX);
            var troubles = new ArrayList<Trouble>();
            int count = Byte.toUnsignedInt(from.get());
            for (int j = 0; j < count; j++) {
                troubles.add(trouble(from));
            }
            day.hurts.add(new DayPeaks.Hurt(troubles, atMillis));
        }
        return day;
    }

    static void put(String text, ByteBuffer to) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putShort((short) bytes.length).put(bytes);
    }

    static String text(ByteBuffer from) {
        var bytes = new byte[Math.min(Short.toUnsignedInt(from.getShort()), from.remaining() + 1)];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Trouble trouble(ByteBuffer from) {
        var kind = Trouble.Kind.valueOf(text(from));
        var of = Contention.valueOf(text(from));
        return switch (kind) {
            case HOT -> new Trouble.Hot(of, figure(from), figure(from));
            case CROWDED -> throw new IllegalArgumentException("a trouble of the day that is one of requests");
            case WAITING -> new Trouble.Waiting(of, figure(from), figure(from), blamed(from));
        };
    }

    private static Map<Owner, Double> blamed(ByteBuffer from) {
        var blamed = new HashMap<Owner, Double>();
        int count = Byte.toUnsignedInt(from.get());
        for (int i = 0; i < count; i++) {
            blamed.put(new Owner(text(from), text(from), text(from)), figure(from));
        }
        return blamed;
    }

    private static long time(ByteBuffer from, long most) {
        long time = from.getLong();
        if (time < 0 || time > most) {
            throw new IllegalArgumentException("a time of " + time);
        }
        return time;
    }

    private static double figure(ByteBuffer from) {
        float figure = from.getFloat();
        if (!(figure >= 0 && figure < 1_000)) {
            throw new IllegalArgumentException("a share of " + figure);
        }
        return figure;
    }

    /// The older of two days of one node goes on with what the younger has seen.
    void goOnWith(NodeDay younger, long nowMillis) {
        goOn(Math.floorDiv(nowMillis, HOUR_MILLIS));
        younger.goOn(hour);
        for (int i = 0; i < HOURS; i++) {
            cpu[i] = Math.max(cpu[i], younger.cpu[i]);
            memory[i] = Math.max(memory[i], younger.memory[i]);
        }
        looks = younger.looks;
        younger.hurts.forEach(this::add);
    }
}
