package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.LivePods.Look;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.action.ResizeProgress;
import io.plimsoll.model.action.ResizeProgress.State;
import io.plimsoll.model.action.WorkloadMarks.Pending;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.NeighbourSlack;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.rightsizer.Ladder.Rung;
import io.plimsoll.rightsizer.Ladder.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Carries a change out, from its record to its outcome. Blocks; any thread may run one, each change runs once.
///
/// Goals, in their order: nothing is sent without a record; nothing stays half done; nobody else's change is
/// overwritten; few requests.
///
///     dry run ──no──► abandoned, nothing written
///        │ yes
///     (dry run of the workload's annotations) ──no──► abandoned, nothing written
///        │ yes
///     record ──not written──► abandoned, nothing sent
///        │
///     for each pod: look ──► PATCH with the version looked at ──► look until it is done ──► (first pod: watch it)
///        │            ▲              │ 409: somebody was faster        │ no room: up the ladder,   │ harm
///        │            └──────────────┘                                 ▼ not possible, error       ▼
///     record closed ◄───────────────────────────────── PATCH of the inverse, look until it is done
///
/// Whether a PATCH without an answer took effect is not guessed: the pod's spec tells, and that it will not do so any
/// more the pod's resourceVersion, which has moved on. For the same reason a change that another process left open
/// is [resumed][#resume] from what the pods say, once nothing of it can be on its way any more.
///
/// What is tried where the node has no room is the [Ladder]'s; the pod's message tells it, also of a change
/// that was applied in the end.
final class ResizeTransaction {

    private static final int TRIES_MAX = 5;
    private static final int CANARY_LOOKS = 20;
    /// So many pods may wait for room on their nodes in vain; the others are taken back when they find none.
    private static final int WAITING_MAX = 3;
    /// So many pods are tried whose nodes cannot change them, before all the others are left.
    private static final int STUCK_MAX = 10;
    private static final String NOT_YET = "; not taken back yet: ";

    private final ActionPort port;
    private final LivePods pods;
    private final ChangeJournal journal;
    private final LoopContext context;
    private final TransactionSettings settings;
    private final Ladder ladder;
    private final CpuThrottling throttling;
    private final Budgets budgets;
    private final RecordCloser closer;

    /// One that waits where there is no room, and does nothing about it.
    ResizeTransaction(
            ActionPort port, LivePods pods, ChangeJournal journal, LoopContext context, TransactionSettings settings) {
        this(port, pods, journal, context, settings, Ladder.NONE, CpuThrottling.UNKNOWN, Budgets.NONE);
    }

    /// @param budgets asked before a pod is changed of which the change restarts a container
    ResizeTransaction(
            ActionPort port,
            LivePods pods,
            ChangeJournal journal,
            LoopContext context,
            TransactionSettings settings,
            Ladder ladder,
            CpuThrottling throttling,
            Budgets budgets) {
        this.port = port;
        this.pods = pods;
        this.journal = journal;
        this.context = context;
        this.settings = settings;
        this.ladder = ladder;
        this.throttling = throttling;
        this.budgets = budgets;
        this.closer = new RecordCloser(journal, context, settings.look());
    }

    /// A change that nobody can withdraw.
    ChangeResult run(Change change, Duration canary) throws InterruptedException {
        return run(change, canary, () -> true);
    }

    ChangeResult run(Change change, Duration canary, BooleanSupplier wanted) throws InterruptedException {
        return run(change, canary, new Course(wanted, () -> false));
    }

    /// What has become of what was wanted at the beginning of a change.
    ///
    /// @param wanted asked before each pod that follows
    /// @param hurried whether something waits for the workload that cannot wait: what was begun is ended, without
    /// waiting for room or watching any longer, and no other pod follows
    /// @param isPatient whether a pod may wait for room on its node
    record Course(BooleanSupplier wanted, BooleanSupplier hurried, boolean isPatient) {

        static final Course UNHINDERED = new Course(() -> true, () -> false);

        Course(BooleanSupplier wanted, BooleanSupplier hurried) {
            this(wanted, hurried, true);
        }

        Course patient(boolean isSo) {
            return new Course(wanted, hurried, isSo);
        }

        boolean waits() {
            return isPatient && !hurried.getAsBoolean();
        }

        boolean goesOn() {
            return wanted.getAsBoolean() && !hurried.getAsBoolean();
        }
    }

    /// @param canary how long the first pod is watched before the others follow
    ChangeResult run(Change change, Duration canary, Course course) throws InterruptedException {
        try {
            return tried(change, canary, course);
        } finally {
            change.pods().forEach(pod -> budgets.back(pod.pod()));
        }
    }

    private ChangeResult tried(Change change, Duration canary, Course course) throws InterruptedException {
        var refusal = port.dryRun(
                        forward(change.pods().getFirst(), change.undoes().isPresent()))
                .refusal();
        if (refusal.isPresent()) {
            return ChangeResult.of("", change, ChangePhase.ABANDONED, "refused in a dry run: " + refusal.get());
        }
        var first = change.pods().getFirst();
        var held = heldByBudget(first);
        budgets.back(first.pod());
        if (held.isPresent()) {
            return ChangeResult.of("", change, ChangePhase.ABANDONED, held.get());
        }
        return switch (port.marks().pending(change.workload(), change.marks())) {
            case Pending.Unknown(var outcome) ->
                ChangeResult.of(
                        "",
                        change,
                        ChangePhase.ABANDONED,
                        "the workload's annotations could not be read: "
                                + outcome.refusal().orElse(""));
            case Pending.Known(var marks) -> recorded(change.with(marks), canary, course);
        };
    }

    /// A change without the annotations that its policy wants would be a change that nobody is told of.
    private ChangeResult recorded(Change change, Duration canary, Course course) throws InterruptedException {
        var refusal = port.marks().dryRun(change.workload(), change.marks()).refusal();
        if (refusal.isPresent()) {
            return ChangeResult.of(
                    "",
                    change,
                    ChangePhase.ABANDONED,
                    "the workload's annotations may not be set, refused in a dry run: " + refusal.get());
        }
        return switch (journal.intend(change)) {
            case Entry.NotWritten(var message) -> unwritten(change, message);
            case Entry.Forbidden(var message) -> unwritten(change, message);
            case Entry.Unclear unclear -> closer.unclear(change, unclear, "nothing was sent");
            case Entry.Written written ->
                closer.closed(new ChangeResult(written.name(), applied(written, canary, course)));
        };
    }

    /// Nothing where all went well; else what is to be said beside the pod's outcome. The pods have what they were to
    /// have: a mark that is missing is no reason to take that back.
    private Optional<String> marked(Owner workload, List<Mark> marks) throws InterruptedException {
        var refusal = Optional.<String>empty();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            refusal = port.marks().put(workload, marks).refusal();
            if (refusal.isEmpty()) {
                return refusal;
            }
            context.pauses().pause(settings.look());
        }
        return refusal.map(words -> "the workload's annotations could not be set: " + words);
    }

    private PodResult withMarks(Change change, PodResult result) throws InterruptedException {
        if (result.phase() != ChangePhase.APPLIED || change.marks().isEmpty()) {
            return result;
        }
        return marked(change.workload(), change.marks()).map(result::saying).orElse(result);
    }

    /// Of a change of which nothing has come in the end: whoever was at it may have set its marks before its pods were
    /// replaced, and no undo of it will take them off.
    private List<PodResult> withoutMarks(Change change, List<PodResult> results) throws InterruptedException {
        if (change.marks().isEmpty()
                || change.undoes().isPresent()
                || !results.stream().allMatch(this::isNothingLeftOf)) {
            return results;
        }
        var inverse = change.marks().stream().map(Mark::inverse).toList();
        return marked(change.workload(), inverse)
                .map(words ->
                        results.stream().map(result -> result.saying(words)).toList())
                .orElse(results);
    }

    /// A pod that asks for anything else may have been given that by a change that found the mark there.
    private boolean isNothingLeftOf(PodResult result) {
        boolean hasComeToNothing = result.phase().isFinal() && result.phase() != ChangePhase.APPLIED;
        return hasComeToNothing
                && switch (look(result.change())) {
                    case Look.Gone _ -> true;
                    case Look.Unanswered _ -> false;
                    case Look.Found(var pod) ->
                        ResizeProgress.asksFor(pod, result.change().before());
                };
    }

    private static ChangeResult unwritten(Change change, String message) {
        return ChangeResult.of(
                "", change, ChangePhase.ABANDONED, "no record of it could be written, so nothing was sent: " + message);
    }

    /// The change of one pod as it is sent. One that was read from a record knows its containers by their
    /// names: the pod tells which of them are sidecars.
    private Action.Resize forward(PodChange change, boolean isRead) {
        return isRead && look(change) instanceof Look.Found(var pod)
                ? new Action.Resize(change.pod(), change.uid(), Optional.empty(), pod.toldApart(change.after()))
                : change.forward();
    }

    /// Ends a change that was begun and left: what was sent is seen through, what was not is left. Looks only when
    /// what was sent last has come, if it ever does.
    ChangeResult resume(Entry.Written entry) throws InterruptedException {
        context.pauses().pause(settings.lateMax());
        var results = new ArrayList<PodResult>();
        boolean isMarked = false;
        for (var pod : entry.change().pods()) {
            var result = resumed(pod, entry.known(pod));
            results.add(isMarked ? result : withMarks(entry.change(), result));
            isMarked |= result.phase() == ChangePhase.APPLIED;
        }
        return closer.closed(new ChangeResult(entry.name(), withoutMarks(entry.change(), results)));
    }

    /// What is known already is so, and harm that was seen is not forgotten.
    private PodResult resumed(PodChange pod, Optional<PodResult> known) throws InterruptedException {
        var phase = known.map(PodResult::phase).orElse(ChangePhase.INTENDED);
        return switch (phase) {
            case INTENDED -> seenThrough(pod);
            case REVERTING -> {
                var harm = known.map(PodResult::message).orElse("").split(NOT_YET, 2)[0];
                yield reverted(pod, harm).harmed();
            }
            case APPLIED, REVERTED, ABANDONED, FAILED, UNDONE -> known.orElseThrow();
        };
    }

    /// The first pod that can be changed goes ahead; when it comes to harm, it is taken back and the others are
    /// left. One that its node cannot change says nothing of those on other nodes. What makes room for a pod is
    /// changed on its node alone, and is of no use in part.
    private List<PodResult> applied(Entry.Written entry, Duration canary, Course course) throws InterruptedException {
        var change = entry.change();
        int stuckMax = change.code().equals(NeighbourSlack.MAKES_ROOM) ? 1 : STUCK_MAX;
        var results = new ArrayList<PodResult>();
        var ahead = ChangePhase.ABANDONED;
        int stuck = 0;
        var held = Optional.<String>empty();
        for (var pod : change.pods()) {
            boolean isNext = ahead == ChangePhase.APPLIED || ahead == ChangePhase.ABANDONED;
            held = isNext && held.isEmpty() ? stillHeldByBudget(pod, course) : held;
            if (held.isPresent()) {
                results.add(abandoned(pod, held.get()));
                continue;
            }
            if (!results.isEmpty() && isNext && !course.goesOn()) {
                budgets.back(pod.pod());
                results.add(abandoned(pod, left(course)));
                continue;
            }
            var patience = course.patient(stuck < WAITING_MAX);
            switch (ahead) {
                case ABANDONED -> {
                    var first = withMarks(change, takenBack(entry, results, applied(pod, canary, patience)));
                    stuck += first.isStuck() ? 1 : 0;
                    ahead = first.isStuck() && stuck < stuckMax ? ChangePhase.ABANDONED : first.phase();
                    results.add(first);
                }
                case APPLIED -> {
                    var next = takenBack(entry, results, apply(pod, patience));
                    stuck += next.isStuck() ? 1 : 0;
                    ahead = stuck >= stuckMax || isDown(pod, next) ? next.phase() : ahead;
                    results.add(next);
                }
                case INTENDED, REVERTING, REVERTED, FAILED, UNDONE ->
                    results.add(abandoned(
                            pod,
                            stuck >= stuckMax
                                    ? "left, since the nodes of others could not change them"
                                    : "left, since an earlier pod's change did not end well"));
            }
            budgets.back(pod.pod());
        }
        return results;
    }

    /// Why the pod must not be changed now, if it would be away for that; else it is let go.
    private Optional<String> heldByBudget(PodChange change) {
        if (!budgets.mayGuard(change.pod())) {
            return Optional.empty();
        }
        return switch (look(change)) {
            case Look.Gone gone -> Optional.empty();
            case Look.Unanswered(var message) ->
                Optional.of("it is not known whether the change restarts a container: " + message);
            case Look.Found(var pod) ->
                pod.ready() && isRestartedBy(pod, change.after())
                        ? budgets.letGo(change.pod()).map(why -> "the change restarts a container, and " + why)
                        : Optional.empty();
        };
    }

    /// The one before it may be counted as away for a moment after it was ready again.
    private Optional<String> stillHeldByBudget(PodChange change, Course course) throws InterruptedException {
        long start = context.nanoTime().getAsLong();
        var held = heldByBudget(change);
        while (held.isPresent()
                && course.waits()
                && course.wanted().getAsBoolean()
                && context.nanoTime().getAsLong() - start
                        < settings.deferredMax().toNanos()) {
            context.pauses().pause(settings.look());
            held = heldByBudget(change);
        }
        return held;
    }

    /// What did harm is taken back. That it is to be stands in the record first: whoever finds it open would take a
    /// pod that has what was wanted for well.
    ///
    /// @param before of the pods before it
    private PodResult takenBack(Entry.Written entry, List<PodResult> before, PodResult result)
            throws InterruptedException {
        if (result.phase() != ChangePhase.REVERTING) {
            return result;
        }
        var known = new ArrayList<>(before);
        known.add(result);
        entry.change().pods().stream()
                .skip(known.size())
                .map(pod -> unknown(pod, ""))
                .forEach(known::add);
        var ignored = journal.close(entry.name(), new ChangeResult(entry.name(), known));
        return reverted(result.change(), result.message()).harmed();
    }

    private static String left(Course course) {
        return course.hurried().getAsBoolean()
                ? "left, since a raise after a kill for memory goes first"
                : "left, since nobody wants it changed any more";
    }

    /// One that found no room says nothing of the others; one that is away after it was taken back does.
    private boolean isDown(PodChange change, PodResult result) {
        return result.phase() != ChangePhase.APPLIED
                && result.phase() != ChangePhase.ABANDONED
                && look(change) instanceof Look.Found(var pod)
                && !pod.ready();
    }

    private PodResult applied(PodChange change, Duration canary, Course course) throws InterruptedException {
        return switch (look(change)) {
            case Look.Gone(var message) -> abandoned(change, message);
            case Look.Unanswered(var message) -> abandoned(change, message);
            case Look.Found(var pod) -> {
                var before = new Before(pod, canary.isZero() ? Map.of() : held(change));
                var result = apply(change, course);
                var harm = result.phase() == ChangePhase.APPLIED
                        ? harm(change, before, canary, course)
                        : Optional.<String>empty();
                yield harm.isPresent() ? unknown(change, harm.get()).harmed() : result;
            }
        };
    }

    /// @param held as [CpuThrottling#shares] has it, of containers whose CPU limit is lowered
    private record Before(LivePod pod, Map<String, Double> held) {}

    /// Nothing but a lower limit holds a container more often.
    private Map<String, Double> held(PodChange change) {
        return Harm.isCpuLimitLowered(change) ? throttling.shares(change.pod()) : Map.of();
    }

    /// Looks at a pod that was changed for a while: what happens to it now may be of the change.
    private Optional<String> harm(PodChange change, Before before, Duration canary, Course course)
            throws InterruptedException {
        long start = context.nanoTime().getAsLong();
        var pause = max(settings.look(), canary.dividedBy(CANARY_LOOKS));
        while (context.nanoTime().getAsLong() - start < canary.toNanos()
                && !course.hurried().getAsBoolean()) {
            pause(pause, course);
            if (look(change) instanceof Look.Found(var now)) {
                var harm = Harm.of(change, before.pod(), now)
                        .or(() -> before.held().isEmpty()
                                ? Optional.empty()
                                : Harm.ofThrottling(change, before.held(), held(change)));
                if (harm.isPresent()) {
                    return harm;
                }
            }
        }
        return Optional.empty();
    }

    /// Ends early when something cannot wait.
    private void pause(Duration pause, Course course) throws InterruptedException {
        var left = pause;
        while (left.isPositive() && !course.hurried().getAsBoolean()) {
            var step = left.compareTo(settings.look()) < 0 ? left : settings.look();
            context.pauses().pause(step);
            left = left.minus(step);
        }
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    // One pod

    private PodResult apply(PodChange change, Course course) throws InterruptedException {
        return switch (set(change, change.before(), change.after(), course)) {
            case Sent.Taken(var generation, var isRestarted) -> {
                var result = watched(change, generation, course);
                yield isRestarted && result.phase() == ChangePhase.APPLIED ? readyAgain(change, result) : result;
            }
            case Sent.Left(var message) -> abandoned(change, message);
            case Sent.Refused(var message) -> abandoned(change, message);
            case Sent.Vain(var message) -> abandoned(change, message);
            case Sent.Unknown(var message) -> unknown(change, message);
        };
    }

    /// A container that a resize restarts is away for a while: so the next pod waits until this one is back, and never
    /// are two away for it.
    private PodResult readyAgain(PodChange change, PodResult applied) throws InterruptedException {
        long start = context.nanoTime().getAsLong();
        while (!isBack(change)) {
            if (context.nanoTime().getAsLong() - start >= settings.applyMax().toNanos()) {
                return unknown(change, "it was restarted for the change and did not become ready again in time")
                        .harmed();
            }
            context.pauses().pause(settings.look());
        }
        return applied;
    }

    private boolean isBack(PodChange change) {
        return switch (look(change)) {
            case Look.Found(var pod) -> pod.ready() && pod.containers().stream().allMatch(LiveContainer::running);
            case Look.Gone gone -> true;
            case Look.Unanswered unanswered -> false;
        };
    }

    private PodResult seenThrough(PodChange change) throws InterruptedException {
        return switch (look(change)) {
            case Look.Gone(var message) -> abandoned(change, message);
            case Look.Unanswered(var message) -> unknown(change, message);
            case Look.Found(var pod)
            when ResizeProgress.asksFor(pod, change.after()) -> watched(change, pod.generation(), Course.UNHINDERED);
            case Look.Found(var pod)
            when ResizeProgress.asksFor(pod, change.before()) ->
                abandoned(change, "the pod asks for what it did before: it was never sent, or taken back");
            case Look.Found(var pod) -> abandoned(change, "the pod asks for something else by now");
        };
    }

    /// Waits for the kubelet; takes the change back when it does not come to an end.
    private PodResult watched(PodChange change, long generation, Course course) throws InterruptedException {
        var end = settled(change, generation, course);
        return switch (end.progress().state()) {
            case DONE -> new PodResult(change, ChangePhase.APPLIED, end.words());
            case SUPERSEDED -> abandoned(change, end.words());
            case DEFERRED, INFEASIBLE -> reverted(change, end.words()).stuck();
            case UNSEEN, IN_PROGRESS, ERROR -> reverted(change, end.words());
        };
    }

    private PodResult reverted(PodChange change, String words) throws InterruptedException {
        return switch (set(change, change.after(), change.before(), Course.UNHINDERED)) {
            case Sent.Taken(var generation, var isRestarted) -> {
                var back = settled(change.inverse(), generation, Course.UNHINDERED);
                yield switch (back.progress().state()) {
                    case DONE -> new PodResult(change, ChangePhase.REVERTED, words);
                    case SUPERSEDED -> abandoned(change, words + "; " + back.words());
                    case UNSEEN, IN_PROGRESS, DEFERRED, INFEASIBLE, ERROR ->
                        new PodResult(
                                change, ChangePhase.FAILED, words + "; taking it back did not end: " + back.words());
                };
            }
            case Sent.Left(var message) -> abandoned(change, words + "; " + message);
            case Sent.Refused(var message) ->
                new PodResult(change, ChangePhase.FAILED, words + "; and it could not be taken back: " + message);
            case Sent.Vain(var message) -> unknown(change, words + NOT_YET + message);
            case Sent.Unknown(var message) -> unknown(change, words + NOT_YET + message);
        };
    }

    /// How a resize has ended, in words for people, with what was tried for it on the way.
    private record End(ResizeProgress progress, String words) {}

    /// Looks until a resize has come to an end. One that finds no room on its node goes up the ladder, and is
    /// waited for after each step that may help. After the first it is in any case: pods end, and others are
    /// resized.
    private End settled(PodChange change, long generation, Course course) throws InterruptedException {
        var progress = await(change, generation, Duration.ZERO, course);
        var words = new ArrayList<String>();
        words.add(words(progress));
        for (var rung : Rung.values()) {
            if (progress.state() == State.DEFERRED && course.waits()) {
                var step = ladder.climb(rung, change, course::waits);
                words.add(step.words());
                if (rung == Rung.LOWER_NEIGHBOURS || step instanceof Step.Taken) {
                    progress = await(change, generation, settings.deferredMax(), course);
                    words.add(progress.state() == State.DEFERRED ? "" : words(progress));
                }
            }
        }
        return new End(
                progress,
                words.stream().filter(word -> !word.isEmpty()).distinct().collect(Collectors.joining("; ")));
    }

    private static String words(ResizeProgress progress) {
        var said = progress.message().isEmpty() ? "" : ": " + progress.message();
        return switch (progress.state()) {
            case UNSEEN -> "the kubelet did not look at it in time" + said;
            case IN_PROGRESS -> "the kubelet did not finish in time" + said;
            case DEFERRED -> "no room on the node" + said;
            case INFEASIBLE -> "not possible on the node" + said;
            case ERROR -> "the kubelet failed" + said;
            case SUPERSEDED -> progress.message();
            case DONE -> "";
        };
    }

    private Look look(PodChange change) {
        return pods.look(change.pod(), change.uid());
    }

    private static PodResult abandoned(PodChange change, String message) {
        return new PodResult(change, ChangePhase.ABANDONED, message);
    }

    /// Its record stays open.
    private static PodResult unknown(PodChange change, String message) {
        return new PodResult(change, ChangePhase.INTENDED, message);
    }

    // Sending

    private sealed interface Sent {

        /// @param generation of the pod's spec with it in place, or a later one
        /// @param isRestarted whether it takes a container away that was ready before
        record Taken(long generation, boolean isRestarted) implements Sent {}

        /// The pod is not there any more, or somebody else's by now.
        record Left(String message) implements Sent {}

        /// The API server said no; the pod is as it was.
        record Refused(String message) implements Sent {}

        /// No try came to anything; the pod is as it was.
        record Vain(String message) implements Sent {}

        /// It was sent, and the pod was not to be seen since, or what was sent may take effect yet.
        record Unknown(String message) implements Sent {}
    }

    /// Brings the pod's spec from one state to the other, if it is in the former. Looks once more after the
    /// last try: whatever was answered to it, only the pod tells; and its resourceVersion, whether it may come yet.
    private Sent set(PodChange change, List<ContainerSpec> from, List<ContainerSpec> to, Course course)
            throws InterruptedException {
        var said = "";
        boolean isRestarted = false;
        var inDoubt = ""; // the version named by what was sent last and is not seen: it takes effect on no other
        for (int tries = 0; tries <= TRIES_MAX; tries++) {
            var pause = tries == 0 ? Duration.ofMillis(50) : settings.look();
            switch (look(change)) {
                case Look.Gone(var message) -> {
                    return new Sent.Left(message);
                }
                case Look.Unanswered(var message) -> said = message;
                case Look.Found(var pod) -> {
                    var end = ended(pod, from, to, isRestarted);
                    if (end.isPresent()) {
                        return end.get();
                    }
                    isRestarted = pod.ready() && isRestartedBy(pod, to);
                    inDoubt = pod.resourceVersion().equals(inDoubt) ? inDoubt : "";
                    if (tries == TRIES_MAX) {
                        break;
                    }
                    switch (port.carryOut(resize(pod, to))) {
                        case Outcome.Done() -> {
                            said = "taken, but not to be seen";
                            inDoubt = pod.resourceVersion();
                        }
                        case Outcome.Failed(var message) -> {
                            said = message;
                            inDoubt = pod.resourceVersion();
                        }
                        case Outcome.Refused refused
                        when isPassing(refused.reason()) -> {
                            said = refused.message();
                            pause = refused.retryAfter().map(this::bounded).orElse(pause);
                        }
                        case Outcome.Refused refused -> {
                            var message = refused.message();
                            return inDoubt.isEmpty() ? new Sent.Refused(message) : new Sent.Unknown(message);
                        }
                    }
                }
            }
            var least = min(pause, settings.look());
            context.pauses().pause(least);
            pause(pause.minus(least), course);
        }
        return inDoubt.isEmpty() ? new Sent.Vain(said) : new Sent.Unknown(said);
    }

    /// What an API server asks to wait, so far as a pod may be kept waiting.
    private Duration bounded(Duration asked) {
        return min(asked, settings.lateMax());
    }

    private static boolean isRestartedBy(LivePod pod, List<ContainerSpec> changed) {
        return changed.stream()
                .anyMatch(container -> pod.container(container.name())
                        .filter(found -> found.isRestartedBy(container))
                        .isPresent());
    }

    private static Optional<Sent> ended(
            LivePod pod, List<ContainerSpec> from, List<ContainerSpec> to, boolean isRestarted) {
        if (ResizeProgress.asksFor(pod, to)) {
            return Optional.of(new Sent.Taken(pod.generation(), isRestarted));
        }
        if (pod.terminating()) {
            return Optional.of(new Sent.Left("the pod is being deleted"));
        }
        return ResizeProgress.asksFor(pod, from)
                ? Optional.empty()
                : Optional.of(new Sent.Left("the pod asks for something else by now"));
    }

    private static Action.Resize resize(LivePod pod, List<ContainerSpec> to) {
        return new Action.Resize(pod.key(), pod.uid(), Optional.of(pod.resourceVersion()), pod.toldApart(to));
    }

    private static boolean isPassing(Refusal reason) {
        return switch (reason) {
            case CONFLICT, OVERLOAD -> true;
            case BUDGET, GONE, FORBIDDEN, ADMISSION, INVALID, SEVERAL_BUDGETS, UNSUPPORTED -> false;
        };
    }

    // Watching

    /// Looks until the resize has come to an end, or has been in one state for longer than that state may
    /// last, or has gone from one to the other for as long as all of them may last.
    ///
    /// @param deferredMax how long it may wait for room
    private ResizeProgress await(PodChange change, long generation, Duration deferredMax, Course course)
            throws InterruptedException {
        long start = context.nanoTime().getAsLong();
        long since = start;
        var last = new ResizeProgress(State.UNSEEN, "");
        while (true) {
            var progress = progress(change, generation).orElse(last);
            long now = context.nanoTime().getAsLong();
            if (progress.state() != last.state()) {
                since = now;
                last = progress;
            }
            if (isEnd(progress.state())
                    || (progress.state() == State.DEFERRED && course.hurried().getAsBoolean())
                    || now - since >= patience(progress.state(), deferredMax).toNanos()
                    || now - start >= settings.total().toNanos()) {
                return progress;
            }
            context.pauses().pause(settings.look());
        }
    }

    private Optional<ResizeProgress> progress(PodChange change, long generation) {
        return switch (look(change)) {
            case Look.Unanswered unanswered -> Optional.empty();
            case Look.Gone(var message) -> Optional.of(new ResizeProgress(State.SUPERSEDED, message));
            case Look.Found(var pod) -> Optional.of(ResizeProgress.of(pod, change.after(), generation));
        };
    }

    private static boolean isEnd(State state) {
        return switch (state) {
            case DONE, INFEASIBLE, SUPERSEDED -> true;
            case UNSEEN, IN_PROGRESS, DEFERRED, ERROR -> false;
        };
    }

    private Duration patience(State state, Duration deferredMax) {
        return switch (state) {
            case DEFERRED -> deferredMax;
            case ERROR -> settings.errorMax();
            case UNSEEN, IN_PROGRESS -> settings.applyMax();
            case DONE, INFEASIBLE, SUPERSEDED -> Duration.ZERO;
        };
    }
}
