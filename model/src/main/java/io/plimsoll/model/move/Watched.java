package io.plimsoll.model.move;

import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.model.regime.RegimeView;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What no single image tells of the nodes: it takes several to know.
///
/// @param hot nodes that have been above the line, and what they are short of, as [HotNodes] tells
/// @param sinceMillis when the watching began, epoch milliseconds; 0 before
/// @param history what was moved of late
/// @param hours whether it is peak or off-peak
/// @param peaks what the nodes went through within the last day
/// @param rules what policies say of moves
/// @param misplaced the uids of pods that have been where they should not be, as [MisplacedPods] tells
public record Watched(
        Neighbours neighbours,
        SortedMap<String, List<Contention>> hot,
        long sinceMillis,
        MoveHistory history,
        RegimeView hours,
        DayPeaks peaks,
        MoveRules rules,
        Set<String> misplaced) {

    /// Six measurements of a source that measures once a minute.
    private static final long KNOWN_MILLIS = 360_000;

    public static final Watched NOTHING = new Watched(Neighbours.NONE, new TreeMap<>(), 0);

    public Watched {
        hot = Collections.unmodifiableSortedMap(new TreeMap<>(hot));
        misplaced = Set.copyOf(misplaced);
    }

    /// Where nothing was moved, and nobody is misplaced.
    public Watched(Neighbours neighbours, SortedMap<String, List<Contention>> hot, long sinceMillis) {
        this(
                neighbours,
                hot,
                sinceMillis,
                MoveHistory.NONE,
                RegimeView.NOTHING,
                DayPeaks.NONE,
                MoveRules.NONE,
                Set.of());
    }

    /// Whether the cluster is off-peak.
    public boolean isQuiet(long nowMillis) {
        return hours.kind(Instant.ofEpochMilli(nowMillis)) == RegimeKind.OFF_PEAK;
    }

    /// Whether it is a day on which nobody is moved unasked.
    public boolean isBlackout(long nowMillis) {
        return hours.isBlackout(Instant.ofEpochMilli(nowMillis));
    }

    /// Whether a node that is not told to be hurt is not: it takes some measurements to know.
    public boolean isLongEnough(long nowMillis) {
        return sinceMillis > 0 && nowMillis - sinceMillis >= KNOWN_MILLIS;
    }

    /// The same at these hours.
    public Watched with(RegimeView known) {
        return new Watched(neighbours, hot, sinceMillis, history, known, peaks, rules, misplaced);
    }

    /// The same with what the nodes went through.
    public Watched with(DayPeaks day) {
        return new Watched(neighbours, hot, sinceMillis, history, hours, day, rules, misplaced);
    }

    /// The same with what was moved of late.
    public Watched with(MoveHistory moves) {
        return new Watched(neighbours, hot, sinceMillis, moves, hours, peaks, rules, misplaced);
    }

    /// The same with the pods that have been where they should not be.
    public Watched withMisplaced(Set<String> uids) {
        return new Watched(neighbours, hot, sinceMillis, history, hours, peaks, rules, uids);
    }

    /// The same with what policies say.
    public Watched with(MoveRules said) {
        return new Watched(neighbours, hot, sinceMillis, history, hours, peaks, said, misplaced);
    }
}
