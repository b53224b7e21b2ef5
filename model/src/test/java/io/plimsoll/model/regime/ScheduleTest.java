package io.plimsoll.model.regime;

import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.regime.Schedule.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

    @ParameterizedTest
    @CsvSource({
        // 2026-07-06 is a Monday; Vienna is two hours ahead of UTC.
        "2026-07-06T19:59:59Z, false",
        "2026-07-06T20:00:00Z, true",
        "2026-07-07T03:59:59Z, true",
        "2026-07-07T04:00:00Z, false",
        "2026-07-07T20:00:00Z, false",
        "2026-07-05T22:30:00Z, false"
    })
    void isOpen_windowAcrossMidnight_belongsToTheDayOnWhichItBegins(Instant time, boolean open) {
        var schedule = schedule(Set.of(MONDAY), "22:00", "06:00");

        assertThat(schedule.isOpen(time.toEpochMilli())).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        // Clocks go from 02:00 (01:00 UTC) to 03:00, so 02:30 is 03:30, 01:30 UTC.
        "2026-03-29T01:29:59Z, false",
        "2026-03-29T01:30:00Z, true",
        "2026-03-29T01:59:59Z, true",
        "2026-03-29T02:00:00Z, false",
        // Clocks go from 03:00 (01:00 UTC) to 02:00: 02:30 comes at 00:30 and at 01:30 UTC, 04:00 at 03:00.
        "2026-10-25T00:29:59Z, false",
        "2026-10-25T00:30:00Z, true",
        "2026-10-25T01:15:00Z, true",
        "2026-10-25T02:59:59Z, true",
        "2026-10-25T03:00:00Z, false"
    })
    void isOpen_windowThatBeginsWhereClocksChange_beginsOnceAndIsNotLost(Instant time, boolean open) {
        var schedule = schedule(Set.of(SUNDAY), "02:30", "04:00");

        assertThat(schedule.isOpen(time.toEpochMilli())).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        // 02:30 comes twice; the window ends the second time.
        "2026-10-25T00:45:00Z, true",
        "2026-10-25T01:29:59Z, true",
        "2026-10-25T01:30:00Z, false"
    })
    void isOpen_windowThatEndsInTheHourThatComesTwice_endsTheSecondTime(Instant time, boolean open) {
        var schedule = schedule(Set.of(SUNDAY), "01:00", "02:30");

        assertThat(schedule.isOpen(time.toEpochMilli())).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-29, 23", "2026-07-05, 24", "2026-10-25, 25"})
    void isOpen_fromMidnightToMidnight_isTheWholeDayHoweverLong(LocalDate sunday, int hours) {
        var schedule = schedule(Set.of(SUNDAY), "00:00", "00:00");
        var begin = sunday.atStartOfDay(VIENNA).toInstant();

        long open = IntStream.range(-48, 72)
                .mapToObj(hour -> begin.plus(hour, ChronoUnit.HOURS))
                .filter(time -> schedule.isOpen(time.toEpochMilli()))
                .count();

        assertThat(open).isEqualTo(hours);
    }

    @Test
    void isOpen_ofSeveralWindows_isThatOfAnyOfThem() {
        var schedule = new Schedule(
                VIENNA,
                List.of(
                        new Window(Set.of(MONDAY), LocalTime.of(1, 0), LocalTime.of(2, 0)),
                        new Window(Set.of(SATURDAY), LocalTime.of(1, 0), LocalTime.of(2, 0))));

        assertThat(schedule.isOpen(at("2026-07-06T01:30:00+02:00"))).isTrue();
        assertThat(schedule.isOpen(at("2026-07-04T01:30:00+02:00"))).isTrue();
        assertThat(schedule.isOpen(at("2026-07-05T01:30:00+02:00"))).isFalse();
    }

    @Test
    void isOpen_withoutAnyWindow_isNever() {
        assertThat(new Schedule(VIENNA, List.of()).isOpen(0)).isFalse();
    }

    @Test
    void window_withoutDays_isRefused() {
        assertThatThrownBy(() -> new Window(Set.of(), LocalTime.MIN, LocalTime.MIN))
                .hasMessageContaining("days must not be empty");
    }

    @Property(tries = 100)
    void isOpen_inAWeekWithoutAChangeOfClocks_isAsLongAsTheWindowReads(
            @ForAll @IntRange(min = 0, max = 1439) int start,
            @ForAll @IntRange(min = 0, max = 1439) int end,
            @ForAll DayOfWeek day) {
        var schedule = new Schedule(VIENNA, List.of(new Window(Set.of(day), minute(start), minute(end))));
        var begin = Instant.parse("2026-07-05T22:00:00Z");

        long open = IntStream.range(0, 8 * 1440)
                .filter(minute ->
                        schedule.isOpen(begin.plus(Duration.ofMinutes(minute)).toEpochMilli()))
                .count();

        // Eight days from Monday 00:00: Monday's window comes again at their end, until midnight; of the Sunday before
        // there is what it has beyond midnight.
        long length = end > start ? end - start : 1440 - start + end;
        long again = day == MONDAY ? Math.min(length, 1440 - start) : 0;
        long before = day == SUNDAY && end <= start ? end : 0;
        assertThat(open).isEqualTo(length + again + before);
    }

    private static LocalTime minute(int ofDay) {
        return LocalTime.MIN.plusMinutes(ofDay);
    }

    private static long at(String time) {
        return OffsetDateTime.parse(time).toInstant().toEpochMilli();
    }

    private static Schedule schedule(Set<DayOfWeek> days, String start, String end) {
        return new Schedule(VIENNA, List.of(new Window(days, LocalTime.parse(start), LocalTime.parse(end))));
    }
}
