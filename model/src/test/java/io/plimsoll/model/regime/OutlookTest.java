package io.plimsoll.model.regime;

import static io.plimsoll.model.regime.Loads.MONDAY;
import static io.plimsoll.model.regime.Loads.VIENNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.regime.Outlook.Now;
import io.plimsoll.model.regime.Schedule.Window;
import io.plimsoll.model.regime.UserHours.Blackout;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutlookTest {

    private static final Forecast WORKDAYS = Forecast.of(Loads.of(VIENNA, MONDAY, 21, Loads::workdays), VIENNA);
    private static final UserHours NOTHING_SAID = UserHours.none(VIENNA);

    private static Instant vienna(String local) {
        return LocalDateTime.parse(local).atZone(VIENNA).toInstant();
    }

    private static Optional<Schedule> daily(String start, String end) {
        return Optional.of(new Schedule(
                VIENNA, List.of(new Window(Window.EVERY_DAY, LocalTime.parse(start), LocalTime.parse(end)))));
    }

    private static Outlook learned(UserHours user) {
        return new Outlook(WORKDAYS, user, Now.USUAL);
    }

    @Test
    void at_quietNight_tellsSinceWhenAndUntilWhen() {
        // Tuesday 23 June 2026, 03:10.
        var state = learned(NOTHING_SAID).at(vienna("2026-06-23T03:10"));

        assertThat(state.kind()).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(state.since()).isEqualTo(vienna("2026-06-22T17:00"));
        assertThat(state.until()).contains(vienna("2026-06-23T09:00"));
        assertThat(state.because()).startsWith("load is low at this hour as a rule (21 days of load");
    }

    @Test
    void at_fridayEvening_lastsOverTheWeekend() {
        var state = learned(NOTHING_SAID).at(vienna("2026-06-26T20:00"));

        assertThat(state.until()).contains(vienna("2026-06-29T09:00"));
    }

    @Test
    void nextOffPeak_inOfficeHours_isTheirEnd() {
        assertThat(learned(NOTHING_SAID).nextOffPeak(vienna("2026-06-23T10:00")))
                .contains(vienna("2026-06-23T17:00"));
        assertThat(learned(NOTHING_SAID).nextOffPeak(vienna("2026-06-23T20:00")))
                .contains(vienna("2026-06-23T20:00"));
    }

    @Test
    void nextOffPeak_nothingIsKnown_isNever() {
        var unknown = new Outlook(Forecast.NOTHING, NOTHING_SAID, Now.USUAL);

        assertThat(unknown.nextOffPeak(vienna("2026-06-23T10:00"))).isEmpty();
        assertThat(unknown.at(vienna("2026-06-23T10:00")).kind()).isEqualTo(RegimeKind.UNKNOWN);
    }

    @Test
    void at_offPeakWindowsAreSet_holdsInsideAndNowhereElse() {
        var outlook = learned(new UserHours(VIENNA, Optional.empty(), daily("01:15", "02:45"), List.of()));

        var inside = outlook.at(vienna("2026-06-23T01:20"));
        assertThat(inside.kind()).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(inside.confidence()).isEqualTo(1);
        assertThat(inside.since()).isEqualTo(vienna("2026-06-23T01:15"));
        assertThat(inside.until()).contains(vienna("2026-06-23T02:45"));
        assertThat(outlook.at(vienna("2026-06-23T03:00")).kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(outlook.nextOffPeak(vienna("2026-06-23T03:00"))).contains(vienna("2026-06-24T01:15"));
    }

    @Test
    void at_offPeakWindowsAreSet_workloadsGoByWhatIsLearned() {
        var user = new UserHours(VIENNA, Optional.empty(), daily("01:15", "02:45"), List.of());

        assertThat(learned(user.ofWorkloads()).at(vienna("2026-06-23T03:00")).kind())
                .isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void at_windowsAreSet_holdWhereNothingIsLearned() {
        var user = new UserHours(VIENNA, Optional.empty(), daily("01:00", "02:00"), List.of());
        var outlook = new Outlook(Forecast.NOTHING, user, Now.USUAL);

        assertThat(outlook.at(vienna("2026-06-23T01:30")).kind()).isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void at_peakWindow_goesBeforeAnOffPeakWindow() {
        var outlook = learned(new UserHours(VIENNA, daily("01:30", "02:00"), daily("01:00", "03:00"), List.of()));

        assertThat(outlook.at(vienna("2026-06-23T01:10")).until()).contains(vienna("2026-06-23T01:30"));
        assertThat(outlook.at(vienna("2026-06-23T01:40")).kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(outlook.at(vienna("2026-06-23T02:00")).kind()).isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void at_blackout_isPeakFromMidnightToMidnightWhateverElseIsSaid() {
        var days = List.of(new Blackout(LocalDate.of(2026, 6, 27), LocalDate.of(2026, 6, 28)));
        var outlook = learned(new UserHours(VIENNA, Optional.empty(), daily("00:00", "00:00"), days));

        var state = outlook.at(vienna("2026-06-27T12:00"));
        assertThat(state.kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(state.since()).isEqualTo(vienna("2026-06-27T00:00"));
        assertThat(state.until()).contains(vienna("2026-06-29T00:00"));
        assertThat(state.because()).isEqualTo("a blackout is set for this day");
        var view = new RegimeView(outlook, Map.of());
        assertThat(view.isBlackout(vienna("2026-06-27T00:00"))).isTrue();
        assertThat(view.isBlackout(vienna("2026-06-28T23:59"))).isTrue();
        assertThat(view.isBlackout(vienna("2026-06-29T00:00"))).isFalse();
    }

    @Test
    void at_busyNow_isPeakForTheMomentUnlessUsersSayOtherwise() {
        var busy = new Outlook(WORKDAYS, NOTHING_SAID, Now.BUSY);
        var told = new Outlook(
                WORKDAYS, new UserHours(VIENNA, Optional.empty(), daily("00:00", "00:00"), List.of()), Now.BUSY);

        var state = busy.at(vienna("2026-06-23T03:10"));
        assertThat(state.kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(state.until()).contains(vienna("2026-06-23T03:30"));
        assertThat(state.because()).contains("though this hour is quiet as a rule");
        assertThat(told.at(vienna("2026-06-23T03:10")).kind()).isEqualTo(RegimeKind.OFF_PEAK);
    }

    @Test
    void at_nothingMeasuredForADay_isUnknown() {
        var silent = new Outlook(WORKDAYS, NOTHING_SAID, Now.SILENT);

        assertThat(silent.at(vienna("2026-06-23T03:10")).kind()).isEqualTo(RegimeKind.UNKNOWN);
    }

    @Test
    void at_nightOnWhichClocksGoForward_countsTheHourThatIsNotThere() {
        var forecast = Forecast.of(Loads.of(VIENNA, LocalDate.of(2026, 3, 9), 14, Loads::office), VIENNA);
        var outlook = new Outlook(forecast, NOTHING_SAID, Now.USUAL);

        var state = outlook.at(vienna("2026-03-29T01:00"));

        // Until 09:00 there it is seven hours and not eight.
        assertThat(state.until()).contains(Instant.parse("2026-03-29T07:00:00Z"));
        assertThat(state.since()).isEqualTo(Instant.parse("2026-03-28T16:00:00Z"));
    }

    @Test
    void at_nightOnWhichClocksGoBack_countsTheHourThatComesTwice() {
        var forecast = Forecast.of(Loads.of(VIENNA, LocalDate.of(2026, 10, 5), 14, Loads::office), VIENNA);
        var outlook = new Outlook(forecast, NOTHING_SAID, Now.USUAL);

        var state = outlook.at(vienna("2026-10-25T01:00"));

        assertThat(state.until()).contains(Instant.parse("2026-10-25T08:00:00Z"));
        assertThat(state.since()).isEqualTo(Instant.parse("2026-10-24T15:00:00Z"));
    }

    @Test
    void at_windowOnSomeDays_isPeakOnAllOthers() {
        var sundays = Optional.of(new Schedule(
                VIENNA, List.of(new Window(Set.of(DayOfWeek.SUNDAY), LocalTime.of(2, 0), LocalTime.of(4, 0)))));
        var outlook = learned(new UserHours(VIENNA, Optional.empty(), sundays, List.of()));

        assertThat(outlook.at(vienna("2026-06-23T03:00")).until()).contains(vienna("2026-06-28T02:00"));
    }

    @Test
    void blackout_thatEndsBeforeItBegins_isRefused() {
        assertThatThrownBy(() -> new Blackout(LocalDate.of(2026, 6, 2), LocalDate.of(2026, 6, 1)))
                .hasMessageContaining("2026-06-02 to 2026-06-01");
    }
}
