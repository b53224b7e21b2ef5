package io.plimsoll.model.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;

class DecayedMomentsTest {

    private static final long HALF_LIFE_MILLIS = 30 * 60 * 1000;

    /// A millisecond apart, samples are worth practically the same: 2^(−1/1,800,000) = 1 − 3.9·10⁻⁷.
    @Property(tries = 300, seed = "33")
    void samplesOfEqualWeight_haveTheMomentsOfTheirPopulation(
            @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = 0, max = 1000) Double> values) {
        var expected = new SummaryStatistics();
        var moments = DecayedMoments.NONE;
        long atMillis = 1;
        for (double value : values) {
            expected.addValue(value);
            moments = moments.with(value, atMillis++);
        }

        assertThat(moments.mean()).isCloseTo(expected.getMean(), within(0.1));
        assertThat(moments.variance()).isCloseTo(expected.getPopulationVariance(), within(20.0));
        assertThat(moments.weight()).isCloseTo(values.size(), within(0.01));
    }

    @Test
    void sampleOfAHalfLifeAgo_countsHalf() {
        var moments = DecayedMoments.NONE.with(10, 0).with(40, HALF_LIFE_MILLIS);

        // weights 0.5 and 1: mean (5 + 40) / 1.5 = 30; variance (0.5·20² + 1·10²) / 1.5 = 200
        assertThat(moments.mean()).isCloseTo(30, within(1e-9));
        assertThat(moments.variance()).isCloseTo(200, within(1e-9));
        assertThat(moments.deviation()).isCloseTo(14.142, within(1e-3));
    }

    @Test
    void oneSample_hasNoDeviation() {
        var moments = DecayedMoments.NONE.with(10, 5);

        assertThat(moments.mean()).isEqualTo(10);
        assertThat(moments.deviation()).isZero();
    }

    @Test
    void sampleThatIsNotNewer_changesNothing() {
        var moments = DecayedMoments.NONE.with(10, 5).with(20, 10);

        assertThat(moments.with(99, 10)).isEqualTo(moments);
        assertThat(moments.with(99, 3)).isEqualTo(moments);
    }
}
