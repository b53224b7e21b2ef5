package io.plimsoll.model.regime;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Times that come every week: inside any of some windows, by the clocks of a time zone.
///
/// Where clocks are put forward, a time that does not exist is as much later as the clocks are put forward. Where they
/// are put back, a window that begins in the hour that comes twice begins the first time, and one that ends in it ends
/// the second time: a window is never shorter than it reads, except for the hour that is not there.
///
/// | window in Europe/Vienna | on | holds, UTC |
/// |---|---|---|
/// | 22:00 to 06:00 | Monday, summer | Mon 20:00 to Tue 04:00 |
/// | 02:30 to 04:00 | the night on which clocks go from 02:00 to 03:00 | 01:30 to 02:00 (03:30 to 04:00 there) |
/// | 02:30 to 04:00 | the night on which clocks go from 03:00 to 02:00 | 00:30 to 03:00 |
/// | 00:00 to 00:00 | Saturday | the whole day, 23 to 25 hours |
public record Schedule(ZoneId zone, List<Window> windows) {

    /// A window that begins on each of some days.
    ///
    /// @param end not later than the start means on the next day
    public record Window(Set<DayOfWeek> days, LocalTime start, LocalTime end) {

        public static final Set<DayOfWeek> EVERY_DAY = EnumSet.allOf(DayOfWeek.class);

        public Window {
            days = Set.copyOf(days);
            if (days.isEmpty()) {
                throw new IllegalArgumentException("days must not be empty: the window would never hold");
            }
        }

        private boolean holds(Instant time, LocalDate day, ZoneId zone) {
            return days.contains(day.getDayOfWeek())
                    && !time.isBefore(begin(day, zone))
                    && time.isBefore(finish(day, zone));
        }

        private Instant begin(LocalDate day, ZoneId zone) {
            return ZonedDateTime.of(day, start, zone)
                    .withEarlierOffsetAtOverlap()
                    .toInstant();
        }

        private Instant finish(LocalDate day, ZoneId zone) {
            var last = end.isAfter(start) ? day : day.plusDays(1);
            return ZonedDateTime.of(last, end, zone).withLaterOffsetAtOverlap().toInstant();
        }
    }

    public Schedule {
        windows = List.copyOf(windows);
    }

    /// When windows begin or end between two times, both included.
    SortedSet<Instant> boundaries(Instant from, Instant to) {
        var boundaries = new TreeSet<Instant>();
        var last = to.atZone(zone).toLocalDate();
        for (var day = from.atZone(zone).toLocalDate().minusDays(1); !day.isAfter(last); day = day.plusDays(1)) {
            for (var window : windows) {
                if (window.days.contains(day.getDayOfWeek())) {
                    boundaries.add(window.begin(day, zone));
                    boundaries.add(window.finish(day, zone));
                }
            }
        }
        boundaries.removeIf(time -> time.isBefore(from) || time.isAfter(to));
        return boundaries;
    }

    /// @param timeMillis epoch milliseconds
    public boolean isOpen(long timeMillis) {
        var time = Instant.ofEpochMilli(timeMillis);
        var today = time.atZone(zone).toLocalDate();
        return windows.stream()
                .anyMatch(window -> window.holds(time, today, zone) || window.holds(time, today.minusDays(1), zone));
    }
}
