package io.plimsoll.model.usage;

/// How a histogram divides a range of values into buckets that widen by a constant factor.
///
/// With the first bucket `f` wide and each further one `g` times as wide as the one before it, bucket b begins
/// at the sum of a geometric series, and the bucket of a value is its inverse:
///
///     start(b)  = f · (gᵇ − 1) / (g − 1)
///     bucket(v) = ⌊ log(v · (g − 1) / f + 1) / log g ⌋
///
/// A bucket's end lies at most a factor g above any value in it, beyond the first bucket. With g = 1.05, and f
/// and the maximum of the Vertical Pod Autoscaler's recommender, which proved fit for container sizes:
///
/// |  | bucket 0 | 20 | 60 | 100 | 175, the last | buckets |
/// |---|---|---|---|---|---|---|
/// | CPU begins at, cores | 0 | 0.33 | 3.5 | 26 | 1021 | 176 |
/// | memory begins at, GB | 0 | 0.33 | 3.5 | 26 | 1021 | 176 |
///
/// @param first width of the first bucket, in the unit of the values
/// @param growth how much wider each bucket is than the one before it, above 1
/// @param max values from here on all count to the last bucket
public record BucketScheme(double first, double growth, double max) {

    /// For thousandths of a core: 10 to 1,000,000.
    public static final BucketScheme CPU_MILLIS = new BucketScheme(10, 1.05, 1e6);

    /// For bytes: 10 MB to 1 TB.
    public static final BucketScheme MEMORY_BYTES = new BucketScheme(1e7, 1.05, 1e12);

    /// So that a bucket's number fits a byte with room for "none".
    private static final int COUNT_MAX = 255;

    public BucketScheme {
        if (!(first > 0 && growth > 1 && max > first)) {
            throw new IllegalArgumentException(
                    "first must be above 0, growth above 1 and max above first: " + first + ", " + growth + ", " + max);
        }
        int count = count(first, growth, max);
        if (count > COUNT_MAX) {
            throw new IllegalArgumentException("a scheme has at most " + COUNT_MAX + " buckets, not " + count);
        }
    }

    public int count() {
        return count(first, growth, max);
    }

    /// The bucket of a value; what is below 0 or not a number counts to the first.
    public int bucket(double value) {
        if (!(value > 0)) {
            return 0;
        }
        return Math.min(count() - 1, (int) exactBucket(first, growth, value));
    }

    public double start(int bucket) {
        return first * (Math.pow(growth, bucket) - 1) / (growth - 1);
    }

    /// Where a bucket ends: no value in it is larger. The last one has no end, so it is its start.
    public double end(int bucket) {
        return start(Math.min(bucket + 1, count() - 1));
    }

    /// The middle of a bucket: what a value in it is taken for in a mean. The last one has no end, so it is its
    /// start.
    double middle(int bucket) {
        return (start(bucket) + end(bucket)) / 2;
    }

    private static int count(double first, double growth, double max) {
        return (int) Math.ceil(exactBucket(first, growth, max)) + 1;
    }

    private static double exactBucket(double first, double growth, double value) {
        return Math.log(value * (growth - 1) / first + 1) / Math.log(growth);
    }
}
