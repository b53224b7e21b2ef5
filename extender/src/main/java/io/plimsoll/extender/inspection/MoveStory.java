package io.plimsoll.extender.inspection;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.MoveTargets;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.Watched;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Why one pod was moved, or why it is not, in sentences: by what plans have recorded, by a plan made now, and by what
/// holds for all moves.
///
/// @param planner that plans are made by
record MoveStory(MovePlanner planner, ClusterImage image, Watched watched, Moving moving, long nowMillis) {

    /// A pod of the same name may be planned and left for days.
    private static final int RECORDS_MAX = 10;

    /// The newest record first, then what would be done now, and last what holds for all.
    List<String> of(PodImage pod) {
        return Stream.of(before(pod.key()), Stream.of(now(pod)), moving.remarks().stream())
                .flatMap(told -> told)
                .toList();
    }

    /// Where it would go if it had to.
    MoveTargets targets(PodImage pod) {
        return planner.targets(pod, image, watched, nowMillis);
    }

    /// What is recorded of a pod of this name, which may be gone.
    Stream<String> before(PodKey key) {
        return moving.plans().stream()
                .flatMap(plan -> plan.steps().stream()
                        .filter(step -> step.move().pod().equals(key) || isReplacement(step, key))
                        .map(step -> isReplacement(step, key)
                                ? "it came in place of " + told(plan, step)
                                : told(plan, step)))
                .limit(RECORDS_MAX);
    }

    private static boolean isReplacement(MoveStep step, PodKey key) {
        var pod = step.move().pod();
        return !pod.equals(key)
                && pod.namespace().equals(key.namespace())
                && step.landing()
                        .filter(there -> there.pod().equals(key.name()))
                        .isPresent();
    }

    private static String told(RecordedPlan plan, MoveStep step) {
        return switch (step.phase()) {
            case EVICTING, EVICTED, LANDED, LOST -> begun(plan, step);
            case PLANNED -> planned(plan, step) + "; " + untouched(plan);
            case SKIPPED, REFUSED ->
                planned(plan, step) + "; " + lower(step.phase())
                        + (step.droppedAtMillis() == 0 ? "" : " at " + time(step.droppedAtMillis())) + ": "
                        + step.message();
        };
    }

    private static String planned(RecordedPlan plan, MoveStep step) {
        var move = step.move();
        return plan.name() + " has " + move.pod() + " go from " + move.from() + " to " + move.to() + ": "
                + move.because();
    }

    /// Why a move was not begun of which nothing else is recorded.
    private static String untouched(RecordedPlan plan) {
        return switch (plan.phase()) {
            case PROPOSED ->
                switch (plan.approval()) {
                            case NONE -> "nobody has approved it";
                            case APPROVED -> "it is approved";
                            case REJECTED -> "it was rejected";
                        }
                        + ", and it is not begun; it may be until " + time(plan.expiresAtMillis());
            case RUNNING -> "it is being carried out, and has not come to this move";
            case COMPLETED, STOPPED, EXPIRED ->
                lower(plan.phase()) + " without it" + (plan.message().isEmpty() ? "" : ": " + plan.message());
        };
    }

    private static Instant time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String begun(RecordedPlan plan, MoveStep step) {
        var move = step.move();
        boolean isAhead = step.phase() == MovePhase.EVICTING;
        return move.pod() + (isAhead ? ", to be evicted from " : ", evicted from ") + move.from() + " at "
                + time(step.evictedAtMillis()) + " by " + plan.name() + " and expected on " + move.to() + ": "
                + move.because()
                + (step.message().isEmpty() ? "; " + lower(step.phase()) : "; " + step.message())
                + step.landing().map(MoveStory::looks).orElse("");
    }

    private static String looks(Landing landing) {
        return look("5 minutes later", landing.early())
                + look("30 minutes later", landing.late())
                + look("at the hour of the trouble", landing.atHour());
    }

    private static String look(String when, Optional<Landing.Look> look) {
        return look.map(found -> "; " + when + " " + lower(found.finding()) + ": " + found.words())
                .orElse("");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// By a plan made now. The first that holds.
    private String now(PodImage pod) {
        var plan = planner.plan(image, watched, nowMillis);
        return moved(plan, pod)
                .or(() -> resized(plan, pod))
                .or(() -> kept(plan, pod))
                .orElseGet(() -> "it is not moved: its node is not hurt"
                        + planner.restraint(pod, image, watched, nowMillis)
                                .map(stay -> "; nor would it be if it were: " + stay.words())
                                .orElse(""));
    }

    private Optional<String> moved(MovePlan plan, PodImage pod) {
        return plan.moves().stream()
                .filter(move -> move.pod().equals(pod.key()))
                .map(move -> "a plan made now has it moved to " + move.to() + ": " + move.because() + said(pod))
                .findFirst();
    }

    private String said(PodImage pod) {
        var because = watched.rules().of(pod.workload()).because();
        return because.isEmpty() ? "" : "; " + because;
    }

    private static Optional<String> resized(MovePlan plan, PodImage pod) {
        return plan.resizes().stream()
                .filter(resize -> resize.pod().equals(pod.key()))
                .map(resize -> "it is not moved: a resize is tried first: " + resize.what())
                .findFirst();
    }

    private static Optional<String> kept(MovePlan plan, PodImage pod) {
        return plan.kept().stream()
                .filter(kept -> kept.pod().equals(pod.key()))
                .map(kept ->
                        (isHurt(plan, kept.node()) ? "it is not moved, though its node is hurt: " : "it is not moved: ")
                                + kept.why().words())
                .findFirst();
    }

    private static boolean isHurt(MovePlan plan, String node) {
        return plan.hurt().stream().anyMatch(hurt -> hurt.node().equals(node));
    }
}
