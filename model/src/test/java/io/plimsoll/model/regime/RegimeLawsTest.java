package io.plimsoll.model.regime;

import static io.plimsoll.model.regime.Loads.MONDAY;
import static io.plimsoll.model.regime.Loads.VIENNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.regime.Outlook.Now;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class RegimeLawsTest {

    private static final long START = MONDAY.atStartOfDay(VIENNA).toInstant().toEpochMilli();

    record Reading(long atMillis, double load) {}

    @Provide
    Arbitrary<List<Reading>> hostile() {
        var times = Arbitraries.oneOf(
                Arbitraries.longs().between(START, START + 40 * 24 * 3_600_000L),
                Arbitraries.longs().between(0, START * 2),
                Arbitraries.longs());
        var loads = Arbitraries.oneOf(
                Arbitraries.doubles().between(0, 1e7),
                Arbitraries.of(0.0, -0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE, 1e15));
        return Combinators.combine(times, loads).as(Reading::new).list().ofMaxSize(300);
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                        "UTC",
                        "Europe/Vienna",
                        "America/St_Johns",
                        "Asia/Kathmandu",
                        "Australia/Lord_Howe",
                        "Pacific/Apia")
                .map(ZoneId::of);
    }

    @Property(tries = 200, seed = "11")
    void add_whateverComes_staysWithinItsBoundsAndIsKeptWhole(
            @ForAll("hostile") List<Reading> readings, @ForAll("zones") ZoneId zone) {
        var series = new LoadSeries();
        readings.forEach(reading -> series.add(reading.atMillis, reading.load));

        assertThat(series.size()).isLessThanOrEqualTo(LoadSeries.BINS_MAX);
        var encoded = series.encoded();
        assertThat(encoded.length).isLessThan(1_400);
        assertThat(LoadSeries.decoded(encoded).encoded()).isEqualTo(encoded);
        var outlook = new Outlook(Forecast.of(series, zone), UserHours.none(zone), Now.USUAL);
        var state = outlook.at(Instant.ofEpochMilli(START));
        assertThat(state.confidence()).isBetween(0.0, 1.0);
        assertThat(state.since()).isBeforeOrEqualTo(Instant.ofEpochMilli(START));
    }

    @Property(tries = 500, seed = "12")
    void decoded_anyBytes_areRefusedOrASeriesThatCanBeUsed(@ForAll byte[] bytes, @ForAll boolean isLayoutKnown) {
        var content = Arrays.copyOf(bytes, Math.max(1, bytes.length));
        content[0] = isLayoutKnown ? 1 : content[0];
        try {
            var series = LoadSeries.decoded(content);
            series.add(START, 100);
            Forecast.of(series, VIENNA);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("load series");
        }
    }

    @Property(tries = 50, seed = "13")
    void kind_loadTimesAnything_isTheSame(@ForAll @DoubleRange(min = 0.05, max = 1e6) double factor) {
        var one = Forecast.of(Loads.of(VIENNA, MONDAY, 9, Loads::workdays), VIENNA);
        var other = Forecast.of(Loads.of(VIENNA, MONDAY, 9, time -> factor * Loads.workdays(time)), VIENNA);

        for (int hour = 0; hour < 7 * 24; hour++) {
            var time = Instant.ofEpochMilli(START).plus(Duration.ofHours(240 + hour));
            assertThat(other.kind(time)).isEqualTo(one.kind(time));
        }
    }

    @Property(tries = 60, seed = "14")
    void at_everyTime_isTheSameUntilItSaysAndOtherThen(
            @ForAll("zones") ZoneId zone, @ForAll @IntRange(max = 60 * 24 * 300) int minutes) {
        var outlook = new Outlook(
                Forecast.of(Loads.of(zone, MONDAY, 15, Loads::workdays), zone), UserHours.none(zone), Now.USUAL);
        var time = Instant.ofEpochMilli(START).plus(Duration.ofMinutes(minutes));

        var state = outlook.at(time);
        var until = state.until().orElseThrow();

        assertThat(outlook.at(until).kind()).isNotEqualTo(state.kind());
        assertThat(outlook.at(until.minusSeconds(1)).kind()).isEqualTo(state.kind());
        assertThat(outlook.at(state.since()).kind()).isEqualTo(state.kind());
        assertThat(outlook.at(state.since().minusSeconds(1)).kind()).isNotEqualTo(state.kind());
        assertThat(outlook.at(until.minusSeconds(1)).since()).isEqualTo(state.since());
    }

    @Property(tries = 50, seed = "15")
    void add_orderWithinAHalfHour_doesNotMatter(
            @ForAll List<@IntRange(max = 1_000_000) Integer> loads, @ForAll @IntRange(min = 1, max = 7) int turn) {
        var one = new LoadSeries();
        var other = new LoadSeries();
        var turned = new ArrayList<>(loads);
        Collections.rotate(turned, turn);
        for (int i = 0; i < loads.size(); i++) {
            one.add(START + i * 1_000L, loads.get(i));
            other.add(START + i * 1_000L, turned.get(i));
        }
        one.add(START + LoadSeries.BIN_MILLIS * 2, 1);
        other.add(START + LoadSeries.BIN_MILLIS * 2, 1);

        assertThat(other.encoded()).isEqualTo(one.encoded());
    }

    @Example
    void kind_firstTwoDaysOfAnything_isNeverOffPeak() {
        var series = new LoadSeries();
        for (long at = START; at < START + 2 * 24 * 3_600_000L; at += 600_000) {
            series.add(at, (double) (at % 7_200_000));

            assertThat(Forecast.of(series, VIENNA).kind(Instant.ofEpochMilli(at)))
                    .isEqualTo(RegimeKind.UNKNOWN);
        }
    }
}
