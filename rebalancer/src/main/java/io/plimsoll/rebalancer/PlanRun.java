package io.plimsoll.rebalancer;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.EvictedPod;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.ReasonCode;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveHistory;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.Stay;
import io.plimsoll.model.move.StayReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out one plan, one move after the other. Blocks; one thread at a time.
///
///     still right? ──no──► skipped
///        │ yes
///     dry run of the eviction ──no──► refused, in the API server's words
///        │ yes
///     written down ──► dry run again ──► eviction, with uid and resourceVersion ──no──► refused
///        │
///     the replacement ──► ready: landed │ not in time: lost, and the plan stops
///
/// Goals, in their order: no eviction without a record; none that is not right by the newest picture; never two on
/// their way; whoever finds a plan half done can finish it. So each step is written down before the next, and what
/// cannot be written down is not done.
final class PlanRun {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRun.class);
    private static final String NOT_EVICTED = "the pod is there still: it was not evicted";
    private static final int TRIES_MAX = 5;
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    /// Times of binding are told in whole seconds, by another clock.
    private static final long CLOCKS_APART_MILLIS = 2_000;

    private final RebalancerPorts ports;
    private final MovePlanner planner;
    private final RebalancerSettings settings;

    PlanRun(RebalancerPorts ports, MovePlanner planner, RebalancerSettings settings) {
        this.ports = ports;
        this.planner = planner;
        this.settings = settings;
    }

    /// Goes on with a plan from where its record says that it is: to its end, to where it cannot be told for
    /// now whether the next move is right, or past one move, so that what the others have brought is looked
    /// at in time.
    ///
    /// @param earlier what other plans have moved
    /// @throws PlanJournal.JournalUnavailable when a step could not be written down: nothing further was done, and
    ///     the record tells the next one where to go on
    RecordedPlan carryOut(RecordedPlan plan, List<RecordedPlan> earlier) throws InterruptedException {
        var now = plan.phase() == PlanPhase.RUNNING ? plan : ports.journal().write(plan.at(PlanPhase.RUNNING, ""));
        for (int i = 0; i < now.steps().size(); i++) {
            var before = now;
            now = stepped(now, i, earlier);
            if (now.steps().get(i).phase() == MovePhase.PLANNED || isEnough(before, now, i)) {
                return now;
            }
            if (now.steps().get(i).phase() == MovePhase.LOST) {
                return stopped(
                        now,
                        now.steps().get(i).move().pod() + ": "
                                + now.steps().get(i).message());
            }
        }
        return ended(now.at(PlanPhase.COMPLETED, ""));
    }

    /// Whether a pod was moved by this step, and another is to be.
    private static boolean isEnough(RecordedPlan before, RecordedPlan after, int i) {
        return !before.steps().get(i).phase().isFinal()
                && after.steps().get(i).phase() == MovePhase.LANDED
                && after.steps().stream().anyMatch(step -> step.phase() == MovePhase.PLANNED);
    }

    private RecordedPlan stepped(RecordedPlan plan, int i, List<RecordedPlan> earlier) throws InterruptedException {
        var step = plan.steps().get(i);
        return switch (step.phase()) {
            case PLANNED -> begun(plan, i, earlier);
            case EVICTING -> {
                // Whether the eviction was sent, the pod tells, once it cannot be on its way any more.
                pause(settings.lateMax());
                yield isThere(step.move()) ? refused(plan, i, NOT_EVICTED) : awaited(plan, i, Set.of());
            }
            case EVICTED -> awaited(plan, i, Set.of());
            case LANDED, LOST, SKIPPED, REFUSED -> plan;
        };
    }

    /// By the API server's own word: the picture may be older than the eviction.
    private boolean isThere(Move move) {
        return ports.pods().look(move.pod(), move.uid()) instanceof LivePods.Look.Found(var pod) && !pod.terminating();
    }

    private RecordedPlan stopped(RecordedPlan plan, String why) {
        var steps = plan.steps().stream()
                .map(step -> step.phase() == MovePhase.PLANNED
                        ? step.dropped(MovePhase.SKIPPED, "the plan was stopped before", nowMillis())
                        : step)
                .toList();
        var stopped = ended(plan.with(steps).at(PlanPhase.STOPPED, why));
        stopped.changedSince(plan).forEach(step -> {
            ports.teller().stepped(stopped, step);
            ports.teller().skipped(step.move(), SkipReason.PLAN_STOPPED);
        });
        return stopped;
    }

    private RecordedPlan ended(RecordedPlan plan) {
        var written = ports.journal().write(plan);
        ports.teller().ended(written);
        return written;
    }

    private RecordedPlan written(RecordedPlan plan, int i, MoveStep step) {
        var steps = new ArrayList<>(plan.steps());
        steps.set(i, step);
        var written = ports.journal().write(plan.with(steps));
        LOG.info("Move of {}: {}", step.move().pod(), described(step));
        ports.teller().stepped(written, step);
        return written;
    }

    /// Why a move is not made.
    ///
    /// @param words for people
    record Skip(ReasonCode reason, String words) {}

    private RecordedPlan skipped(RecordedPlan plan, int i, Skip skip) {
        var step = plan.steps().get(i);
        var written = written(plan, i, step.dropped(MovePhase.SKIPPED, skip.words(), nowMillis()));
        ports.teller().skipped(step.move(), skip.reason());
        return written;
    }

    private RecordedPlan refused(RecordedPlan plan, int i, String words) {
        return written(plan, i, plan.steps().get(i).dropped(MovePhase.REFUSED, words, nowMillis()));
    }

    private static String described(MoveStep step) {
        return step.message().isEmpty() ? step.phase().toString() : step.phase() + ": " + step.message();
    }

    // Before the eviction

    private RecordedPlan begun(RecordedPlan plan, int i, List<RecordedPlan> earlier) throws InterruptedException {
        var step = plan.steps().get(i);
        var over = over(plan, step.move());
        if (over.isPresent()) {
            return skipped(plan, i, over.get());
        }
        if (unsure().isPresent()) {
            return plan;
        }
        var known = ports.watched()
                .get()
                .with(MoveHistory.of(
                        Stream.concat(Stream.of(plan), earlier.stream()).toList()));
        long nowMillis = nowMillis();
        var objection = planner.objection(step.move(), toBeMade(plan), image(), known, nowMillis);
        if (objection.isPresent()) {
            boolean isTooEarly = objection.get().reason() == StayReason.NOT_HURT && !known.isLongEnough(nowMillis);
            var stay = objection.get();
            return isTooEarly ? plan : skipped(plan, i, new Skip(stay.reason(), stay.words()));
        }
        return switch (askedOfItsNode(plan, step.move())) {
            case Asked.NotNow() -> plan;
            case Asked.Wrong(var skip) -> skipped(plan, i, skip);
            case Asked.No(var words) -> refused(plan, i, words);
            case Asked.Yes(var evict) -> announced(plan, i);
        };
    }

    private List<Move> toBeMade(RecordedPlan plan) {
        return plan.steps().stream()
                .filter(step -> step.phase() == MovePhase.PLANNED)
                .map(MoveStep::move)
                .filter(move -> over(plan, move).isEmpty())
                .toList();
    }

    /// Half an emptying is of no use: it goes on.
    private static boolean isHalfEmptied(RecordedPlan plan, Move move) {
        return move.isToEmptyNode()
                && plan.steps().stream()
                        .anyMatch(step ->
                                step.phase().isBegun() && step.move().from().equals(move.from()));
    }

    /// Why a move of the plan is not begun any more.
    private Optional<Skip> over(RecordedPlan plan, Move move) {
        return withdrawn(plan, move)
                .or(() -> isTimeFor(plan)
                        ? Optional.empty()
                        : Optional.of(new Skip(SkipReason.HOURS_OVER, "off-peak is over")))
                .or(() -> nowMillis() > plan.expiresAtMillis() && !isHalfEmptied(plan, move)
                        ? Optional.of(new Skip(SkipReason.EXPIRED, "the plan has expired"))
                        : Optional.empty());
    }

    /// Whether one of its moves may not be made, as far as people decide it.
    boolean isWithdrawn(RecordedPlan plan) {
        return plan.steps().stream()
                .anyMatch(step -> withdrawn(plan, step.move()).isPresent());
    }

    /// Why a move may not be made, as far as people decide it. Whoever began the plan may have been told
    /// otherwise than this one is.
    private Optional<Skip> withdrawn(RecordedPlan plan, Move move) {
        if (plan.approval() == RecordedPlan.Approval.REJECTED) {
            return Optional.of(new Skip(SkipReason.REJECTED, "the plan was rejected"));
        }
        if (settings.approval() == MoveApproval.NEVER) {
            return Optional.of(
                    new Skip(SkipReason.SWITCHED_OFF, "moves are switched off: rebalancer.approval is never"));
        }
        if (plan.approval() == RecordedPlan.Approval.APPROVED
                || isUnasked(move.workload())
                || rules().unknown().isPresent()) {
            return Optional.empty();
        }
        var because = rules().of(move.workload()).because();
        return Optional.of(new Skip(
                SkipReason.NOT_APPROVED,
                "nobody approved the plan, and "
                        + (because.isEmpty() ? "rebalancer.approval is required by now" : because)));
    }

    /// Whether pods of a workload are moved without asking anybody.
    boolean isUnasked(Owner workload) {
        return settings.approval() != MoveApproval.NEVER
                && rules().of(workload).approval().orElse(settings.approval()) == MoveApproval.AUTOMATIC;
    }

    /// Whether nobody needs to be asked about any of its moves.
    boolean isUnasked(RecordedPlan plan) {
        return plan.steps().stream().allMatch(step -> isUnasked(step.move().workload()));
    }

    /// Whether there may be a workload of which nobody is asked.
    boolean isAnyUnasked() {
        return settings.approval() != MoveApproval.NEVER
                && (settings.approval() == MoveApproval.AUTOMATIC || rules().isAnyAutomatic());
    }

    /// What policies say, as it was read last.
    MoveRules rules() {
        return ports.watched().get().rules();
    }

    /// Whether the hour is right for it: whoever approves a plan decides that too.
    boolean isTimeFor(RecordedPlan plan) {
        return plan.approval() == RecordedPlan.Approval.APPROVED || isTime();
    }

    /// Whether the hour is right for what nobody was asked about.
    boolean isTime() {
        return switch (settings.hours()) {
            case ANY -> true;
            case OFF_PEAK -> ports.watched().get().isQuiet(nowMillis());
        };
    }

    /// Why it cannot be told for now what may be moved; nothing where it can.
    Optional<String> unsure() {
        return blind().or(() -> rules().unknown());
    }

    /// Why nothing can be told by the picture; nothing where it can.
    Optional<String> blind() {
        long ageMillis = nowMillis() - image().confirmedAtMillis();
        return ageMillis > settings.imageAgeMax().toMillis()
                ? Optional.of("the picture of the cluster is " + ageMillis / 1_000 + " s old")
                : Optional.empty();
    }

    private sealed interface Asked {

        record Yes(Action.Evict evict) implements Asked {}

        /// The API server does not answer.
        record NotNow() implements Asked {}

        /// It is no longer right.
        record Wrong(Skip skip) implements Asked {}

        /// The API server refuses it.
        ///
        /// @param words why, for people
        record No(String words) implements Asked {}
    }

    /// Before the first pod of a node goes that is to be empty, it is asked about the others too.
    private Asked askedOfItsNode(RecordedPlan plan, Move move) throws InterruptedException {
        boolean isFirst = move.isToEmptyNode() && !isHalfEmptied(plan, move);
        for (var other : isFirst ? toBeMade(plan) : List.<Move>of()) {
            if (other.from().equals(move.from()) && !other.equals(move)) {
                switch (asked(other)) {
                    case Asked.NotNow notNow -> {
                        return notNow;
                    }
                    case Asked.No(var words) -> {
                        var stay = new Stay(StayReason.NODE_STAYS, other.pod() + ": " + words);
                        return new Asked.Wrong(new Skip(stay.reason(), stay.words()));
                    }
                    case Asked.Yes yes -> {}
                    case Asked.Wrong gone -> {}
                }
            }
        }
        return asked(move);
    }

    /// Asks again where the pod changes meanwhile, as it does when its kubelet writes its status.
    private Asked asked(Move move) throws InterruptedException {
        for (int tries = 1; true; tries++) {
            switch (ports.pods().look(move.pod(), move.uid())) {
                case LivePods.Look.Gone(var message) -> {
                    return new Asked.Wrong(new Skip(SkipReason.GONE, message));
                }
                case LivePods.Look.Unanswered(var message) -> {
                    LOG.info("{} cannot be looked at for now: {}", move.pod(), message);
                    return new Asked.NotNow();
                }
                case LivePods.Look.Found(var pod) -> {
                    if (pod.terminating()) {
                        return new Asked.Wrong(new Skip(StayReason.TERMINATING, "the pod is on its way out already"));
                    }
                    var evict = evict(move, pod);
                    var dry = ports.actions().dryRun(evict);
                    if (dry.refusal().isEmpty()) {
                        return new Asked.Yes(evict);
                    }
                    if (!isPassing(dry) || tries == TRIES_MAX) {
                        ports.teller().refused(move, dry);
                        return new Asked.No(dry.wordsOfEviction());
                    }
                    pause(wait(dry));
                }
            }
        }
    }

    private static Action.Evict evict(Move move, LivePod pod) {
        return new Action.Evict(move.pod(), move.uid(), Optional.of(pod.resourceVersion()));
    }

    /// Whether asking again may bring another answer soon: not of a budget, which is to be respected, not besieged.
    private static boolean isPassing(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused
                && (refused.reason() == Refusal.CONFLICT || refused.reason() == Refusal.OVERLOAD);
    }

    private Duration wait(Outcome outcome) {
        var wanted = outcome instanceof Outcome.Refused refused
                ? refused.retryAfter().orElse(settings.look())
                : settings.look();
        return wanted.compareTo(WAIT_MAX) < 0 ? wanted : WAIT_MAX;
    }

    // The eviction, and what comes after it

    /// Written down, and seen by those who place pods: then it is sent, as the pod is by then.
    private RecordedPlan announced(RecordedPlan plan, int i) throws InterruptedException {
        var step = plan.steps().get(i);
        var known = evicted(step.move()).companions(image());
        var evicting = written(plan, i, step.evicting(nowMillis()));
        pause(settings.announce());
        return switch (asked(step.move())) {
            case Asked.NotNow() -> written(evicting, i, new MoveStep(step.move()));
            case Asked.Wrong(var skip) -> skipped(evicting, i, skip);
            case Asked.No(var words) -> refused(evicting, i, words);
            case Asked.Yes(var evict) -> evicted(evicting, i, evict, known);
        };
    }

    private RecordedPlan evicted(RecordedPlan evicting, int i, Action.Evict evict, Set<String> known)
            throws InterruptedException {
        var begun = evicting.steps().get(i);
        return switch (ports.actions().carryOut(evict)) {
            case Outcome.Done() -> awaited(written(evicting, i, begun.at(MovePhase.EVICTED, "")), i, known);
            // It may have been taken: the pod tells.
            case Outcome.Failed(var message) -> awaited(evicting, i, known);
            case Outcome.Refused refused -> {
                ports.teller().refused(begun.move(), refused);
                yield refused(evicting, i, refused.wordsOfEviction());
            }
        };
    }

    /// Waits until a replacement is ready.
    ///
    /// @param known uids of pods that were there before
    private RecordedPlan awaited(RecordedPlan plan, int i, Set<String> known) throws InterruptedException {
        var step = plan.steps().get(i);
        long start = nanoTime();
        while (true) {
            boolean isOver = nanoTime() - start >= settings.readyMax().toNanos();
            // One for all questions: a replacement may be ready the moment after.
            var image = image();
            var replacement = replacement(step, known, image).filter(PodSpec::isServing);
            // Another new pod of the workload may be ready first.
            if (replacement.isPresent() && (isOver || isWhole(step.move(), image))) {
                return written(plan, i, step.landed(landing(replacement.get())));
            }
            if (replacement.isEmpty() && blind().isEmpty() && wantsNoOther(step.move(), image)) {
                return written(
                        plan, i, step.at(MovePhase.LANDED, "no pod takes its place: its workload wants no more"));
            }
            if (isOver) {
                return written(plan, i, late(step, known, image));
            }
            pause(settings.look());
        }
    }

    /// Whether as many pods of the workload are ready as it wants.
    private static boolean isWhole(Move move, ClusterImage image) {
        return image.owner(move.workload())
                .filter(owner -> image.podsOf(move.workload()).stream()
                                .map(PodImage::spec)
                                .filter(PodSpec::isServing)
                                .count()
                        >= owner.replicas())
                .isPresent();
    }

    /// Whether the pod is gone, and its workload too, or has all that it wants: it was scaled down meanwhile.
    private static boolean wantsNoOther(Move move, ClusterImage image) {
        boolean isGone = image.pod(move.pod())
                .filter(pod -> pod.spec().uid().equals(move.uid()))
                .isEmpty();
        return isGone && (image.owner(move.workload()).isEmpty() || isWhole(move, image));
    }

    private Landing landing(PodSpec pod) {
        return new Landing(pod.key().name(), pod.nodeName().orElse(""), nowMillis());
    }

    /// What may have been evicted is lost, rather than refused: so it counts for all limits.
    private MoveStep late(MoveStep step, Set<String> known, ClusterImage image) {
        boolean isAnswered = step.phase() == MovePhase.EVICTED;
        var blind = blind();
        if (!isAnswered && blind.isPresent()) {
            return step.at(MovePhase.LOST, "whether it was evicted is not known: " + blind.get());
        }
        if (!isAnswered && evicted(step.move()).isThere(image)) {
            return step.dropped(MovePhase.REFUSED, NOT_EVICTED, nowMillis());
        }
        return step.at(
                MovePhase.LOST,
                replacement(step, known, image)
                                .map(pod -> pod.key().name() + ", which came in its place, is not ready")
                                .or(() -> pending(step.move(), image)
                                        .map(pod -> pod.key().name() + ", which came in its place, has no node"))
                                .orElse("no pod came in its place")
                        + " within " + settings.readyMax().toSeconds() + " s: look at the events of "
                        + step.move().workload());
    }

    private static EvictedPod evicted(Move move) {
        return new EvictedPod(move.workload(), move.pod(), move.uid());
    }

    private static Optional<PodSpec> replacement(MoveStep step, Set<String> known, ClusterImage image) {
        return evicted(step.move())
                .successor(image, known, step.evictedAtMillis() - CLOCKS_APART_MILLIS)
                .filter(pod -> pod.nodeName().isPresent());
    }

    private static Optional<PodSpec> pending(Move move, ClusterImage image) {
        return image.podsOf(move.workload()).stream()
                .map(PodImage::spec)
                .filter(pod -> pod.nodeName().isEmpty() && !pod.terminating())
                .findFirst();
    }

    private ClusterImage image() {
        return ports.images().get();
    }

    private long nowMillis() {
        return ports.context().clock().millis();
    }

    private long nanoTime() {
        return ports.context().nanoTime().getAsLong();
    }

    private void pause(Duration duration) throws InterruptedException {
        ports.context().pauses().pause(duration);
    }
}
