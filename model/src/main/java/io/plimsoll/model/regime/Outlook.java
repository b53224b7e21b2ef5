package io.plimsoll.model.regime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/// What is known of the hours of the cluster, or of one workload, at one time: what is learned, what users say, and
/// whether load is as usual now. Immutable.
record Outlook(Forecast forecast, UserHours user, Now now) {

    /// What is measured of the present.
    enum Now {
        USUAL,
        /// Load is higher than in nine tenths of the last week's half hours.
        BUSY,
        /// Nothing was measured for a day.
        SILENT
    }

    static final Duration AHEAD = Duration.ofDays(8);
    private static final Duration HALF_HOUR = Duration.ofMillis(LoadSeries.BIN_MILLIS);

    /// How it is now.
    RegimeState at(Instant time) {
        var expected = expected(time);
        if (user.at(time).isPresent() || expected.kind() == RegimeKind.UNKNOWN) {
            return expected;
        }
        return switch (now) {
            case USUAL -> expected;
            case BUSY ->
                expected.kind() == RegimeKind.PEAK
                        ? expected
                        : passing(
                                time,
                                RegimeKind.PEAK,
                                expected.confidence(),
                                "load is higher than in nine tenths of the last week, though this hour is quiet as a rule");
            case SILENT -> passing(time, RegimeKind.UNKNOWN, 0, "nothing was measured for a day");
        };
    }

    private RegimeState passing(Instant time, RegimeKind kind, double confidence, String because) {
        var since = HalfHours.start(time, user.zone());
        return new RegimeState(kind, confidence, since, Optional.of(since.plus(HALF_HOUR)), because);
    }

    /// How it will be at a time by what is said and learned, whatever is measured now.
    RegimeState expected(Instant time) {
        var kind = kind(time);
        var said = user.at(time);
        double confidence = kind == RegimeKind.UNKNOWN ? 0 : forecast.confidence();
        return new RegimeState(
                kind,
                said.isPresent() ? 1 : confidence,
                since(time, kind),
                until(time, kind),
                said.map(UserHours.Said::because).orElseGet(() -> forecast.because(kind)));
    }

    /// The kind of [#at], which is soon told.
    RegimeKind kindAt(Instant time) {
        var expected = kind(time);
        if (user.at(time).isPresent() || expected == RegimeKind.UNKNOWN) {
            return expected;
        }
        return switch (now) {
            case USUAL -> expected;
            case BUSY -> RegimeKind.PEAK;
            case SILENT -> RegimeKind.UNKNOWN;
        };
    }

    /// The kind of [#expected], which is soon told.
    RegimeKind kind(Instant time) {
        return user.at(time).map(UserHours.Said::kind).orElseGet(() -> forecast.kind(time));
    }

    private Instant since(Instant time, RegimeKind kind) {
        var first = time.minus(AHEAD);
        var said = new TreeSet<>(user.boundaries(first, time));
        var since = time;
        var begin = begin(time, said);
        while (begin.isAfter(first) && kind(begin) == kind) {
            since = begin;
            begin = begin(begin.minusNanos(1), said);
        }
        return since;
    }

    /// When the stretch began that a time lies in, in which nothing changes.
    private Instant begin(Instant time, TreeSet<Instant> said) {
        var half = HalfHours.start(time, user.zone());
        var other = said.floor(time);
        return other != null && other.isAfter(half) ? other : half;
    }

    /// Nothing where it goes on for longer than can be told.
    private Optional<Instant> until(Instant time, RegimeKind kind) {
        var last = time.plus(AHEAD);
        var said = new TreeSet<>(user.boundaries(time, last));
        var next = end(time, said);
        while (!next.isAfter(last)) {
            if (kind(next) != kind) {
                return Optional.of(next);
            }
            next = end(next, said);
        }
        return Optional.empty();
    }

    private Instant end(Instant time, TreeSet<Instant> said) {
        var half = HalfHours.start(time, user.zone()).plus(HALF_HOUR);
        var other = said.higher(time);
        return other != null && other.isBefore(half) ? other : half;
    }

    /// When the next off-peak begins; now where it is off-peak, nothing where none comes within eight days.
    Optional<Instant> nextOffPeak(Instant time) {
        var state = at(time);
        Optional<Instant> begin = Optional.of(time);
        while (begin.isPresent() && !state.isOffPeak()) {
            begin = state.until().filter(until -> until.isBefore(time.plus(AHEAD)));
            state = begin.map(this::expected).orElse(state);
        }
        return begin;
    }
}
