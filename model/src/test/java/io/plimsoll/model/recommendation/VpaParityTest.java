package io.plimsoll.model.recommendation;

import static io.plimsoll.model.recommendation.SizingCases.DAY;
import static io.plimsoll.model.recommendation.SizingCases.HOUR;
import static io.plimsoll.model.recommendation.SizingCases.MIB;
import static io.plimsoll.model.recommendation.SizingCases.MINUTE;
import static io.plimsoll.model.recommendation.SizingCases.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.recommendation.OomKill.Kind;
import io.plimsoll.model.usage.BucketScheme;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.DecayingHistogram;
import io.plimsoll.model.usage.Sample;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The cases of the Vertical Pod Autoscaler's recommender, told in own words, on what stands for its parts here.
///
/// Without a counterpart: samples of negative weight (peaks of memory are kept beside the histogram, so
/// nothing is ever subtracted), merging of histograms (there is one a container of a workload from the
/// start), linear buckets, checkpoints as weights of buckets (ours are bytes, that a later version or
/// chance may have written: `EncodedHistoryProperties`) without the peak of the present day (it belongs
/// to the history), annotations of events of evictions (pods' statuses tell of them: `PodDecoderTest`,
/// as of all kills; which of them count: `OomLedgerTest`).
class VpaParityTest {

    @Nested
    class Histogram {

        /// Buckets that widen by so little that they are those of 0, 1, 2 … 10.
        private static final BucketScheme LINEAR = new BucketScheme(1, 1.000001, 10);

        private static final long HALF_LIFE = DAY;

        private final DecayingHistogram histogram = new DecayingHistogram(LINEAR);

        @ParameterizedTest
        @ValueSource(doubles = {0, 0.5, 1})
        void percentile_empty_isZero(double p) {
            assertThat(histogram.percentile(p)).isZero();
        }

        @ParameterizedTest
        @CsvSource({
            "0, 2", "0.1, 2", "0.2, 3", "0.3, 3", "0.4, 4", "0.5, 4", "0.6, 4", "0.7, 5", "0.8, 5", "0.9, 5", "1, 5"
        })
        void percentile_weightsOneToFour_isTheEndOfItsBucket(double p, double end) {
            for (int value = 1; value <= 4; value++) {
                add(value, value, 0);
            }

            assertThat(histogram.percentile(p)).isCloseTo(end, within(1e-4));
        }

        @Test
        void percentile_lastBucket_isItsStart() {
            add(100, 1, 0);

            assertThat(histogram.percentile(1)).isCloseTo(10, within(1e-4));
        }

        /// They take what is beyond for the ends; here it is a mistake of the caller.
        @ParameterizedTest
        @ValueSource(doubles = {-0.5, 1.5, Double.NaN})
        void percentile_beyondNoughtAndOne_isRefusedOnPurpose(double p) {
            assertThatThrownBy(() -> histogram.percentile(p)).isInstanceOf(IllegalArgumentException.class);
        }

        /// Shares of 1, 2 · 2, 3 · 4 and 4 · 8 of 49: 0.0204, 0.102, 0.347.
        @ParameterizedTest
        @CsvSource({"0, 2", "0.02, 2", "0.03, 3", "0.10, 3", "0.11, 4", "0.34, 4", "0.35, 5", "1, 5"})
        void percentile_samplesAHalfLifeApart_countTwiceAsMuchEach(double p, double end) {
            for (int value = 1; value <= 4; value++) {
                add(value, value, value * HALF_LIFE);
            }

            assertThat(histogram.percentile(p)).isCloseTo(end, within(1e-4));
        }

        /// Theirs forgets all but the last sample after 20 half-lives of silence. Here silence counts as 8
        /// half-lives at most, since waiting tells nothing: 1000 old samples still outweigh 2⁸ new ones' worth.
        @ParameterizedTest
        @CsvSource({"20", "101"})
        void percentile_longSilence_doesNotWipeOutTheHistoryOnPurpose(int halfLives) {
            add(2, 1000, 0);
            add(1, 1, halfLives * HALF_LIFE);

            assertThat(histogram.percentile(0.2)).isCloseTo(2, within(1e-4));
            assertThat(histogram.percentile(0.999)).isCloseTo(3, within(1e-4));
        }

        /// In a service that runs, samples come, and what is old goes as it does with them.
        @Test
        void percentile_samplesGoOn_forgetsAsTheirsDoes() {
            add(2, 1000, 0);
            for (int halfLives = 1; halfLives <= 20; halfLives++) {
                add(1, 1, halfLives * HALF_LIFE);
            }

            assertThat(histogram.percentile(0.999)).isCloseTo(2, within(1e-4));
        }

        @Test
        void buckets_exponential_beginWhereTheirsDo() {
            var scheme = new BucketScheme(40, 1.5, 500);

            assertThat(scheme.count()).isEqualTo(6);
            double[] starts = {0, 40, 100, 190, 325, 527.5};
            for (int bucket = 0; bucket < starts.length; bucket++) {
                assertThat(scheme.start(bucket)).isCloseTo(starts[bucket], within(1e-9));
            }
            assertThat(List.of(scheme.bucket(39.99), scheme.bucket(40.01), scheme.bucket(100.01), scheme.bucket(900)))
                    .containsExactly(0, 1, 2, 5);
        }

        @Test
        void percentile_coresAndBytes_areRightToABucket() {
            var cpu = new DecayingHistogram(BucketScheme.CPU_MILLIS);
            var memory = new DecayingHistogram(BucketScheme.MEMORY_BYTES);
            for (int value = 1; value <= 3; value++) {
                cpu.add(1000 * value, 0);
                memory.add(1e9 * value, 0);
            }

            assertThat(cpu.percentile(0.2)).isCloseTo(1000, within(50.0));
            assertThat(memory.percentile(0.5)).isCloseTo(2e9, within(0.1e9));
        }

        private void add(int value, int weight, long atMillis) {
            for (int i = 0; i < weight; i++) {
                histogram.add(value + 0.5, atMillis);
            }
        }
    }

    @Nested
    class Estimators {

        /// Nine samples two minutes apart: 9 / 1440 = 0.00625.
        @Test
        void confidence_nineSamples_isTheirShareOfADay() {
            var history = container().used(18 * MINUTE, 2 * MINUTE, 100, 100).history();

            assertThat(VpaCompatRecommender.confidence(history)).isCloseTo(0.00625, within(1e-9));
        }

        @ParameterizedTest
        @CsvSource({"0.00625, 907.46", "0.5, 4.5216"})
        void withConfidence_theirCases_areTheirs(double confidence, double expected) {
            assertThat(VpaCompatRecommender.withConfidence(3.14, 0.1, 2, confidence))
                    .isCloseTo(expected, within(1e-2));
        }

        @Test
        void withConfidence_noHistory_isEverythingOrNothing() {
            assertThat(VpaCompatRecommender.withConfidence(3.14, 1, 1, 0)).isEqualTo(1e14);
            assertThat(VpaCompatRecommender.withConfidence(3.14, 1, -1, 0)).isZero();
        }

        @Test
        void withMargin_tenPercent_isTheirs() {
            assertThat(VpaCompatRecommender.withMargin(3.14, 0.1)).isCloseTo(3.454, within(1e-9));
        }
    }

    @Nested
    class Recommendations {

        /// Theirs is in halves of thousandths too; here a request has whole ones.
        @ParameterizedTest
        @CsvSource({"1, 25, 250", "2, 13, 125"})
        void recommend_hardlyUsed_isTheLeastSizeOfAPodSharedByItsContainers(int containers, long cpu, long memoryMib) {
            var target = recommend(container().used(DAY, 1, 1).containersInPod(containers))
                    .target();

            assertThat(target).isEqualTo(new Resources(cpu, memoryMib * MIB));
        }

        /// A day: confidence 1. p50, p90 and p95 of CPU are one bucket, which ends at e: 1.15 · e; times (1.001)⁻²
        /// and 2.
        @Test
        void recommend_steadyForADay_hasTheirBounds() {
            var cpu = recommend(container().used(DAY + MINUTE, 1000, 1000)).cpu();

            double end = BucketScheme.CPU_MILLIS.end(BucketScheme.CPU_MILLIS.bucket(1000));
            assertThat((double) cpu.target()).isCloseTo(1.15 * end, within(1.0));
            assertThat((double) cpu.lower()).isCloseTo(1.15 * end / (1.001 * 1.001), within(1.5));
            assertThat((double) cpu.upper()).isCloseTo(2 * 1.15 * end, within(3.0));
        }

        /// Peaks of 2 Gi today, 1 Gi on the days before: today weighs more than half, so p90 and even p50 are 2 Gi.
        @Test
        void recommend_memory_isOfDailyPeaksAndNotOfSamples() {
            var memory = recommend(container()
                            .used(4 * DAY, 10 * MINUTE, 100, 1024)
                            .used(10 * MINUTE, 100, 2048)
                            .used(HOUR, 100, 512))
                    .memory();

            assertThat((double) memory.target() / MIB).isBetween(1.15 * 2048, 1.15 * 2048 * 1.06);
            assertThat((double) memory.lower() / MIB).isGreaterThan(1.1 * 2048);
        }

        @Test
        void ofDays_weights_halveFromDayToDay() {
            // 4 / 7 of the weight on 10, 2 / 7 on 20, 1 / 7 on 30
            double[] peaks = {10, 20, 30};

            assertThat(VpaCompatRecommender.ofDays(peaks, 0.57)).isEqualTo(10);
            assertThat(VpaCompatRecommender.ofDays(peaks, 0.58)).isEqualTo(20);
            assertThat(VpaCompatRecommender.ofDays(peaks, 0.85)).isEqualTo(20);
            assertThat(VpaCompatRecommender.ofDays(peaks, 0.86)).isEqualTo(30);
        }

        private static ContainerRecommendation recommend(SizingCases cases) {
            return new VpaCompatRecommender().recommend(cases.build());
        }
    }

    @Nested
    class MemoryOfAContainer {

        private static final PodKey POD = new PodKey("shop", "cart-1");
        private static final long START = 1000 * DAY;

        private final ContainerHistory history = new ContainerHistory();

        @Test
        void dailyPeaks_twoPeaksOfOneDay_keepTheLarger() {
            add(5e9, START);
            add(10e9, START + MINUTE);

            assertThat(history.memoryBytes().dailyPeaks()[0]).isCloseTo(10e9, within(0.6e9));
            assertThat(history.memoryBytes().dailyPeaks()[1]).isZero();
        }

        @Test
        void add_sampleOutOfOrder_isDropped() {
            add(5e9, START + MINUTE);

            assertThat(add(50e9, START)).isFalse();
            assertThat(history.memoryBytes().peak()).isLessThan(6e9);
        }

        @Test
        void sample_negative_isRefused() {
            assertThatThrownBy(() -> new Sample(-1, START, "test")).isInstanceOf(IllegalArgumentException.class);
        }

        @ParameterizedTest
        @CsvSource({"7, 9", "8, 1"})
        void peak_oldOne_countsForEightDays(int days, double peakGigabytes) {
            add(9e9, START);
            add(1e9, START + days * DAY);

            assertThat(history.memoryBytes().peak() / 1e9).isCloseTo(peakGigabytes, within(0.6));
        }

        private boolean add(double bytes, long atMillis) {
            return history.add(
                    new ContainerUsage(
                            POD, "app", new Sample(1, atMillis, "test"), new Sample(bytes, atMillis, "test")),
                    START + 100 * DAY);
        }
    }

    /// Their kills go by the request; here by the limit that was hit. Their windows are our memory of kills.
    @Nested
    class Kills {

        private static final Owner WORKLOAD = new Owner("shop", "Deployment", "cart");
        private static final OomRules RULES = new OomRules(1, 100, 1.2, Long.MAX_VALUE, 0, DAY);
        private static final long NOW = 1000 * DAY;

        private final OomLedger ledger = new OomLedger();

        @ParameterizedTest
        @CsvSource({"1000, 0, 1200", "1, 0, 101", "1000, 3000, 3600"})
        void kill_atALimit_isRaisedByAFifthOrAHundredFromTheLargest(long limit, long peak, long raise) {
            kill(limit, 0, NOW);

            assertThat(decide(limit, peak, NOW)).contains(raise);
        }

        @Test
        void kill_atALowerLimitThanThePresentOne_changesNothing() {
            kill(1000, 0, NOW);
            decide(1000, 0, NOW);
            kill(999, 1, NOW + 1);
            kill(999, 2, NOW + 2);

            assertThat(decide(1200, 0, NOW + 3)).contains(1200L);
        }

        @Test
        void kill_atAHigherLimit_replacesTheRaiseAndDoesNotAddToIt() {
            kill(1000, 0, NOW);
            decide(1000, 0, NOW);
            kill(2000, 1, NOW + 1);

            assertThat(decide(2000, 0, NOW + 2)).contains(2400L);
        }

        @Test
        void kill_thirtyHoursAgo_changesNothing() {
            kill(1000, 0, NOW - 30 * HOUR);

            assertThat(decide(1000, 0, NOW)).isEmpty();
        }

        @Test
        void kill_twoWindowsLater_countsAnew() {
            kill(1000, 0, NOW);
            decide(1000, 0, NOW);
            kill(2000, 1, NOW + 2 * DAY);

            assertThat(decide(2000, 0, NOW + 2 * DAY)).contains(2400L);
        }

        @Test
        void kill_aSecondBeforeTheWindowEnds_stillCounts() {
            kill(2000, 0, NOW - DAY + 1000);

            assertThat(decide(2000, 0, NOW)).contains(2400L);
        }

        private void kill(long limit, int run, long atMillis) {
            ledger.record(
                    new OomKill(WORKLOAD, "uid-1", "app", "", run, limit, limit, atMillis, 1, Kind.CONTAINER_LIMIT));
        }

        private Optional<Long> decide(long limit, long peak, long nowMillis) {
            var container = new ContainerSpec("app", new Resources(0, limit), new Resources(0, limit));
            return ledger.decide(new OomLedger.Present(WORKLOAD, container, 1, peak), RULES, nowMillis)
                    .floor()
                    .map(OomRaise::bytes);
        }
    }
}
