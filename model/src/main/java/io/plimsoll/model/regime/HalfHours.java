package io.plimsoll.model.regime;

import java.time.Instant;
import java.time.ZoneId;

/// The half hours of a week by the clocks of a zone: 336, from Monday 00:00 on.
///
/// Where clocks are put forward, two of them are not there that day; where they are put back, two come twice.
final class HalfHours {

    static final int DAY = 48;
    static final int WEEK = 7 * DAY;

    private HalfHours() {}

    /// Which one a time lies in.
    static int of(Instant time, ZoneId zone) {
        var local = time.atZone(zone);
        return (local.getDayOfWeek().getValue() - 1) * DAY + local.getHour() * 2 + local.getMinute() / 30;
    }

    /// When the half hour began that a time lies in.
    static Instant start(Instant time, ZoneId zone) {
        var local = time.atZone(zone);
        long seconds = local.getMinute() % 30 * 60L + local.getSecond();
        return Instant.ofEpochSecond(time.getEpochSecond() - seconds);
    }

    /// Whether it lies on a Saturday or Sunday.
    static boolean isWeekend(int weekday) {
        return weekday >= 5;
    }
}
