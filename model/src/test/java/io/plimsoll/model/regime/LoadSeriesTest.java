package io.plimsoll.model.regime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LoadSeriesTest {

    private static final long BIN = LoadSeries.BIN_MILLIS;
    private static final long START = 1_000_000 * BIN;

    private static double[] loads(LoadSeries series) {
        var loads = new double[series.size()];
        for (int i = 0; i < loads.length; i++) {
            loads[i] = Math.exp(series.log(i));
        }
        return loads;
    }

    @Test
    void add_samplesOfHalfHours_areMeansWithinThreePercent() {
        var series = new LoadSeries();

        series.add(START, 900);
        series.add(START + BIN - 1, 1_100);
        series.add(START + BIN, 2_000);
        series.add(START + 2 * BIN, 7);

        // The last half hour is still open.
        assertThat(series.firstBin()).isEqualTo(1_000_000);
        assertThat(loads(series)).hasSize(2);
        assertThat(loads(series)[0]).isCloseTo(1_000, within(20.0));
        assertThat(loads(series)[1]).isCloseTo(2_000, within(40.0));
    }

    @Test
    void add_whatNoLoadCanBe_isLeftOut() {
        var series = new LoadSeries();

        assertThat(series.add(START, Double.NaN)).isFalse();
        assertThat(series.add(START, -1)).isFalse();
        assertThat(series.add(START, Double.POSITIVE_INFINITY)).isFalse();
        assertThat(series.add(START, Double.MAX_VALUE)).isFalse();
        assertThat(series.add(-1, 1)).isFalse();
        assertThat(series.add(START, 0)).isTrue();
    }

    @Test
    void add_sampleOfAClosedHalfHour_comesTooLate() {
        var series = new LoadSeries();
        series.add(START, 100);
        series.add(START + BIN, 100);

        assertThat(series.add(START + BIN - 1, 9_999)).isFalse();

        series.add(START + 2 * BIN, 100);
        assertThat(loads(series)).usingComparatorWithPrecision(1.0).containsExactly(100, 100);
    }

    @Test
    void add_aPauseOfHours_isAbsentAndNotZero() {
        var series = new LoadSeries();
        series.add(START, 100);
        series.add(START + 3 * BIN, 100);
        series.add(START + 4 * BIN, 100);

        assertThat(series.size()).isEqualTo(4);
        assertThat(series.log(1)).isNaN();
        assertThat(series.log(2)).isNaN();
    }

    @Test
    void add_oneTimeYearsAhead_changesNothing() {
        var series = new LoadSeries();
        series.add(START, 100);

        assertThat(series.add(START + 100_000 * BIN, 5_000)).isFalse();

        assertThat(series.add(START + BIN, 100)).isTrue();
        assertThat(series.firstBin()).isEqualTo(1_000_000);
        assertThat(series.size()).isEqualTo(1);
    }

    @Test
    void add_samplesGoOnAWeekAhead_areBelievedAfterHalfAnHour() {
        var series = new LoadSeries();
        series.add(START, 100);
        long later = START + 7 * 48 * BIN;

        assertThat(series.add(later, 100)).isFalse();
        assertThat(series.add(later + BIN / 2, 100)).isFalse();
        assertThat(series.add(later + BIN, 100)).isTrue();

        assertThat(series.size()).isEqualTo(7 * 48 + 1);
        assertThat(Math.exp(series.log(0))).isCloseTo(100, within(3.0));
    }

    @Test
    void add_clockSetBackForGood_dropsWhatIsLater() {
        var series = new LoadSeries();
        for (int i = 0; i < 20; i++) {
            series.add(START + i * BIN, 100);
        }
        long back = START + 10 * BIN;

        assertThat(series.add(back, 500)).isFalse();
        assertThat(series.add(back + BIN / 2, 500)).isFalse();
        assertThat(series.add(back + BIN, 500)).isTrue();
        series.add(back + 2 * BIN, 500);

        assertThat(series.size()).isEqualTo(12);
        assertThat(Math.exp(series.log(9))).isCloseTo(100, within(3.0));
        assertThat(Math.exp(series.log(11))).isCloseTo(500, within(15.0));
    }

    @Test
    void add_oneWildLoad_leavesTheRestAsItWas() {
        var series = new LoadSeries();
        for (int i = 0; i < 200; i++) {
            series.add(START + i * BIN, i == 60 ? 1e14 : 100 + i % 50);
        }

        assertThat(Math.exp(series.log(50))).isCloseTo(100, within(3.0));
        assertThat(Math.exp(series.log(149))).isCloseTo(149, within(3.0));
    }

    @Test
    void add_moreThanFourWeeks_keepsTheLatest() {
        var series = new LoadSeries();
        for (int i = 0; i < 2_000; i++) {
            series.add(START + i * BIN, i);
        }

        assertThat(series.size()).isEqualTo(LoadSeries.BINS_MAX);
        assertThat(series.firstBin() + series.size()).isEqualTo(1_000_000 + 1_999);
        assertThat(series.encoded().length).isLessThan(1_400);
    }

    @Test
    void decoded_whatIsNone_isRefusedWithTheReason() {
        assertThatThrownBy(() -> LoadSeries.decoded(new byte[0])).hasMessageContaining("ends after 0 bytes");
        assertThatThrownBy(() -> LoadSeries.decoded(new byte[] {9})).hasMessageContaining("layout 9");
        assertThatThrownBy(() -> LoadSeries.decoded(new byte[15])).hasMessageContaining("layout 0");
    }

    @Test
    void joined_pastAndPresent_isOneSeriesWhicheverComesFirst() {
        var past = new LoadSeries();
        var live = new LoadSeries();
        for (int i = 0; i <= 100; i++) {
            past.add(START + i * BIN, 100);
        }
        for (int i = 90; i <= 110; i++) {
            live.add(START + i * BIN, 200);
        }

        var joined = LoadSeries.joined(past, live);

        assertThat(joined.encoded()).isEqualTo(LoadSeries.joined(live, past).encoded());
        assertThat(joined.size()).isEqualTo(110);
        assertThat(Math.exp(joined.log(99))).isCloseTo(100, within(3.0));
        assertThat(Math.exp(joined.log(105))).isCloseTo(200, within(6.0));
    }
}
