package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What was evicted of late, as the recorded plans tell: so it survives restarts, and the next one that acts knows
/// as much as the last.
///
/// @param steps those whose pod may have been evicted, the latest first
public record MoveHistory(List<MoveStep> steps) {

    public static final MoveHistory NONE = new MoveHistory(List.of());

    public MoveHistory {
        steps = List.copyOf(steps);
    }

    public static MoveHistory of(List<RecordedPlan> plans) {
        return new MoveHistory(plans.stream()
                .flatMap(plan -> plan.steps().stream())
                .filter(step -> step.phase().isBegun())
                .sorted(Comparator.comparingLong(MoveStep::evictedAtMillis)
                        .reversed()
                        .thenComparing(step -> step.move().pod()))
                .toList());
    }

    /// Those that were sent within this long before now.
    List<MoveStep> within(long millis, long nowMillis) {
        return steps.stream()
                .filter(step -> step.evictedAtMillis() > nowMillis - millis)
                .toList();
    }

    /// When a pod of the workload may be moved again; nothing where it may be now.
    Optional<Long> notBefore(Owner workload, MovePace pace, long nowMillis) {
        var ofWorkload = within(pace.memoryMillis(), nowMillis).stream()
                .filter(step -> step.move().workload().equals(workload))
                .toList();
        return ofWorkload.isEmpty()
                ? Optional.empty()
                : Optional.of(ofWorkload.getFirst().evictedAtMillis() + pace.backoffMillis(ofWorkload.size()))
                        .filter(until -> until > nowMillis);
    }

    /// Why nothing is to be moved for now, in words for people: too many of the latest moves did not do what they
    /// were for.
    ///
    /// | the latest five that are known to have helped or not | |
    /// |---|---|
    /// | helped, helped, did not, did not, helped | goes on |
    /// | did not help, lost, came back, helped, helped | stops for six hours after the latest of them |
    public Optional<String> stopped(MovePace pace, long nowMillis) {
        var judged = within(pace.memoryMillis(), nowMillis).stream()
                .filter(step -> step.isBad().isPresent())
                .limit(pace.judged())
                .toList();
        var bad = judged.stream().filter(step -> step.isBad().orElse(false)).toList();
        if (bad.size() < pace.badMax()) {
            return Optional.empty();
        }
        long untilMillis = bad.getFirst().evictedAtMillis() + pace.stopMillis();
        return untilMillis <= nowMillis
                ? Optional.empty()
                : Optional.of(bad.size() + " of the latest " + judged.size() + " moves did no good; the last: "
                        + why(bad.getFirst()) + "; it goes on by itself in " + minutes(untilMillis - nowMillis)
                        + " min, or once their plans are deleted");
    }

    private static String why(MoveStep step) {
        var words = step.phase() == MovePhase.LOST || step.cameBack()
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
