package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.Landing.Finding;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.regime.RegimeKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Looks at what a move has brought: when, and what is found. Belongs to one image.
///
///     ready ─5 min─► look ─30 min─► look ─the hour cannot tell─► look at the hour of the trouble
///
/// What is found at the node that was left is compared with the trouble that the move was planned for ([Aim]):
///
/// | the trouble now | finding |
/// |---|---|
/// | gone | `HELPED` |
/// | there, less by half or more of what was to go with the pod | `HELPED_IN_PART` |
/// | there as before, all CPU in use as it was then, what the pod used by others | `HELPED_IN_PART` |
/// | there as before | `DID_NOT_HELP` |
/// | gone, but at this hour it is anyway | `NO_HARM` |
/// | whatever, where the node that the pod came to is hurt | `DID_NOT_HELP` |
///
/// Where the pod was [Misplaced] instead, it helped if nothing is wrong with where its replacement is. Where its node
/// was to be empty, it is looked at what that has besides [what leaves it so][PodImage#leavesNodeEmpty]:
///
/// | the node that was left | finding |
/// |---|---|
/// | has nothing else, or is gone from the cluster | `HELPED` |
/// | has nothing but pods that its plan is still to move, or that are ending | `UNKNOWN` |
/// | has others, which have come since or never left | `DID_NOT_HELP` |
///
/// **The hour cannot tell** where the trouble is one of the last day, or was there in busy hours and it is
/// off-peak now. Then the last look is taken half an hour after the time of the trouble on the first day on
/// which that is an hour of the same kind: what was hot at noon on Friday is looked at on Monday where weekends
/// are off-peak. It goes by all that was wrong since the move. Where nobody can look then, the next such day
/// will do, for a week.
final class Looks {

    private static final long DAY_MILLIS = 24 * 3_600_000L;
    private static final long AFTER_HOUR_MILLIS = 1_800_000;
    private static final long AT_HOUR_MILLIS = 3_600_000;
    private static final long DAYS_MAX = 7;
    /// Less of a fall is none.
    private static final double FALL_MIN = 0.005;
    /// From this share of a machine's CPU on it has none left to give.
    private static final double ALL_IN_USE = 0.98;

    private final ClusterImage image;
    private final Watched watched;
    private final List<HurtNode> hurt;
    private final Misplaced misplaced;
    private final Placer placer;
    private final long nowMillis;

    /// @param hurt the nodes that are hurt now
    Looks(
            ClusterImage image,
            Watched watched,
            List<HurtNode> hurt,
            Misplaced misplaced,
            Placer placer,
            long nowMillis) {
        this.image = image;
        this.watched = watched;
        this.hurt = hurt;
        this.misplaced = misplaced;
        this.placer = placer;
        this.nowMillis = nowMillis;
    }

    /// Whether it is time for a look at it: that is soon told.
    static boolean isDue(MoveStep step, long nowMillis) {
        return step.phase() == MovePhase.LANDED
                && step.landing()
                        .filter(landing -> landing.isDue(nowMillis) || isAtHour(step, landing, nowMillis))
                        .isPresent();
    }

    private static boolean isAtHour(MoveStep step, Landing landing, long nowMillis) {
        boolean isWaiting = landing.atHour().isEmpty()
                && landing.late().filter(look -> look.finding().isOpen()).isPresent();
        return isWaiting
                && step.move()
                        .aim()
                        .map(aim -> hourMillis(step, aim, nowMillis))
                        .filter(hourMillis -> hourMillis > landing.readyAtMillis()
                                && (nowMillis < hourMillis + AT_HOUR_MILLIS || isTooLate(landing, hourMillis)))
                        .isPresent();
    }

    /// The latest of the days' hours of the trouble of which half an hour has passed.
    private static long hourMillis(MoveStep step, Aim aim, long nowMillis) {
        long troubleMillis = troubleMillis(step, aim);
        long days = Math.floorDiv(nowMillis - AFTER_HOUR_MILLIS - troubleMillis, DAY_MILLIS);
        return troubleMillis + days * DAY_MILLIS;
    }

    private static long troubleMillis(MoveStep step, Aim aim) {
        return aim.atMillis().orElse(step.evictedAtMillis());
    }

    private static boolean isTooLate(Landing landing, long hourMillis) {
        return hourMillis - landing.readyAtMillis() > DAYS_MAX * DAY_MILLIS;
    }

    /// What is known after the look that is due; nothing where none is.
    ///
    /// @param steps all of its plan
    Optional<Landing> due(MoveStep step, List<MoveStep> steps) {
        return step.landing().filter(landing -> isDue(step, nowMillis)).flatMap(landing -> {
            if (landing.isDue(nowMillis)) {
                return Optional.of(landing.with(
                        landing.isOverdue(nowMillis)
                                ? found(Finding.UNKNOWN, "nobody looked in time")
                                : soon(step, landing, steps)));
            }
            return step.move().aim().flatMap(aim -> atHour(step, landing, aim)).map(landing::withAtHour);
        });
    }

    private Landing.Look found(Finding finding, String words) {
        return new Landing.Look(finding, words, nowMillis);
    }

    // Soon after the landing

    private Landing.Look soon(MoveStep step, Landing landing, List<MoveStep> steps) {
        var from = step.move().from();
        if (!watched.isLongEnough(nowMillis)) {
            return found(Finding.UNKNOWN, "nodes were not watched for long enough by then");
        }
        if (!from.equals(landing.node()) && harmedNow(landing.node()).isPresent()) {
            return found(Finding.DID_NOT_HELP, landing.node() + " is hurt");
        }
        if (!step.move().isForRelief()) {
            if (from.equals(landing.node())) {
                return found(Finding.DID_NOT_HELP, "it came back to " + from);
            }
            return step.move().isToEmptyNode()
                    ? emptied(step, steps)
                    : place(new PodKey(step.move().pod().namespace(), landing.pod()), landing.node());
        }
        var aim = step.move().aim();
        return aim.isPresent() ? soon(step, aim.get()) : soon(from);
    }

    /// Of a node that was to be empty.
    private Landing.Look emptied(MoveStep step, List<MoveStep> steps) {
        var from = step.move().from();
        var node = image.node(from);
        if (node.isEmpty()) {
            return found(Finding.HELPED, from + " was emptied, and is gone from the cluster");
        }
        var there =
                node.get().pods().stream().filter(pod -> !pod.leavesNodeEmpty()).toList();
        if (there.isEmpty()) {
            return found(Finding.HELPED, from + " is empty");
        }
        return there.stream()
                .filter(pod -> !isLeaving(pod, steps))
                .min(Comparator.comparingLong((PodImage pod) -> pod.spec().boundAtMillis())
                        .thenComparing(PodImage::key))
                .map(pod -> found(Finding.DID_NOT_HELP, from + " is not empty: " + stayed(pod, step)))
                .orElseGet(() -> found(
                        Finding.UNKNOWN,
                        from + " is not empty yet: " + there.getFirst().key() + " is about to go"));
    }

    private static boolean isLeaving(PodImage pod, List<MoveStep> steps) {
        return pod.spec().terminating()
                || steps.stream()
                        .anyMatch(step -> !step.phase().isFinal()
                                && step.move().uid().equals(pod.spec().uid()));
    }

    private static String stayed(PodImage pod, MoveStep step) {
        return pod.key()
                + (pod.spec().boundAtMillis() < step.evictedAtMillis() ? " never left it" : " has come to it since");
    }

    /// Of a pod that was moved because of where it was.
    private Landing.Look place(PodKey replacement, String node) {
        var there = image.pod(replacement).filter(pod -> pod.spec().nodeName().equals(Optional.of(node)));
        if (there.isEmpty()) {
            return found(Finding.UNKNOWN, replacement + " is not on " + node + " any more");
        }
        if (!misplaced.canTell(there.get())) {
            return found(Finding.UNKNOWN, "whether " + replacement + " should be on " + node + " is not looked at");
        }
        var why = misplaced.why(there.get());
        if (why.isEmpty()) {
            return found(Finding.HELPED, "nothing is wrong with where " + replacement + " is");
        }
        return watched.misplaced().contains(there.get().spec().uid())
                ? found(Finding.DID_NOT_HELP, why.get().words())
                : found(
                        Finding.UNKNOWN,
                        "it may be so for a moment only: " + why.get().words());
    }

    private Landing.Look soon(MoveStep step, Aim aim) {
        var from = step.move().from();
        var there = trouble(from, aim);
        if (there.isPresent() && !isLess(aim, there.get())) {
            return aim.atMillis().isEmpty() && isUsedByOthers(step, aim, there.get())
                    ? found(
                            Finding.HELPED_IN_PART,
                            "all cpu of " + from + " is in use as before: by those that waited for it")
                    : found(
                            Finding.DID_NOT_HELP,
                            from + " is hurt: " + there.get().words());
        }
        if (!isMeasured(from)) {
            return found(Finding.UNKNOWN, from + " is not measured");
        }
        if (isAtAnotherHour(step, aim)) {
            return found(
                    Finding.NO_HARM,
                    "it did no harm; whether it helped is looked at when it is the hour of the trouble again");
        }
        return there.map(trouble -> inPart(from, trouble))
                .orElseGet(() -> found(Finding.HELPED, from + " is hurt no more"));
    }

    /// Where it is not recorded what the move was for.
    private Landing.Look soon(String from) {
        if (harmedNow(from).isPresent()) {
            return found(Finding.DID_NOT_HELP, from + " is hurt");
        }
        if (watched.isQuiet(nowMillis)) {
            return found(Finding.UNKNOWN, "it is off-peak, when nothing is hurt");
        }
        return isMeasured(from)
                ? found(Finding.HELPED, from + " is hurt no more")
                : found(Finding.UNKNOWN, from + " is not measured");
    }

    private boolean isAtAnotherHour(MoveStep step, Aim aim) {
        return aim.atMillis().isPresent()
                || (aim.kind() != Trouble.Kind.CROWDED
                        && watched.isQuiet(nowMillis)
                        && kind(step.evictedAtMillis()) != RegimeKind.OFF_PEAK);
    }

    private RegimeKind kind(long atMillis) {
        return watched.hours().expectedKind(Instant.ofEpochMilli(atMillis));
    }

    // At the hour of the trouble

    private Optional<Landing.Look> atHour(MoveStep step, Landing landing, Aim aim) {
        long hourMillis = hourMillis(step, aim, nowMillis);
        if (isTooLate(landing, hourMillis)) {
            return Optional.of(found(Finding.UNKNOWN, "no hour like that of its trouble was seen within a week"));
        }
        boolean canTell = kind(hourMillis) == kind(troubleMillis(step, aim))
                && watched.isLongEnough(nowMillis)
                && isMeasured(step.move().from());
        return canTell
                ? Optional.of(since(landing.readyAtMillis(), step.move().from(), landing.node(), aim))
                : Optional.empty();
    }

    private Landing.Look since(long readyAtMillis, String from, String to, Aim aim) {
        var harmed = Optional.of(to)
                .filter(node -> !node.equals(from))
                .flatMap(node -> harmedNow(node)
                        .or(() -> hurtsSince(readyAtMillis, node).stream().findFirst()));
        if (harmed.isPresent()) {
            return found(
                    Finding.DID_NOT_HELP,
                    to + " was hurt since: " + String.join("; ", harmed.get().words()));
        }
        var worst = worst(readyAtMillis, from, aim);
        if (worst.isEmpty()) {
            return found(Finding.HELPED, from + " was not hurt like that since, nor at the hour at which it was");
        }
        return isLess(aim, worst.get())
                ? inPart(from, worst.get())
                : found(
                        Finding.DID_NOT_HELP,
                        from + " was hurt since: " + worst.get().words());
    }

    private Optional<Trouble> worst(long sinceMillis, String node, Aim aim) {
        return Stream.concat(hurtNow(node).stream(), hurtsSince(sinceMillis, node).stream())
                .flatMap(one -> one.troubles().stream())
                .filter(aim::isAbout)
                .max(Comparator.comparingDouble(Trouble::excess));
    }

    private List<HurtNode> hurtsSince(long sinceMillis, String node) {
        return watched.peaks().hurts(node).stream()
                .filter(one -> one.atMillis().orElse(nowMillis) >= sinceMillis)
                .toList();
    }

    // What is there

    private Optional<HurtNode> hurtNow(String node) {
        return hurt.stream().filter(one -> one.node().equals(node)).findFirst();
    }

    /// Where a resize waits for room, nobody is slow by what was moved.
    private Optional<HurtNode> harmedNow(String node) {
        return hurtNow(node)
                .filter(one -> one.troubles().stream().anyMatch(trouble -> trouble.kind() != Trouble.Kind.CROWDED));
    }

    private Optional<Trouble> trouble(String node, Aim aim) {
        return hurtNow(node)
                .flatMap(one -> one.troubles().stream().filter(aim::isAbout).findFirst());
    }

    private static boolean isLess(Aim aim, Trouble now) {
        return aim.excess() - now.excess() >= Math.max(FALL_MIN, aim.taken() / 2);
    }

    /// Where all CPU is in use, what a pod leaves is used at once by those that waited for it: they wait less,
    /// which the node's load cannot tell. Pods that came since have waited for nothing.
    private boolean isUsedByOthers(MoveStep step, Aim aim, Trouble trouble) {
        if (!(trouble instanceof Trouble.Hot(var of, double share, double target)) || of != Contention.CPU) {
            return false;
        }
        var node = image.node(image.nodeTable().slot(step.move().from()));
        double allocatable = Math.max(1, node.spec().allocatable().cpuMillis());
        double all = ALL_IN_USE * node.spec().capacity().cpuMillis() / allocatable;
        double before = target + aim.excess();
        double used = share - node.load().unsettledDemand().cpuMillis() / allocatable;
        double byNew = node.pods().stream()
                        .filter(pod -> pod.spec().boundAtMillis() > step.evictedAtMillis())
                        .mapToLong(pod -> pod.usage().orElse(Resources.NONE).cpuMillis())
                        .sum()
                / allocatable;
        double gained = used - byNew - (before - aim.taken());
        return before >= all && used >= all && gained >= aim.taken() / 2;
    }

    private Landing.Look inPart(String node, Trouble left) {
        return found(Finding.HELPED_IN_PART, node + " is hurt less than before: " + left.words());
    }

    private boolean isMeasured(String node) {
        int slot = image.nodeTable().slot(node);
        return slot != NodeTable.ABSENT
                && placer.bearing(image, Shares.NONE, slot, nowMillis).isPresent();
    }
}
