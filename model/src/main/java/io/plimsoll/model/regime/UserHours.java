package io.plimsoll.model.regime;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// What users say of their hours, which goes before all that is learned. In this order:
///
/// | said | then |
/// |---|---|
/// | a blackout | peak, for the cluster and each workload |
/// | a peak window | peak, for the cluster and each workload |
/// | off-peak windows | off-peak inside, peak outside: who names the hours names all of them; for the cluster alone |
/// | nothing | what is learned |
///
/// @param zone by whose clocks days and half hours are told
public record UserHours(ZoneId zone, Optional<Schedule> peaks, Optional<Schedule> offPeaks, List<Blackout> blackouts) {

    /// Days on which nobody is moved unasked, at whatever hours that is done else.
    ///
    /// @param last the last day, not before the first
    public record Blackout(LocalDate first, LocalDate last) {

        public Blackout {
            if (last.isBefore(first)) {
                throw new IllegalArgumentException(
                        "a blackout must not end before it begins: " + first + " to " + last);
            }
        }

        private boolean holds(LocalDate day) {
            return !day.isBefore(first) && !day.isAfter(last);
        }
    }

    /// What is said of a time.
    record Said(RegimeKind kind, String because) {}

    public UserHours {
        blackouts = List.copyOf(blackouts);
    }

    /// Nothing but the zone.
    public static UserHours none(ZoneId zone) {
        return new UserHours(zone, Optional.empty(), Optional.empty(), List.of());
    }

    /// The same for workloads: when a cluster is quiet says nothing of each of them.
    UserHours ofWorkloads() {
        return new UserHours(zone, peaks, Optional.empty(), blackouts);
    }

    boolean isBlackout(Instant time) {
        var day = time.atZone(zone).toLocalDate();
        return blackouts.stream().anyMatch(blackout -> blackout.holds(day));
    }

    /// Nothing where nothing is said.
    Optional<Said> at(Instant time) {
        long millis = time.toEpochMilli();
        if (isBlackout(time)) {
            return said(RegimeKind.PEAK, "a blackout is set for this day");
        }
        if (peaks.filter(windows -> windows.isOpen(millis)).isPresent()) {
            return said(RegimeKind.PEAK, "a peak window is set for this hour");
        }
        return offPeaks.map(windows -> windows.isOpen(millis)
                ? new Said(RegimeKind.OFF_PEAK, "an off-peak window is set for this hour")
                : new Said(RegimeKind.PEAK, "off-peak windows are set, and this hour is in none of them"));
    }

    private static Optional<Said> said(RegimeKind kind, String because) {
        return Optional.of(new Said(kind, because));
    }

    /// When what is said may change between two times.
    SortedSet<Instant> boundaries(Instant from, Instant to) {
        var boundaries = new TreeSet<Instant>();
        peaks.ifPresent(windows -> boundaries.addAll(windows.boundaries(from, to)));
        offPeaks.ifPresent(windows -> boundaries.addAll(windows.boundaries(from, to)));
        for (var blackout : blackouts) {
            boundaries.add(blackout.first().atStartOfDay(zone).toInstant());
            boundaries.add(blackout.last().plusDays(1).atStartOfDay(zone).toInstant());
        }
        return boundaries;
    }
}
