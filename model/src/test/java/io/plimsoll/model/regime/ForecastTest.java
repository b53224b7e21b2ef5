package io.plimsoll.model.regime;

import static io.plimsoll.model.regime.Loads.MONDAY;
import static io.plimsoll.model.regime.Loads.VIENNA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForecastTest {

    private static Instant vienna(String local) {
        return LocalDateTime.parse(local).atZone(VIENNA).toInstant();
    }

    private static Forecast of(LoadSeries series) {
        return Forecast.of(series, VIENNA);
    }

    @Test
    void kind_nothingOrLessThanTwoDays_isUnknownAndNeverOffPeak() {
        var nothing = of(new LoadSeries());
        var day = of(Loads.of(VIENNA, MONDAY, 1, Loads::office));

        assertThat(nothing.kind(vienna("2026-06-03T03:00"))).isEqualTo(RegimeKind.UNKNOWN);
        assertThat(day.kind(vienna("2026-06-03T03:00"))).isEqualTo(RegimeKind.UNKNOWN);
        assertThat(day.because(RegimeKind.UNKNOWN)).isEqualTo("1 whole day of load known, 2 are needed");
    }

    @Test
    void kind_twoDaysOfOfficeHours_isPeakExactlyInThem() {
        var forecast = of(Loads.of(VIENNA, MONDAY, 2, Loads::office));

        assertThat(forecast.kind(vienna("2026-06-03T08:59"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.kind(vienna("2026-06-03T09:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-06-03T16:59"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-06-03T17:00"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.confidence()).isBetween(0.6, 0.7);
    }

    @Test
    void kind_twoWeeksOfWorkdays_knowsThatSaturdayIsQuiet() {
        var forecast = of(Loads.of(VIENNA, MONDAY, 14, Loads::workdays));

        assertThat(forecast.kind(vienna("2026-06-19T12:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-06-20T12:00"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.confidence()).isGreaterThan(0.9);
        assertThat(forecast.because(RegimeKind.PEAK)).contains("14 days of load", "weekdays and weekends", "F1 1.00");
    }

    @Test
    void kind_oneQuietWeekend_isChanceAndStaysPeakUntilAnotherIsSeen() {
        var one = of(Loads.of(VIENNA, MONDAY, 9, Loads::workdays));
        var two = of(Loads.of(VIENNA, MONDAY, 14, Loads::workdays));

        assertThat(one.kind(vienna("2026-06-20T12:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(two.kind(vienna("2026-06-20T12:00"))).isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void kind_busyMostOfTheDay_isOffPeakInTheFewQuietHoursAlone() {
        var forecast = of(Loads.of(VIENNA, MONDAY, 7, time -> time.getHour() < 6 ? 300 : 1000));

        assertThat(forecast.kind(vienna("2026-06-10T03:00"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.kind(vienna("2026-06-10T07:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-06-10T20:00"))).isEqualTo(RegimeKind.PEAK);
    }

    @Test
    void kind_flatLoad_isUnknown() {
        var forecast = of(Loads.of(VIENNA, MONDAY, 14, time -> time.getMinute() % 2 == 0 ? 1000 : 1050));

        assertThat(forecast.kind(vienna("2026-06-20T03:00"))).isEqualTo(RegimeKind.UNKNOWN);
        assertThat(forecast.because(RegimeKind.UNKNOWN)).contains("hardly differs");
    }

    @Test
    void kind_noiseAroundNoRhythm_isUnknown() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var forecast =
                    of(Loads.of(VIENNA, MONDAY, 2 + seed % 20, time -> 1000 * Math.exp(0.7 * random.nextGaussian())));

            assertThat(forecast.kind(vienna("2026-07-01T03:00")))
                    .as("seed %d", seed)
                    .isEqualTo(RegimeKind.UNKNOWN);
        }
    }

    @Test
    void kind_clocksPutForwardInTheMiddle_goesByTheClock() {
        // Learned before and after 29 March 2026, when 02:00 becomes 03:00; by UTC half of the days were an hour off.
        var forecast = of(Loads.of(VIENNA, LocalDate.of(2026, 3, 23), 14, Loads::office));

        assertThat(forecast.kind(vienna("2026-04-07T08:59"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.kind(vienna("2026-04-07T09:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-04-07T17:00"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.because(RegimeKind.PEAK)).contains("F1 1.00");
    }

    @Test
    void kind_clocksPutBackInTheMiddle_goesByTheClock() {
        var forecast = of(Loads.of(VIENNA, LocalDate.of(2026, 10, 19), 14, Loads::office));

        assertThat(forecast.kind(vienna("2026-11-04T08:59"))).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(forecast.kind(vienna("2026-11-04T09:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.because(RegimeKind.PEAK)).contains("F1 1.00");
    }

    @Test
    void kind_otherZoneThanTheLoadIsBy_isTheSameTimes() {
        var series = Loads.of(VIENNA, MONDAY, 7, Loads::office);

        var kathmandu = Forecast.of(series, java.time.ZoneId.of("Asia/Kathmandu"));

        assertThat(kathmandu.kind(vienna("2026-06-10T12:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(kathmandu.kind(vienna("2026-06-10T03:00"))).isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void kind_aPauseOfDaysWithoutSamples_goesByTheRest() {
        var series = Loads.of(VIENNA, MONDAY, 5, Loads::office);
        Loads.add(series, VIENNA, MONDAY.plusDays(9), 4, Loads::office);

        var forecast = of(series);

        assertThat(forecast.kind(vienna("2026-06-15T12:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.because(RegimeKind.PEAK)).contains("9 days of load");
    }

    @Test
    void kind_loadHasDoubledForGood_isKnownAsBefore() {
        var series = Loads.of(VIENNA, MONDAY, 10, Loads::office);
        Loads.add(series, VIENNA, MONDAY.plusDays(10), 10, time -> 2 * Loads.office(time));

        var forecast = of(series);

        assertThat(forecast.kind(vienna("2026-06-24T12:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-06-24T03:00"))).isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void kind_theLastDayIsBusyAllThrough_isUnknown() {
        var series = Loads.of(VIENNA, MONDAY, 10, Loads::office);
        Loads.add(series, VIENNA, MONDAY.plusDays(10), 1, time -> 2500);

        var forecast = of(series);

        assertThat(forecast.kind(vienna("2026-06-12T03:00"))).isEqualTo(RegimeKind.UNKNOWN);
        assertThat(forecast.because(RegimeKind.UNKNOWN)).contains("other than usual");
    }

    @Test
    void kind_oneWildDayInTwoWeeks_changesNothing() {
        var series = Loads.of(
                VIENNA,
                MONDAY,
                14,
                time -> time.getDayOfMonth() == 5 ? 50_000 - Loads.office(time) : Loads.office(time));

        var forecast = of(series);

        assertThat(forecast.kind(vienna("2026-06-17T12:00"))).isEqualTo(RegimeKind.PEAK);
        assertThat(forecast.kind(vienna("2026-06-17T03:00"))).isEqualTo(RegimeKind.OFF_PEAK);
    }
}
