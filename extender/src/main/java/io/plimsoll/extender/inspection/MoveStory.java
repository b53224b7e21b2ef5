package io.plimsoll.extender.inspection;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.Watched;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Why one pod was moved, or why it is not, in sentences: by what plans have recorded, and by a plan made now.
///
/// @param planner that plans are made by
record MoveStory(MovePlanner planner, ClusterImage image, Watched watched, long nowMillis) {

    /// The newest record first, and last what would be done now.
    List<String> of(PodImage pod) {
        return Stream.concat(before(pod.key()), Stream.of(now(pod))).toList();
    }

    /// What is recorded of a pod of this name, which may be gone.
    Stream<String> before(PodKey key) {
        return watched.history().steps().stream()
                .filter(step -> step.move().pod().equals(key) || isReplacement(step, key))
                .map(step -> isReplacement(step, key) ? "it came in place of " + told(step) : told(step));
    }

    private static boolean isReplacement(MoveStep step, PodKey key) {
        var pod = step.move().pod();
        return !pod.equals(key)
                && pod.namespace().equals(key.namespace())
                && step.landing()
                        .filter(there -> there.pod().equals(key.name()))
                        .isPresent();
    }

    private static String told(MoveStep step) {
        var move = step.move();
        boolean isAhead = step.phase() == MovePhase.EVICTING;
        return move.pod() + (isAhead ? ", to be evicted from " : ", evicted from ") + move.from() + " at "
                + Instant.ofEpochMilli(step.evictedAtMillis()).truncatedTo(ChronoUnit.SECONDS) + " and expected on "
                + move.to() + ": " + move.because()
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

    private static Optional<String> moved(MovePlan plan, PodImage pod) {
        return plan.moves().stream()
                .filter(move -> move.pod().equals(pod.key()))
                .map(move -> "a plan made now has it moved to " + move.to() + ": " + move.because())
                .findFirst();
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
