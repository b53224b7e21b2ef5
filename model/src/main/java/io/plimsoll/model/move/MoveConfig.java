package io.plimsoll.model.move;

import io.plimsoll.model.placement.PlacementConfig;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What a platform engineer may set about moves.
///
/// @param placement the line above which a node is refused to new pods; a node above it is hurt
/// @param margin so far below that line, as a share of the node, a hurt node is brought and a target stays:
///     what is moved must not be hot again with the next wave
/// @param localStorage whether pods may be moved that keep data on their node
/// @param priorityBelow pods of this priority and above stay
/// @param ageMillisMin pods stay that were bound later than this long ago
/// @param goals what pods are moved for besides the relief of hurt nodes
/// @param worthMin least share of a node's trouble that a move must take away, for each unit of what it costs
public record MoveConfig(
        PlacementConfig placement,
        double margin,
        boolean localStorage,
        int priorityBelow,
        long ageMillisMin,
        Set<MoveGoal> goals,
        double worthMin,
        Limits limits,
        MovePace pace) {

    /// The first priority of pods that the cluster itself needs.
    public static final int SYSTEM_CRITICAL = 2_000_000_000;

    public static final MoveConfig DEFAULT = of(PlacementConfig.DEFAULT);

    public MoveConfig {
        if (!(margin >= 0 && margin < Math.min(placement.cpuHot(), placement.memoryHot()))) {
            throw new IllegalArgumentException("margin must be at least 0 and below the lines of hot nodes: " + margin);
        }
        var known = EnumSet.noneOf(MoveGoal.class);
        known.addAll(goals);
        goals = Collections.unmodifiableSet(known);
        if (ageMillisMin < 0) {
            throw new IllegalArgumentException("ageMillisMin must not be negative: " + ageMillisMin);
        }
        if (!(worthMin >= 0)) {
            throw new IllegalArgumentException("worthMin must not be negative: " + worthMin);
        }
    }

    /// The usual, for nodes that are refused as told.
    public static MoveConfig of(PlacementConfig placement) {
        return new MoveConfig(
                placement, 0.10, false, SYSTEM_CRITICAL, 300_000, Set.of(), 0.05, Limits.DEFAULT, MovePace.DEFAULT);
    }

    /// The same with other limits.
    public MoveConfig with(Limits others) {
        return new MoveConfig(
                placement, margin, localStorage, priorityBelow, ageMillisMin, goals, worthMin, others, pace);
    }

    /// The same, but that pods stay that were bound later than this long ago.
    public MoveConfig withAgeMillisMin(long millis) {
        return new MoveConfig(placement, margin, localStorage, priorityBelow, millis, goals, worthMin, limits, pace);
    }

    /// The same, with other goals besides the relief of hurt nodes.
    public MoveConfig withGoals(Set<MoveGoal> others) {
        return new MoveConfig(
                placement, margin, localStorage, priorityBelow, ageMillisMin, others, worthMin, limits, pace);
    }

    /// The same, with another pace.
    public MoveConfig with(MovePace other) {
        return new MoveConfig(
                placement, margin, localStorage, priorityBelow, ageMillisMin, goals, worthMin, limits, other);
    }

    /// How many pods are moved at most by one plan, what was moved within [MovePace#windowMillis] before it included;
    /// those of a workload by one plan alone.
    public record Limits(int perNode, int perWorkload, int perNamespace, int total) {

        public static final Limits DEFAULT = new Limits(3, 1, 10, 30);

        public Limits {
            if (perNode < 1 || perWorkload < 1 || perNamespace < 1 || total < 1) {
                throw new IllegalArgumentException("limits must be at least 1: " + perNode + ", " + perWorkload + ", "
                        + perNamespace + ", " + total);
            }
        }
    }

    /// How targets are judged: a margin below the line.
    PlacementConfig targets() {
        return placement.cooler(margin);
    }
}
