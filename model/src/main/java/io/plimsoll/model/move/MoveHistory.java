package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What was evicted of late, as the recorded plans tell: so it survives restarts, and the next one that acts knows
/// as much as the last.
///
/// @param steps those whose pod may have been evicted, the latest first
/// @param refusedAtMillis when an eviction of a workload's pod was refused last, epoch milliseconds
public record MoveHistory(List<MoveStep> steps, Map<Owner, Long> refusedAtMillis) {

    /// How long after that it is not tried again: what refuses one mostly refuses the next.
    private static final long REFUSED_MILLIS = 1_800_000;

    private static final long DAY_MILLIS = 24 * 3_600_000L;

    public static final MoveHistory NONE = new MoveHistory(List.of());

    public MoveHistory {
        steps = List.copyOf(steps);
        refusedAtMillis = Map.copyOf(refusedAtMillis);
    }

    /// Where nothing was refused.
    public MoveHistory(List<MoveStep> steps) {
        this(steps, Map.of());
    }

    public static MoveHistory of(List<RecordedPlan> plans) {
        var refused = new HashMap<Owner, Long>();
        for (var plan : plans) {
            plan.steps().stream()
                    .filter(step -> step.phase() == MovePhase.REFUSED)
                    .forEach(step -> refused.merge(
                            step.move().workload(), Math.max(plan.madeAtMillis(), step.droppedAtMillis()), Math::max));
        }
        var begun = plans.stream()
                .flatMap(plan -> plan.steps().stream())
                .filter(step -> step.phase().isBegun())
                .sorted(Comparator.comparingLong(MoveStep::evictedAtMillis)
                        .reversed()
                        .thenComparing(step -> step.move().pod()))
                .toList();
        return new MoveHistory(begun, refused);
    }

    /// Until when it is of no use to ask for a pod of the workload; nothing where it may be.
    Optional<Long> refusedUntil(Owner workload, long nowMillis) {
        return Optional.ofNullable(refusedAtMillis.get(workload))
                .map(atMillis -> atMillis + REFUSED_MILLIS)
                .filter(until -> until > nowMillis);
    }

    /// Those that were sent within this long before now.
    List<MoveStep> within(long millis, long nowMillis) {
        return steps.stream()
                .filter(step -> step.evictedAtMillis() > nowMillis - millis)
                .toList();
    }

    /// Until when the workloads are left alone of which pods were moved, epoch milliseconds; it may be over.
    Map<Owner, Long> backoffs(MovePace pace, long nowMillis) {
        return within(pace.memoryMillis(), nowMillis).stream()
                .collect(Collectors.groupingBy(
                        step -> step.move().workload(),
                        Collectors.collectingAndThen(
                                Collectors.toList(),
                                ofOne -> ofOne.getFirst().evictedAtMillis() + pace.backoffMillis(ofOne.size()))));
    }

    /// Why nothing is to be moved for now, in words for people: too many of the latest moves did not do what they
    /// were for.
    ///
    /// Judged are the latest five of which anything was found out, by when that was, within two days. A later
    /// finding takes the place of the one before. All moves that were to empty one node in one window count as
    /// one: they have one finding.
    ///
    /// | the latest five that are known | |
    /// |---|---|
    /// | helped, helped, did not, did not, did no harm | goes on |
    /// | did not help, lost, came back, helped, helped | stops for six hours after the latest of them |
    /// | did not help, did not help, did not help, helped | stops for an hour: as long as limits count |
    /// | the same, found at the hour of the trouble | for an hour, quiet hours for a day: not the next night |
    /// | did not help three times; of 17 others nothing is known | stops: all that is known is bad |
    ///
    /// What came back or was lost did harm, and would again. What merely did not help was often too little:
    /// a node far above the line takes more moves than an hour allows.
    ///
    /// @param isQuiet whether the cluster is off-peak
    Optional<String> stopped(MovePace pace, boolean isQuiet, long nowMillis) {
        record Emptied(String node, long window) {}
        var emptied = new HashSet<Emptied>();
        var judged = steps.stream()
                .filter(step -> step.isBad().isPresent() && step.knownAtMillis() > nowMillis - pace.memoryMillis())
                .sorted(Comparator.comparingLong(MoveStep::knownAtMillis).reversed())
                .filter(step -> !step.move().isToEmptyNode()
                        || step.isHarm()
                        || emptied.add(new Emptied(
                                step.move().from(), step.evictedAtMillis() / Math.max(1, pace.windowMillis()))))
                .limit(pace.judged())
                .toList();
        var bad = judged.stream().filter(step -> step.isBad().orElse(false)).toList();
        if (bad.size() < pace.badMax()) {
            return Optional.empty();
        }
        long stopMillis = bad.stream()
                .mapToLong(step -> stopMillis(step, pace, isQuiet))
                .max()
                .orElse(0);
        long untilMillis = bad.getFirst().knownAtMillis() + stopMillis;
        return untilMillis <= nowMillis
                ? Optional.empty()
                : Optional.of(bad.size() + " of the latest " + judged.size() + " moves did no good; the last: "
                        + why(bad.getFirst()) + "; it goes on by itself in " + minutes(untilMillis - nowMillis)
                        + " min, or once their plans are deleted");
    }

    private static long stopMillis(MoveStep bad, MovePace pace, boolean isQuiet) {
        if (bad.isHarm()) {
            return pace.stopMillis();
        }
        return isQuiet && bad.landing().flatMap(Landing::atHour).isPresent()
                ? DAY_MILLIS
                : Math.min(pace.stopMillis(), pace.windowMillis());
    }

    private static String why(MoveStep step) {
        var words = step.isHarm()
                ? step.message()
                : step.landing()
                        .flatMap(Landing::latest)
                        .map(Landing.Look::words)
                        .orElse(step.message());
        return step.move().pod() + ": " + words;
    }

    static long minutes(long millis) {
        return (millis + 59_999) / 60_000;
    }
}
