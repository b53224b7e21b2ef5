package io.plimsoll.rebalancer;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.ReasonCode;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out one plan. Blocks; one thread at a time.
///
///     still right? ──no──► skipped
///        │ yes
///     dry run of the eviction ──no──► refused, in the API server's words
///        │ yes
///     written down ──► dry run again ──► still right, if that took long? ──► eviction, with uid and resourceVersion
///        │
///     the replacement ──► ready: landed │ not in time: lost, and the plan stops
///
/// The first move goes alone. Once a replacement was ready as many are on their way at a time as may be, never two of
/// one workload, from one node or to one node, or of pods that one disruption budget guards: the picture does not show
/// yet what those on their way change. None is begun after one that was lost.
///
/// Goals, in their order: no eviction without a record; none that is not right by the newest picture; whoever finds a
/// plan half done can finish it. So each step is written down before the next, and what cannot be written down is not
/// done.
final class PlanRun {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRun.class);
    private static final int TRIES_MAX = 5;
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    /// An eviction is sent as long after it was looked whether it is right; later, that is looked at again.
    private static final Duration CHECK_AGE_MAX = Duration.ofSeconds(10);

    private final RebalancerPorts ports;
    private final MovePlanner planner;
    private final RebalancerSettings settings;
    private final MovesUnderWay underWay;
    private final Expiries expiries;

    PlanRun(RebalancerPorts ports, MovePlanner planner, RebalancerSettings settings) {
        this.ports = ports;
        this.planner = planner;
        this.settings = settings;
        this.underWay = new MovesUnderWay(ports, settings, this::blind);
        this.expiries = new Expiries(ports.context(), settings.planMax());
    }

    /// Goes on with a plan from where its record says that it is: to its end, to where it cannot be told for
    /// now whether the next move is right, or until a pod has landed and others are to go, so that what the moves
    /// have brought is looked at in time.
    ///
    /// @param earlier what other plans have moved
    /// @throws PlanJournal.JournalUnavailable when a step could not be written down: nothing further was done, and
    ///     the record tells the next one where to go on
    RecordedPlan carryOut(RecordedPlan plan, List<RecordedPlan> earlier) throws InterruptedException {
        try {
            return carriedOut(plan, earlier);
        } catch (PlanJournal.JournalUnavailable e) {
            forget();
            throw e;
        }
    }

    /// The record is all that is known of moves on their way, as for whoever finds it: after an outage a
    /// replacement has as long again to be ready, since it may be so and not be seen.
    void forget() {
        underWay.forget();
    }

    private RecordedPlan carriedOut(RecordedPlan plan, List<RecordedPlan> earlier) throws InterruptedException {
        var now = plan.phase() == PlanPhase.RUNNING ? plan : ports.journal().write(plan.at(PlanPhase.RUNNING, ""));
        while (true) {
            var before = now;
            now = seen(now);
            if (isOver(now)) {
                forget();
                var lost = lost(now);
                return lost.isPresent() ? stopped(now, lost.get()) : ended(now.at(PlanPhase.COMPLETED, ""));
            }
            if (hasLanded(before, now) && isAny(now, MovePhase.PLANNED)) {
                return now;
            }
            var next = next(now);
            if (next.isEmpty()) {
                pause(settings.look());
                continue;
            }
            int i = next.getAsInt();
            now = begun(now, i, earlier);
            if (now.steps().get(i).phase() == MovePhase.PLANNED) {
                return now;
            }
        }
    }

    /// With what has become of the moves that are on their way.
    private RecordedPlan seen(RecordedPlan plan) {
        var now = plan;
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            if (step.phase().isUnderWay()) {
                var seen = underWay.become(step);
                now = seen.equals(step) ? now : written(now, i, seen);
            }
        }
        return now;
    }

    private static boolean isAny(RecordedPlan plan, MovePhase phase) {
        return plan.steps().stream().anyMatch(step -> step.phase() == phase);
    }

    private static boolean hasLanded(RecordedPlan before, RecordedPlan after) {
        return after.changedSince(before).stream().anyMatch(step -> step.phase() == MovePhase.LANDED);
    }

    /// Whether nothing is on its way, and nothing is to be begun.
    private static boolean isOver(RecordedPlan plan) {
        return plan.steps().stream().noneMatch(step -> step.phase().isUnderWay())
                && (!isAny(plan, MovePhase.PLANNED) || lost(plan).isPresent());
    }

    /// Why the plan is to stop.
    private static Optional<String> lost(RecordedPlan plan) {
        return plan.steps().stream()
                .filter(step -> step.phase() == MovePhase.LOST)
                .findFirst()
                .map(step -> step.move().pod() + ": " + step.message());
    }

    /// The first move that may be begun beside those that are on their way.
    private OptionalInt next(RecordedPlan plan) {
        var steps = plan.steps();
        var others = steps.stream()
                .filter(step -> step.phase().isUnderWay())
                .map(MoveStep::move)
                .toList();
        boolean isProven = steps.stream().anyMatch(step -> step.landing().isPresent());
        if (lost(plan).isPresent() || others.size() >= (isProven ? settings.concurrentMax() : 1)) {
            return OptionalInt.empty();
        }
        var image = image();
        var budgets = image.budgets();
        return IntStream.range(0, steps.size())
                .filter(i -> steps.get(i).phase() == MovePhase.PLANNED)
                .filter(i ->
                        others.stream().noneMatch(other -> isToWait(steps.get(i).move(), other, budgets, image)))
                .findFirst();
    }

    /// Whether one move is begun only when the other has ended.
    private static boolean isToWait(Move move, Move other, List<DisruptionBudget> budgets, ClusterImage image) {
        return move.workload().equals(other.workload())
                || move.from().equals(other.from())
                || move.to().equals(other.to())
                || budgets.stream().anyMatch(budget -> mayGuard(budget, move, image) && mayGuard(budget, other, image));
    }

    /// A pod that is gone is known by another one of its workload.
    private static boolean mayGuard(DisruptionBudget budget, Move move, ClusterImage image) {
        return budget.namespace().equals(move.pod().namespace())
                && Stream.concat(image.pod(move.pod()).stream(), image.podsOf(move.workload()).stream())
                        .anyMatch(pod -> budget.mayGuard(
                                pod.key().namespace(), pod.spec().traits()));
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
        var move = plan.steps().get(i).move();
        long checkedNanos = nanoTime();
        var wrong = wrong(plan, move, earlier);
        return switch (wrong.isPresent() ? wrong.get() : askedOfItsNode(plan, move)) {
            case Asked.NotNow() -> plan;
            case Asked.Wrong(var skip) -> skipped(plan, i, skip);
            case Asked.No(var words) -> refused(plan, i, words);
            case Asked.Yes(var evict) -> announced(plan, i, earlier, checkedNanos);
        };
    }

    /// Why a move is not to be made by all that is known; nothing where it is.
    private Optional<Asked> wrong(RecordedPlan plan, Move move, List<RecordedPlan> earlier) {
        var over = over(plan, move);
        if (over.isPresent()) {
            return over.map(Asked.Wrong::new);
        }
        if (unsure().isPresent()) {
            return Optional.of(new Asked.NotNow());
        }
        var known = ports.watched()
                .get()
                .with(MoveHistory.of(
                        Stream.concat(Stream.of(plan), earlier.stream()).toList()));
        long nowMillis = nowMillis();
        return planner.objection(move, toBeMade(plan), image(), known, nowMillis)
                .map(stay -> {
                    boolean isTooEarly = stay.reason() == StayReason.NOT_HURT && !known.isLongEnough(nowMillis);
                    return isTooEarly ? new Asked.NotNow() : new Asked.Wrong(new Skip(stay.reason(), stay.words()));
                });
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
                .or(() -> wrongTimeFor(plan))
                .or(() -> isExpired(plan) && !isHalfEmptied(plan, move)
                        ? Optional.of(new Skip(SkipReason.EXPIRED, "the plan has expired"))
                        : Optional.empty());
    }

    /// These are all the plans that there are.
    void see(List<RecordedPlan> plans) {
        expiries.see(plans);
    }

    /// Whether it may not be begun any more.
    boolean isExpired(RecordedPlan plan) {
        return expiries.isOver(plan);
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

    /// Whether the day and the hour are right for it.
    boolean isTimeFor(RecordedPlan plan) {
        return wrongTimeFor(plan).isEmpty();
    }

    /// Whoever approves a plan decides that it is time, too.
    private Optional<Skip> wrongTimeFor(RecordedPlan plan) {
        return plan.approval() == RecordedPlan.Approval.APPROVED ? Optional.empty() : wrongTime();
    }

    /// Whether the day and the hour are right for what nobody was asked about.
    boolean isTime() {
        return wrongTime().isEmpty();
    }

    private Optional<Skip> wrongTime() {
        return blackout()
                .map(why -> new Skip(SkipReason.BLACKOUT, why))
                .or(() -> isRightHour()
                        ? Optional.empty()
                        : Optional.of(new Skip(SkipReason.HOURS_OVER, "off-peak is over")));
    }

    /// Why nobody is moved unasked today, at whatever hours that is done else; nothing on most days.
    Optional<String> blackout() {
        return ports.watched().get().isBlackout(nowMillis())
                ? Optional.of("a blackout is set for this day (regime.blackouts)")
                : Optional.empty();
    }

    private boolean isRightHour() {
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
        long nowMillis = nowMillis();
        var image = image();
        return image.ageMillis(nowMillis) > settings.imageAgeMax().toMillis()
                ? Optional.of(image.age(nowMillis))
                : Optional.empty();
    }

    private sealed interface Asked {

        record Yes(Action.Evict evict) implements Asked {}

        /// The API server does not answer, or it cannot be told for now whether it is right.
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
    private RecordedPlan announced(RecordedPlan plan, int i, List<RecordedPlan> earlier, long checkedNanos)
            throws InterruptedException {
        var step = plan.steps().get(i);
        var move = step.move();
        var known = MovesUnderWay.evicted(move).companions(image());
        var evicting = written(plan, i, step.evicting(nowMillis()));
        pause(settings.announce());
        var asked = asked(move);
        boolean isLongAgo = nanoTime() - checkedNanos > CHECK_AGE_MAX.toNanos();
        if (!isLongAgo || !(asked instanceof Asked.Yes)) {
            return answered(evicting, i, asked, known);
        }
        var now = reread(evicting);
        var wrong = wrong(now.with(plan.steps()), move, earlier);
        return answered(now, i, wrong.orElse(asked), known);
    }

    /// As the record is by now, which tells who has rejected the plan since.
    ///
    /// @throws PlanJournal.JournalUnavailable when it is gone, or another goes on with it
    private RecordedPlan reread(RecordedPlan evicting) {
        return ports.journal().plans().stream()
                .filter(plan ->
                        plan.name().equals(evicting.name()) && plan.steps().equals(evicting.steps()))
                .findFirst()
                .orElseGet(() -> ports.journal().write(evicting));
    }

    private RecordedPlan answered(RecordedPlan evicting, int i, Asked asked, Set<String> known) {
        return switch (asked) {
            case Asked.NotNow() ->
                written(evicting, i, new MoveStep(evicting.steps().get(i).move()));
            case Asked.Wrong(var skip) -> skipped(evicting, i, skip);
            case Asked.No(var words) -> refused(evicting, i, words);
            case Asked.Yes(var evict) -> evicted(evicting, i, evict, known);
        };
    }

    private RecordedPlan evicted(RecordedPlan evicting, int i, Action.Evict evict, Set<String> known) {
        var begun = evicting.steps().get(i);
        return switch (ports.actions().carryOut(evict)) {
            case Outcome.Done() -> {
                underWay.sent(begun.move(), known);
                yield written(evicting, i, begun.at(MovePhase.EVICTED, ""));
            }
            case Outcome.Failed(var message) -> {
                underWay.sent(begun.move(), known); // it may have been taken: the pod tells
                yield evicting;
            }
            case Outcome.Refused refused -> {
                ports.teller().refused(begun.move(), refused);
                yield refused(evicting, i, refused.wordsOfEviction());
            }
        };
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
