package io.plimsoll.app.serve;

import io.plimsoll.app.settings.Settings;
import io.plimsoll.app.settings.ValueType;
import io.plimsoll.model.regime.Schedule;
import io.plimsoll.model.regime.Schedule.Window;
import io.plimsoll.model.regime.UserHours;
import io.plimsoll.model.regime.UserHours.Blackout;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads what is set of peak and off-peak hours.
final class RegimeHours {

    private static final String DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d";
    private static final String WINDOW = "(" + DAY + "(-" + DAY + ")? )?" + TIME + "-(" + TIME + "|24:00)";
    private static final String DATE = "\\d{4}-\\d{2}-\\d{2}";
    private static final String DATES = DATE + "(/" + DATE + ")?";

    static final ValueType<String> WINDOWS = ValueType.text(
            "nothing, or windows with commas between, like Mon-Fri 22:00-06:00, Sat-Sun 00:00-24:00; without days every day",
            listOf(WINDOW));

    static final ValueType<String> DAYS = ValueType.text(
            "nothing, or days with commas between, like 2026-11-27, 2026-12-23/2027-01-02", listOf(DATES));

    private RegimeHours() {}

    private static String listOf(String item) {
        return "|" + item + "(, ?" + item + ")*";
    }

    /// @throws IllegalArgumentException when there is no such zone or day
    static UserHours of(Settings settings) {
        return of(
                settings.get(ServeSettings.REGIME_ZONE),
                settings.get(ServeSettings.REGIME_PEAK),
                settings.get(ServeSettings.REGIME_OFF_PEAK),
                settings.get(ServeSettings.REGIME_BLACKOUTS));
    }

    static UserHours of(String zone, String peaks, String offPeaks, String blackouts) {
        try {
            var clocks = ZoneId.of(zone);
            return new UserHours(
                    clocks,
                    schedule(clocks, peaks),
                    schedule(clocks, offPeaks),
                    items(blackouts).map(RegimeHours::blackout).toList());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("there is no such time zone or day: " + e.getMessage(), e);
        }
    }

    private static Optional<Schedule> schedule(ZoneId zone, String text) {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Schedule(zone, items(text).map(RegimeHours::window).toList()));
    }

    private static Stream<String> items(String text) {
        return text.isEmpty() ? Stream.of() : Arrays.stream(text.split(", ?"));
    }

    private static Window window(String text) {
        int space = text.indexOf(' ');
        var times = List.of(text.substring(space + 1).split("-"));
        var end = times.get(1).equals("24:00") ? LocalTime.MIN : LocalTime.parse(times.get(1));
        return new Window(
                space < 0 ? Window.EVERY_DAY : days(text.substring(0, space)), LocalTime.parse(times.get(0)), end);
    }

    /// `Sat-Mon` goes over the end of the week.
    private static Set<DayOfWeek> days(String text) {
        var ends = List.of(text.split("-"));
        var days = EnumSet.of(day(ends.getFirst()));
        for (var day = day(ends.getFirst()); day != day(ends.getLast()); ) {
            day = day.plus(1);
            days.add(day);
        }
        return days;
    }

    private static DayOfWeek day(String text) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> day.name().startsWith(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow();
    }

    private static Blackout blackout(String text) {
        var ends = List.of(text.split("/"));
        return new Blackout(LocalDate.parse(ends.getFirst()), LocalDate.parse(ends.getLast()));
    }
}
