package io.plimsoll.model.usage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The largest CPU and memory values of the last hour, by slots of five minutes. Belongs to one thread.
///
/// 13 slots hold at least an hour, since the newest one is not over. A sample counts to the slot of its time; one
/// that is older than all slots says that the clock was set back, and the slots start anew. 152 bytes.
final class RecentPeaks {

    static final long SLOT_MILLIS = 5 * 60 * 1000L;
    static final int SLOTS = 13;

    /// What is asked for beyond this is not remembered here.
    static final long SPAN_MILLIS = (SLOTS - 1) * SLOT_MILLIS;

    /// First the slots of CPU, then those of memory; a slot's place is its number modulo [#SLOTS].
    private final float[] peaks;
    private long latestSlot;
    private boolean isEmpty;

    RecentPeaks() {
        peaks = new float[2 * SLOTS];
        isEmpty = true;
    }

    private RecentPeaks(RecentPeaks other) {
        peaks = other.peaks.clone();
        latestSlot = other.latestSlot;
        isEmpty = other.isEmpty;
    }

    RecentPeaks copy() {
        return new RecentPeaks(this);
    }

    /// One as [#write] left it.
    static RecentPeaks read(ByteBuffer from) {
        var recent = new RecentPeaks();
        recent.latestSlot = from.getLong();
        recent.isEmpty = from.get() == 0;
        for (int i = 0; i < recent.peaks.length; i++) {
            recent.peaks[i] = from.getFloat();
        }
        return recent;
    }

    /// Appends all that it holds: 113 bytes.
    void write(ByteBuffer to) {
        to.putLong(latestSlot).put((byte) (isEmpty ? 0 : 1));
        for (float peak : peaks) {
            to.putFloat(peak);
        }
    }

    void add(double cpuMillis, double memoryBytes, long atMillis) {
        long slot = Math.floorDiv(atMillis, SLOT_MILLIS);
        advanceTo(slot);
        note(place(slot), cpuMillis);
        note(SLOTS + place(slot), memoryBytes);
    }

    /// The largest CPU value of at least the last `millis` before the newest sample, at most [#SPAN_MILLIS].
    double cpuMillis(long millis) {
        return within(millis, 0);
    }

    /// The same for memory.
    double memoryBytes(long millis) {
        return within(millis, SLOTS);
    }

    int bytesRetained() {
        return 16 + 4 + 8 + 4 + 16 + 4 * peaks.length;
    }

    private void advanceTo(long slot) {
        if (isEmpty || Math.abs(slot - latestSlot) >= SLOTS) {
            Arrays.fill(peaks, 0);
            latestSlot = slot;
            isEmpty = false;
        }
        while (latestSlot < slot) {
            latestSlot++;
            peaks[place(latestSlot)] = 0;
            peaks[SLOTS + place(latestSlot)] = 0;
        }
    }

    private void note(int place, double value) {
        peaks[place] = Math.max(peaks[place], (float) value);
    }

    private double within(long millis, int from) {
        int slots = (int) Math.min(SLOTS, Math.ceilDiv(Math.max(0, millis), SLOT_MILLIS) + 1);
        double largest = 0;
        for (int i = 0; i < slots; i++) {
            largest = Math.max(largest, peaks[from + place(latestSlot - i)]);
        }
        return largest;
    }

    private static int place(long slot) {
        return Math.floorMod(slot, SLOTS);
    }
}
