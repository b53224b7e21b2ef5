package io.plimsoll.model.regime;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The load of one workload, or of the cluster, in the last four weeks: a mean for each half hour of UTC, in one byte.
/// Belongs to one thread.
///
/// A byte holds the logarithm of a mean, in steps of 3 % around a middle that follows the median of all: from a
/// 45th to 45 times it; what lies beyond counts as the end. That is enough to tell busy hours from quiet ones, and
/// four weeks of 10,000 workloads are 14 MB. A series of a day takes 250 bytes, a full one 1.4 kB.
///
/// A sample counts to the half hour of its time. One of a half hour that is closed comes too late, and is left out.
/// A time that is more than a day ahead, or an hour back, is believed when samples go on there for half an hour:
/// a pause (what lies between is absent), or a clock that was set back (what is later is dropped). A single wild
/// time changes nothing.
public final class LoadSeries {

    static final long BIN_MILLIS = 30 * 60_000L;
    static final int BINS_A_DAY = 48;
    static final int BINS_MAX = 28 * BINS_A_DAY;

    static final double STEP = 0.03;
    private static final int ABSENT = 0;
    private static final int LOWEST = 1;
    private static final int MIDDLE = 128;
    private static final int HIGHEST = 255;
    /// How far the median may drift from the middle before all is moved.
    private static final int DRIFT = 16;

    /// Less than this counts as this: a thousandth of a core.
    private static final double LOAD_MIN = 1;

    private static final double LOAD_MAX = 1e15;
    /// The end of the year 9999.
    private static final long MILLIS_MAX = 253_402_300_799_999L;

    private static final int AHEAD_BINS = BINS_A_DAY;
    private static final int BACK_BINS = 2;
    /// Between two samples of one run of strays.
    private static final long STRAY_GAP_MILLIS = BIN_MILLIS;

    private static final byte LAYOUT = 1;
    private static final int HEAD_BYTES = 1 + Long.BYTES + Short.BYTES + Float.BYTES;

    /// Those of the closed bins, oldest first; 0 where nothing was measured.
    private byte[] codes = new byte[BINS_A_DAY];

    private int size;
    /// The number of the bin of `codes[0]`, counted from 1970.
    private long first;
    /// Logarithm of what [#MIDDLE] stands for.
    private float middle;

    /// Of the bin that is open, `first + size`.
    private double sum;

    private int samples;
    private long openedMillis;

    private long strayFromMillis;
    private long strayLastMillis;

    /// Whether anything was ever taken in.
    private boolean isBegun;

    /// Takes a sample in; returns whether it counted.
    ///
    /// @param load any unit in which 1 is next to nothing, e.g. thousandths of a core; what is negative, not finite
    ///     or absurd is left out
    public boolean add(long atMillis, double load) {
        if (!(load >= 0) || load > LOAD_MAX || atMillis < 0 || atMillis > MILLIS_MAX) {
            return false;
        }
        long bin = Math.floorDiv(atMillis, BIN_MILLIS);
        if (!isBegun) {
            begin(bin);
        }
        if (isStray(bin)) {
            return isSettled(atMillis) && restart(bin) && count(atMillis, load);
        }
        strayFromMillis = 0;
        if (bin < open()) {
            return false;
        }
        advance(bin);
        return count(atMillis, load);
    }

    private void begin(long bin) {
        isBegun = true;
        first = bin;
        size = 0;
    }

    private boolean count(long atMillis, double load) {
        if (samples == 0) {
            openedMillis = atMillis;
        }
        sum += load;
        samples++;
        return true;
    }

    private boolean isStray(long bin) {
        return bin > open() + AHEAD_BINS || bin < open() - BACK_BINS;
    }

    /// Whether samples have gone on at this other time for half an hour.
    private boolean isSettled(long atMillis) {
        boolean isOfTheRun =
                strayFromMillis != 0 && atMillis >= strayLastMillis && atMillis - strayLastMillis <= STRAY_GAP_MILLIS;
        if (!isOfTheRun) {
            strayFromMillis = atMillis;
        }
        strayLastMillis = atMillis;
        return atMillis - strayFromMillis >= BIN_MILLIS;
    }

    private boolean restart(long bin) {
        strayFromMillis = 0;
        if (bin > open()) {
            advance(bin);
        } else {
            sum = 0;
            samples = 0;
            if (bin < first) {
                begin(bin);
            } else {
                size = (int) (bin - first);
            }
        }
        return true;
    }

    private long open() {
        return first + size;
    }

    private void advance(long bin) {
        if (bin == open()) {
            return;
        }
        append(samples == 0 ? ABSENT : code(sum / samples));
        sum = 0;
        samples = 0;
        if (bin - open() >= BINS_MAX) {
            begin(bin);
        }
        while (open() < bin) {
            append(ABSENT);
        }
    }

    private void append(int code) {
        if (size == BINS_MAX) {
            System.arraycopy(codes, 1, codes, 0, size - 1);
            first++;
            size--;
        } else if (size == codes.length) {
            codes = Arrays.copyOf(codes, Math.min(BINS_MAX, 4 * codes.length));
        }
        codes[size++] = (byte) code;
        if (size % BINS_A_DAY == 0 || size == BINS_MAX) {
            recentre();
        }
    }

    private int code(double load) {
        double log = Math.log(Math.max(LOAD_MIN, load));
        if (isEmpty()) {
            middle = (float) log;
        }
        return Math.clamp(Math.round(MIDDLE + (log - middle) / STEP), LOWEST, HIGHEST);
    }

    private boolean isEmpty() {
        for (int i = 0; i < size; i++) {
            if (codes[i] != ABSENT) {
                return false;
            }
        }
        return true;
    }

    /// Moves the middle to the median, where that has drifted away from it.
    private void recentre() {
        int drift = medianCode() - MIDDLE;
        if (Math.abs(drift) <= DRIFT) {
            return;
        }
        middle += (float) (drift * STEP);
        for (int i = 0; i < size; i++) {
            if (codes[i] != ABSENT) {
                codes[i] = (byte) Math.clamp(Byte.toUnsignedInt(codes[i]) - drift, LOWEST, HIGHEST);
            }
        }
    }

    private int medianCode() {
        var counts = new int[HIGHEST + 1];
        int present = 0;
        for (int i = 0; i < size; i++) {
            int code = Byte.toUnsignedInt(codes[i]);
            counts[code]++;
            present += code == ABSENT ? 0 : 1;
        }
        int below = 0;
        for (int code = LOWEST; code <= HIGHEST; code++) {
            below += counts[code];
            if (2 * below > present) {
                return code;
            }
        }
        return MIDDLE;
    }

    /// How many half hours are closed, those included in which nothing was measured.
    int size() {
        return size;
    }

    /// The number of the oldest one, counted from 1970.
    long firstBin() {
        return first;
    }

    /// Natural logarithm of the mean of the i-th, or NaN.
    double log(int i) {
        int code = Byte.toUnsignedInt(codes[i]);
        return code == ABSENT ? Double.NaN : middle + (code - MIDDLE) * STEP;
    }

    /// Whether load has been above a line for some time: in the last half hour and in that which is open,
    /// once ten minutes of it were measured, or else in the last two.
    ///
    /// @param log logarithm of the line; nothing is above NaN
    boolean isAbove(double log, long nowMillis) {
        boolean isTelling = samples > 0 && nowMillis - openedMillis >= BIN_MILLIS / 3;
        double latest = isTelling ? Math.log(Math.max(LOAD_MIN, sum / samples)) : ago(2);
        return ago(1) > log && latest > log;
    }

    private double ago(int bins) {
        return bins > size ? Double.NaN : log(size - bins);
    }

    /// All that outlives this process but the half hour that is open: at most 1.4 kB, a byte for the layout first.
    public byte[] encoded() {
        return ByteBuffer.allocate(HEAD_BYTES + size)
                .put(LAYOUT)
                .putLong(first)
                .putShort((short) size)
                .putFloat(middle)
                .put(codes, 0, size)
                .array();
    }

    /// A series as [#encoded] left it.
    ///
    /// @throws IllegalArgumentException when it is none, or one of a layout that this version does not know
    public static LoadSeries decoded(byte[] bytes) {
        var from = ByteBuffer.wrap(bytes);
        try {
            byte layout = from.get();
            if (layout != LAYOUT) {
                throw new IllegalArgumentException(
                        "a load series of layout " + layout + ", where " + LAYOUT + " is known");
            }
            return read(from);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a load series that ends after " + bytes.length + " bytes", e);
        }
    }

    private static LoadSeries read(ByteBuffer from) {
        var series = new LoadSeries();
        series.first = from.getLong();
        series.size = from.getShort();
        series.middle = from.getFloat();
        if (series.first < 0
                || series.first > MILLIS_MAX / BIN_MILLIS
                || series.size != from.remaining()
                || series.size > BINS_MAX
                || !(Math.abs(series.middle) <= Math.log(LOAD_MAX))) {
            throw new IllegalArgumentException("a load series of " + series.size + " half hours from number "
                    + series.first + " around " + series.middle + ", with " + from.remaining() + " bytes");
        }
        series.codes = new byte[Math.max(BINS_A_DAY, series.size)];
        from.get(series.codes, 0, series.size);
        series.isBegun = series.size > 0;
        return series;
    }

    /// The older of two series of the same thing goes on with what the newer one has measured after it.
    public static LoadSeries joined(LoadSeries one, LoadSeries other) {
        boolean isOtherOlder = one.size == 0 || (other.size > 0 && other.first < one.first);
        var older = isOtherOlder ? other : one;
        var newer = isOtherOlder ? one : other;
        var joined = LoadSeries.decoded(older.encoded());
        for (int i = 0; i < newer.size; i++) {
            double log = newer.log(i);
            if (!Double.isNaN(log) && newer.first + i >= joined.open()) {
                joined.isBegun = true;
                joined.advance(newer.first + i);
                joined.sum = Math.exp(log);
                joined.samples = 1;
            }
        }
        joined.openAs(newer);
        return joined;
    }

    private void openAs(LoadSeries newer) {
        if (newer.samples > 0 && newer.open() >= open()) {
            isBegun = true;
            advance(newer.open());
            sum = newer.sum;
            samples = newer.samples;
            openedMillis = newer.openedMillis;
        }
    }
}
