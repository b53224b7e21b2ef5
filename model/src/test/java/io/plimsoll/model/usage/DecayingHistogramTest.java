package io.plimsoll.model.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DecayingHistogramTest {

    private static final BucketScheme CPU = BucketScheme.CPU_MILLIS;
    private static final long T0 = 1_700_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final long DAY = 24 * 60 * MINUTE;

    private final DecayingHistogram histogram = new DecayingHistogram(CPU);

    @Test
    void percentile_noSamples_isZero() {
        assertThat(histogram.percentile(0.5)).isZero();
        assertThat(histogram.peak()).isZero();
        assertThat(histogram.total()).isZero();
    }

    @Test
    void percentile_oneSample_isTheEndOfItsBucket() {
        histogram.add(500, T0);

        assertThat(histogram.percentile(0)).isEqualTo(histogram.percentile(1));
        assertThat(histogram.percentile(0.5)).isBetween(500.0, 500 * 1.05 + 10);
    }

    @Test
    void percentile_outsideZeroToOne_isRefused() {
        assertThatThrownBy(() -> histogram.percentile(1.1)).hasMessageContaining("1.1");
        assertThatThrownBy(() -> histogram.percentile(Double.NaN)).hasMessageContaining("NaN");
    }

    @Test
    void moments_noSamples_areZero() {
        assertThat(histogram.mean()).isZero();
        assertThat(histogram.variance()).isZero();
    }

    /// All of one bucket are taken for its middle, however they lie in it.
    @Test
    void moments_oneBucket_haveNoVariance() {
        for (int i = 0; i < 100; i++) {
            histogram.add(500 + i % 10, T0);
        }

        assertThat(histogram.mean()).isCloseTo(505, within(505 * 0.025 + 5));
        assertThat(histogram.variance()).isZero();
    }

    /// A half-life later the first hundred weigh as much as fifty: (50·500 + 100·1000) / 150 = 833.3, and the
    /// variance is (50·333.3² + 100·166.7²) / 150 = 235.7².
    @Test
    void moments_oldAndNewSamples_weighTheOldOnesHalf() {
        for (int i = 0; i < 100; i++) {
            histogram.add(500, T0);
        }
        for (int i = 0; i < 100; i++) {
            histogram.add(1000, T0 + DAY);
        }

        assertThat(histogram.mean()).isCloseTo(833.3, within(833.3 * 0.025 + 5));
        assertThat(Math.sqrt(histogram.variance())).isCloseTo(235.7, within(235.7 * 0.05 + 5));
    }

    @Test
    void total_afterOneHalfLife_countsOldSamplesHalf() {
        for (int i = 0; i < 100; i++) {
            histogram.add(500, T0);
        }

        histogram.add(500, T0 + DAY);

        // 100 / 2 + 1
        assertThat(histogram.total()).isEqualTo(51, within(0.01));
    }

    @Test
    void total_inSteadyState_isRateTimesMeanLife() {
        for (int minute = 0; minute < 20 * 1440; minute++) {
            histogram.add(500 + minute % 7, T0 + minute * MINUTE);
        }

        // the sum of 2^(−i/1440) over all i is 1440 / ln 2 = 2077.5 and a half
        assertThat(histogram.total()).isEqualTo(2078, within(10.0));
    }

    @Test
    void percentile_habitsChanged_followsWithinThreeDays() {
        for (int minute = 0; minute < 10 * 1440; minute++) {
            histogram.add(4000, T0 + minute * MINUTE);
        }
        for (int minute = 0; minute < 3 * 1440; minute++) {
            histogram.add(100, T0 + 10 * DAY + minute * MINUTE);
        }

        // old weight 2^-3 = 12.5 %: the median has long changed, p95 has not
        assertThat(histogram.percentile(0.5)).isEqualTo(100, within(15.0));
        assertThat(histogram.percentile(0.95)).isEqualTo(4000, within(210.0));
    }

    @Test
    void percentile_samplesWorthLessThanAUnit_staysRightThoughTheyComeInARhythm() {
        // 5,000 pods a minute: a sample is worth a few thousandths of a unit; each tenth pod is busy
        for (int minute = 0; minute < 2 * 1440; minute++) {
            for (int pod = 0; pod < 500; pod++) {
                histogram.add(pod % 10 == 0 ? 2000 : 100, T0 + minute * MINUTE);
            }
        }

        assertThat(histogram.percentile(0.89)).isEqualTo(100, within(15.0));
        assertThat(histogram.percentile(0.91)).isEqualTo(2000, within(110.0));
    }

    @Test
    void peak_oneSampleAmongThousands_isRemembered() {
        for (int i = 0; i < 1_000_000; i++) {
            histogram.add(i == 500_000 ? 8000 : 100, T0 + i);
        }

        assertThat(histogram.peak()).isEqualTo(8000, within(410.0));
    }

    @Test
    void peak_nineDaysLater_isForgotten() {
        histogram.add(8000, T0);

        histogram.add(100, T0 + 7 * DAY);
        double afterAWeek = histogram.peak();
        histogram.add(100, T0 + 9 * DAY);

        assertThat(afterAWeek).isEqualTo(8000, within(410.0));
        assertThat(histogram.peak()).isEqualTo(100, within(15.0));
    }

    @Test
    void add_clockSetBackByAYearAndForthAgain_keepsTheShape() {
        for (int i = 0; i < 1000; i++) {
            histogram.add(i < 500 ? 100 : 1000, T0 + i * MINUTE);
        }

        histogram.add(100, T0 - 365 * DAY);
        histogram.add(1000, T0);

        assertThat(histogram.percentile(0.3)).isEqualTo(100, within(15.0));
        assertThat(histogram.percentile(0.9)).isEqualTo(1000, within(60.0));
    }

    @Test
    void add_absurdValues_countToTheLastBucket() {
        histogram.add(1e300, T0);
        histogram.add(Double.MAX_VALUE, Long.MAX_VALUE / 2);

        assertThat(histogram.percentile(1)).isEqualTo(CPU.start(CPU.count() - 1));
    }

    @Test
    void bytesRetained_cpuAndMemoryWithEveryBucketHit_areAtMostOneKibibyte() {
        var memory = new DecayingHistogram(BucketScheme.MEMORY_BYTES);
        for (int bucket = 0; bucket < CPU.count(); bucket++) {
            histogram.add(CPU.start(bucket) + 1, T0);
            memory.add(BucketScheme.MEMORY_BYTES.start(bucket) + 1, T0);
        }

        // each: object 16 + 2 references 8 + 2 ints 8 + 3 longs 24, array 16 + 2 · 176
        assertThat(histogram.bytesRetained()).isEqualTo(424);
        assertThat(histogram.bytesRetained() + memory.bytesRetained()).isLessThanOrEqualTo(1024);
    }

    @Test
    void bytesRetained_steadyContainer_isAQuarterOfThat() {
        for (int minute = 0; minute < 1440; minute++) {
            histogram.add(300 + 10 * (minute % 20), T0 + minute * MINUTE);
        }

        assertThat(histogram.bytesRetained()).isLessThan(130);
    }

    @Property(tries = 200)
    void percentile_growsWithP(
            @ForAll("samples") List<Observation> samples,
            @ForAll @DoubleRange(min = 0, max = 1) double p,
            @ForAll @DoubleRange(min = 0, max = 1) double q) {
        var histogram = new DecayingHistogram(CPU);
        samples.forEach(sample -> histogram.add(sample.value, sample.atMillis));

        assertThat(histogram.percentile(Math.min(p, q))).isLessThanOrEqualTo(histogram.percentile(Math.max(p, q)));
        assertThat(histogram.percentile(1)).isLessThanOrEqualTo(histogram.peak());
    }

    @Property(tries = 200)
    void percentile_isWithinABucketOfTheExactOne(
            @ForAll("samples") List<Observation> samples, @ForAll @DoubleRange(min = 0.01, max = 0.99) double p) {
        var histogram = new DecayingHistogram(CPU);
        samples.forEach(sample -> histogram.add(sample.value, sample.atMillis));

        // The weights are rounded to 1/64 of a sample: the exact percentile may move by that much in p.
        int bucket = CPU.bucket(histogram.percentile(p) * 0.999_999);
        assertThat(bucket)
                .isBetween(CPU.bucket(exact(samples, p - 0.01)) - 1, CPU.bucket(exact(samples, p + 0.01)) + 1);
    }

    /// A sample is taken for the middle of its bucket, at most e = 5 + 0.025·value away. That moves the mean by
    /// at most the mean of e, and the deviation by at most the root of the mean of e². Weights are rounded to 1/64
    /// of a sample, which moves both by little of the deviation.
    @Property(tries = 300, seed = "61")
    void moments_areWithinHalfABucketOfTheExactOnes(@ForAll("samples") List<Observation> samples) {
        var histogram = new DecayingHistogram(CPU);
        samples.forEach(sample -> histogram.add(sample.value, sample.atMillis));

        double mean = weighted(samples, value -> value);
        double deviation = Math.sqrt(weighted(samples, value -> (value - mean) * (value - mean)));
        double errorOfMean = weighted(samples, DecayingHistogramTest::halfABucket);
        double errorOfDeviation = Math.sqrt(weighted(samples, value -> halfABucket(value) * halfABucket(value)));
        double rounding = 0.03 * deviation;
        assertThat(histogram.mean()).isCloseTo(mean, within(errorOfMean + rounding));
        assertThat(Math.sqrt(histogram.variance())).isCloseTo(deviation, within(errorOfDeviation + rounding));
    }

    /// Half the width of the bucket that holds it, at most.
    private static double halfABucket(double value) {
        return 5 + 0.025 * value;
    }

    private static double weighted(List<Observation> samples, DoubleUnaryOperator of) {
        double weights = samples.stream().mapToDouble(Observation::weight).sum();
        return samples.stream()
                        .mapToDouble(sample -> sample.weight() * of.applyAsDouble(sample.value))
                        .sum()
                / weights;
    }

    @Property(tries = 200)
    void percentile_timeShifted_isTheSame(
            @ForAll("samples") List<Observation> samples,
            @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long shift,
            @ForAll @DoubleRange(min = 0, max = 1) double p) {
        var histogram = new DecayingHistogram(CPU);
        var shifted = new DecayingHistogram(CPU);
        samples.forEach(sample -> histogram.add(sample.value, sample.atMillis));
        samples.forEach(sample -> shifted.add(sample.value, sample.atMillis + shift));

        assertThat(shifted.percentile(p)).isEqualTo(histogram.percentile(p));
    }

    @Property(tries = 200)
    void percentile_eachSampleManyTimes_staysWithinABucketOfTheExactOne(
            @ForAll("samples") List<Observation> samples,
            @ForAll @IntRange(min = 2, max = 300) int times,
            @ForAll @DoubleRange(min = 0.02, max = 0.98) double p) {
        var histogram = new DecayingHistogram(CPU);
        for (var sample : samples) {
            for (int i = 0; i < times; i++) {
                histogram.add(sample.value, sample.atMillis);
            }
        }

        int bucket = CPU.bucket(histogram.percentile(p) * 0.999_999);
        assertThat(bucket)
                .isBetween(CPU.bucket(exact(samples, p - 0.02)) - 1, CPU.bucket(exact(samples, p + 0.02)) + 1);
    }

    @Property(tries = 200)
    void add_anythingAtAnyTime_neverFailsAndStaysWithinTheScheme(
            @ForAll List<Double> values, @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long seed) {
        var histogram = new DecayingHistogram(CPU);
        var random = new Random(seed);
        for (double value : values) {
            histogram.add(value, random.nextLong(4_000_000_000_000L));
        }

        assertThat(histogram.percentile(0.5)).isBetween(0.0, CPU.end(CPU.count() - 1));
        assertThat(histogram.total()).isBetween(0.0, values.size() * 1.05 + 1);
    }

    @Property(tries = 200)
    void bucket_ofAnyValueBelowTheMaximum_holdsIt(@ForAll @DoubleRange(min = 0, max = 1e6) double value) {
        int bucket = CPU.bucket(value);

        assertThat(value).isBetween(CPU.start(bucket) - 1e-6, CPU.start(bucket + 1) + 1e-6);
    }

    @Provide
    Arbitrary<List<Observation>> samples() {
        var value = Arbitraries.doubles().between(0, 64_000);
        var minutes = Arbitraries.integers().between(0, 5 * 1440);
        return net.jqwik.api.Combinators.combine(value, minutes)
                .as((v, m) -> new Observation(v, T0 + m * MINUTE))
                .list()
                .ofMinSize(1)
                .ofMaxSize(200)
                .map(DecayingHistogramTest::inOrder);
    }

    private static List<Observation> inOrder(List<Observation> samples) {
        var ordered = new ArrayList<>(samples);
        ordered.sort(Comparator.comparingLong(Observation::atMillis));
        return ordered;
    }

    /// The smallest value that a share p of the weight does not exceed.
    private static double exact(List<Observation> samples, double p) {
        var byValue = new ArrayList<>(samples);
        byValue.sort(Comparator.comparingDouble(Observation::value));
        double all = byValue.stream().mapToDouble(Observation::weight).sum();
        double below = 0;
        for (var sample : byValue) {
            below += sample.weight();
            if (below >= p * all) {
                return sample.value;
            }
        }
        return byValue.getLast().value;
    }

    private record Observation(double value, long atMillis) {
        double weight() {
            return Math.pow(2, (atMillis - T0) / (double) DAY);
        }
    }
}
