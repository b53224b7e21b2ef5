package io.plimsoll.model.usage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// How often which values were seen, where a sample counts half as much after each day. Belongs to one thread.
///
/// Goals, in their order: small (a container's CPU and memory histograms take at most 1 KiB together),
/// percentiles right to a bucket, never upset by a clock. A bucket's weight is a 16-bit number of *units*; what
/// a unit is worth is shared by all buckets and follows from one reference time r, which therefore carries decay
/// and scale both:
///
///     units of a sample at time t = 64 · 2^((t − r) / h),   h = 24 h
///
/// Older samples need no touch: newer ones weigh more. When a bucket would overflow, all are halved and r moves
/// on by h, which leaves every ratio as it was. In the steady state that happens once a day.
///
/// | samples a minute | decayed number of samples | units of a sample, at least |
/// |---|---|---|
/// | 1 | 2,080 | 15 |
/// | 100 | 208,000 | 0.15 |
/// | 5,000 | 10,400,000 | 0.003 |
///
/// A sample may thus be worth less than one unit. Fractions are rounded up or down so that they are right on
/// average: up when the fraction exceeds the next element of the sequence n·φ mod 1 (φ the golden ratio). It is
/// spread evenly over 0 to 1, and so is every k-th element of it, so no rhythm in the samples can hide from it,
/// and no randomness is needed. The largest value of each of the last eight days is kept besides, since rounding
/// may drop it.
///
/// Only the stretch of buckets that were ever hit is stored: a container of steady habits takes a quarter of the
/// bound.
///
/// Time: a sample older than the newest one counts as if it were as new. One older by more than a half-life says
/// that the clock was set back, so the histogram follows it and no weight changes. A gap of more than 8
/// half-lives decays like one of 8: waiting alone does not wipe out a history.
public final class DecayingHistogram {

    static final long HALF_LIFE_MILLIS = 24 * 60 * 60 * 1000L;

    private static final long PEAK_DAY_MILLIS = 24 * 60 * 60 * 1000L;
    private static final int PEAK_DAYS = 8;
    private static final double SAMPLE_UNITS = 64;
    private static final int UNITS_MAX = 0xffff;
    private static final long GAP_MILLIS_MAX = 8 * HALF_LIFE_MILLIS;
    private static final long HALF_LIVES_MAX = 64;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final BucketScheme scheme;
    /// Unsigned weights of the buckets `from`, `from + 1`, …
    private short[] units = {};
    private int from;
    /// Samples added, for the rounding sequence; it may wrap.
    private int added;
    private long referenceMillis;
    private long latestMillis;
    /// One byte a day, today's the lowest: the largest bucket of that day plus 1, or 0.
    private long dailyPeaks;

    public DecayingHistogram(BucketScheme scheme) {
        this.scheme = scheme;
    }

    private DecayingHistogram(DecayingHistogram other) {
        scheme = other.scheme;
        units = other.units.clone();
        from = other.from;
        added = other.added;
        referenceMillis = other.referenceMillis;
        latestMillis = other.latestMillis;
        dailyPeaks = other.dailyPeaks;
    }

    /// One that goes its own way from here.
    DecayingHistogram copy() {
        return new DecayingHistogram(this);
    }

    /// One as [#write] left it.
    ///
    /// @throws IllegalArgumentException when it cannot be one of this scheme
    static DecayingHistogram read(BucketScheme scheme, ByteBuffer from) {
        var histogram = new DecayingHistogram(scheme);
        histogram.from = Byte.toUnsignedInt(from.get());
        histogram.units = new short[Byte.toUnsignedInt(from.get())];
        for (int i = 0; i < histogram.units.length; i++) {
            histogram.units[i] = from.getShort();
        }
        histogram.added = from.getInt();
        histogram.referenceMillis = from.getLong();
        histogram.latestMillis = from.getLong();
        histogram.dailyPeaks = from.getLong();
        histogram.requireSound();
        return histogram;
    }

    private void requireSound() {
        boolean fits = from + units.length <= scheme.count();
        for (long peaks = dailyPeaks; peaks != 0; peaks >>>= 8) {
            fits &= (peaks & 0xff) <= scheme.count();
        }
        // Beyond this distance a sample's weight overflows or vanishes: no histogram gets there by adding.
        if (!fits || Math.abs(latestMillis / HALF_LIFE_MILLIS - referenceMillis / HALF_LIFE_MILLIS) > HALF_LIVES_MAX) {
            throw new IllegalArgumentException("the figures of a histogram contradict each other: " + this);
        }
    }

    /// Appends all that it holds, so that [#read] yields an equal one: 30 bytes, and two a bucket.
    void write(ByteBuffer to) {
        to.put((byte) from).put((byte) units.length);
        for (short unit : units) {
            to.putShort(unit);
        }
        to.putInt(added).putLong(referenceMillis).putLong(latestMillis).putLong(dailyPeaks);
    }

    public boolean isEmpty() {
        return units.length == 0;
    }

    public void add(double value, long atMillis) {
        if (isEmpty()) {
            referenceMillis = atMillis;
            latestMillis = atMillis;
        }
        advanceTo(atMillis);
        int bucket = scheme.bucket(value);
        notePeak(bucket);
        cover(bucket);
        added++;
        int sampleUnits = dithered(sampleUnits(), added);
        while (units(bucket) + sampleUnits > UNITS_MAX) {
            halve();
            sampleUnits = dithered(sampleUnits(), added);
        }
        units[bucket - from] += (short) sampleUnits;
    }

    /// The value that a share `p` of the samples, by weight, does not exceed: the end of the bucket in which it
    /// lies. 0 when there are no samples.
    ///
    /// @param p 0 to 1
    public double percentile(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("p must be within 0 and 1: " + p);
        }
        if (isEmpty()) {
            return 0;
        }
        double wanted = p * sum();
        long below = 0;
        int last = from;
        for (int i = 0; i < units.length; i++) {
            if (units[i] == 0) {
                continue;
            }
            last = from + i;
            below += Short.toUnsignedInt(units[i]);
            if (below >= wanted) {
                break;
            }
        }
        return scheme.end(last);
    }

    /// The mean of the samples, by weight, each taken for the middle of its bucket: right to 2.5 % beyond the
    /// first bucket. 0 when there are no samples.
    public double mean() {
        return isEmpty() ? 0 : moment(0, 1);
    }

    /// The variance of the samples about their mean, in the same way.
    public double variance() {
        return isEmpty() ? 0 : moment(mean(), 2);
    }

    /// Σ units · (middle − about)^power / Σ units
    private double moment(double about, int power) {
        double total = 0;
        for (int i = 0; i < units.length; i++) {
            if (units[i] != 0) {
                double distance = scheme.middle(from + i) - about;
                total += Short.toUnsignedInt(units[i]) * (power == 1 ? distance : distance * distance);
            }
        }
        long sum = sum();
        return sum == 0 ? 0 : total / sum;
    }

    /// The largest value of the last eight days with samples up to the newest one: the end of its bucket. 0 when
    /// there are no samples.
    public double peak() {
        return peak(PEAK_DAYS);
    }

    /// The same of the last so many days, of which the first and today are not whole.
    double peak(int days) {
        int largest = 0;
        for (int day = 0; day < Math.min(days, PEAK_DAYS); day++) {
            largest = Math.max(largest, (int) (dailyPeaks >>> (8 * day)) & 0xff);
        }
        return largest == 0 ? 0 : scheme.end(largest - 1);
    }

    /// The largest value of each of the last eight days, that of the newest sample first: the ends of their buckets. 0
    /// for a day without samples.
    double[] dailyPeaks() {
        var peaks = new double[PEAK_DAYS];
        for (int day = 0; day < PEAK_DAYS; day++) {
            int bucket = (int) (dailyPeaks >>> (8 * day)) & 0xff;
            peaks[day] = bucket == 0 ? 0 : scheme.end(bucket - 1);
        }
        return peaks;
    }

    /// The decayed number of samples, as of the newest one.
    public double total() {
        return isEmpty() ? 0 : sum() / sampleUnits();
    }

    /// What this object and its array take on a 64-bit JVM with compressed references: 16 bytes of header and
    /// padding, two references, two ints and three longs; and an array header of 16 bytes with two bytes a
    /// bucket.
    int bytesRetained() {
        return 16 + 2 * 4 + 2 * 4 + 3 * 8 + 16 + 2 * units.length;
    }

    private void advanceTo(long atMillis) {
        long gap = atMillis - latestMillis;
        if (gap > GAP_MILLIS_MAX) {
            referenceMillis += gap - GAP_MILLIS_MAX;
        } else if (gap < -HALF_LIFE_MILLIS) {
            referenceMillis += gap;
        } else if (gap < 0) {
            return;
        }
        long days = Math.floorDiv(atMillis, PEAK_DAY_MILLIS) - Math.floorDiv(latestMillis, PEAK_DAY_MILLIS);
        latestMillis = atMillis;
        if (days > 0) {
            dailyPeaks = days >= PEAK_DAYS ? 0 : dailyPeaks << (8 * days);
        }
    }

    private void notePeak(int bucket) {
        dailyPeaks = (dailyPeaks & ~0xffL) | Math.max(dailyPeaks & 0xff, bucket + 1);
    }

    private double sampleUnits() {
        return SAMPLE_UNITS * Math.pow(2, (latestMillis - referenceMillis) / (double) HALF_LIFE_MILLIS);
    }

    private void halve() {
        for (int i = 0; i < units.length; i++) {
            units[i] = (short) dithered(Short.toUnsignedInt(units[i]) / 2.0, added + i);
        }
        referenceMillis += HALF_LIFE_MILLIS;
    }

    private static int dithered(double amount, int n) {
        double threshold = ((n * GOLDEN_RATIO) >>> 11) * 0x1.0p-53;
        return (int) (amount + threshold);
    }

    private int units(int bucket) {
        return Short.toUnsignedInt(units[bucket - from]);
    }

    private long sum() {
        long sum = 0;
        for (short unit : units) {
            sum += Short.toUnsignedInt(unit);
        }
        return sum;
    }

    /// Widens the stored stretch to this bucket and, since usage wanders, two further ones where there is room.
    private void cover(int bucket) {
        int end = from + units.length;
        if (!isEmpty() && bucket >= from && bucket < end) {
            return;
        }
        int nextFrom = Math.max(0, Math.min(isEmpty() ? bucket : from, bucket - 2));
        int nextEnd = Math.min(scheme.count(), Math.max(isEmpty() ? 0 : end, bucket + 3));
        var wider = new short[nextEnd - nextFrom];
        System.arraycopy(units, 0, wider, isEmpty() ? 0 : from - nextFrom, units.length);
        units = wider;
        from = nextFrom;
    }

    @Override
    public String toString() {
        return "DecayingHistogram[from=" + from + ", units=" + Arrays.toString(units) + "]";
    }
}
