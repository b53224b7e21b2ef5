package io.plimsoll.model.regime;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.function.ToDoubleFunction;

/// Made-up load by the clocks of a zone: a sample every ten minutes.
final class Loads {

    static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
    /// A Monday.
    static final LocalDate MONDAY = LocalDate.of(2026, 6, 1);

    private static final long STEP_MILLIS = 10 * 60_000L;

    private Loads() {}

    /// From midnight of the first day, for so many days.
    static LoadSeries of(ZoneId zone, LocalDate first, int days, ToDoubleFunction<ZonedDateTime> load) {
        return add(new LoadSeries(), zone, first, days, load);
    }

    static LoadSeries add(
            LoadSeries series, ZoneId zone, LocalDate first, int days, ToDoubleFunction<ZonedDateTime> load) {
        long end = first.plusDays(days).atStartOfDay(zone).toInstant().toEpochMilli();
        for (long at = first.atStartOfDay(zone).toInstant().toEpochMilli(); at <= end; at += STEP_MILLIS) {
            series.add(at, load.applyAsDouble(Instant.ofEpochMilli(at).atZone(zone)));
        }
        return series;
    }

    /// 1,000 from 9 to 17 o'clock, else 300.
    static double office(ZonedDateTime time) {
        return time.getHour() >= 9 && time.getHour() < 17 ? 1000 : 300;
    }

    /// The same on weekdays alone.
    static double workdays(ZonedDateTime time) {
        return time.getDayOfWeek().getValue() <= 5 ? office(time) : 300;
    }
}
