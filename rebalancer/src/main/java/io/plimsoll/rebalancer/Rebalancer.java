package io.plimsoll.rebalancer;

import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.Landing;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveHistory;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.RecordedPlan.Approval;
import io.plimsoll.model.move.Watched;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Proposes plans, carries out those that are approved, and looks later whether each move has helped. One replica at
/// a time runs one: it holds a Lease.
///
///     plans ──► looks that are due ──► one half done? go on with it
///                                  └─► one approved?  carry it out
///                                  └─► none open, and somebody to be moved? propose one
///
/// Where some moves need nobody's approval and others do, they are two plans, so that the first are not
/// held up: those that need none are proposed first, unless the last such plan moved nobody, and also while a plan of
/// others waits. Whoever asks for a plan gets one of all.
///
/// Whoever asks for a plan in between ([io.plimsoll.model.move.PlanRequests]) gets the one that is open, or has it
/// looked at once, whatever the hour, whether there is to be one.
///
/// One plan runs at a time. All that is remembered is in the plans'
/// records, so another replica goes on where this one ends.
public final class Rebalancer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rebalancer.class);

    /// As many as can be made within the two days for which moves count, at one in five minutes.
    static final int PLANS_MAX = 600;

    private final RebalancerPorts ports;
    private final MovePlanner planner;
    private final RebalancerSettings settings;
    private final PlanRun run;
    private final OpenRequests requests;
    private final LoopThread thread;
    private final Map<Stop, Halt> halts = Stream.of(Stop.values())
            .collect(Collectors.toMap(stop -> stop, stop -> new Halt(stop.what), (one, other) -> one, TreeMap::new));
    private final Hindrance hindrance = new Hindrance(LOG, Level.WARN, "Nothing is moved for now");

    public Rebalancer(RebalancerPorts ports, MovePlanner planner, RebalancerSettings settings) {
        this.ports = ports;
        this.planner = planner;
        this.settings = settings;
        this.run = new PlanRun(ports, planner, settings);
        this.requests = new OpenRequests(ports.requests(), settings.planMax());
        this.thread = LoopThread.ofTurns("rebalancer", ports.context().pauses(), this::turn);
    }

    public void start() {
        thread.start();
    }

    /// What the loop has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return thread.problem();
    }

    /// Why nothing is proposed and moved for now: plans that cannot be read or written, or policies that cannot be
    /// read.
    public Optional<String> hindrance() {
        return hindrance.current().or(() -> run.rules().unknown());
    }

    /// What holds moves back though nothing is broken.
    public enum Stop {
        /// Too many of the latest moves did no good.
        NO_GOOD("Nobody is moved"),
        /// It is a day on which only those are moved whose plan a person has approved.
        BLACKOUT("Nobody is moved unasked");

        private final String what;

        Stop(String what) {
            this.what = what;
        }
    }

    /// Why that holds moves back, as of the last turn; nothing where it does not.
    public Optional<String> stopped(Stop stop) {
        return halt(stop).current();
    }

    private Halt halt(Stop stop) {
        return Objects.requireNonNull(halts.get(stop));
    }

    /// What is on its way is left to the record.
    @Override
    public void close() {
        thread.end();
    }

    Duration turn() throws InterruptedException {
        try {
            look(plans());
            hindrance.over();
        } catch (JournalUnavailable e) {
            hindrance.met(e);
        } catch (RuntimeException e) {
            LOG.error("A turn of the rebalancer failed; the next one tries again", e);
        }
        return settings.interval();
    }

    private List<RecordedPlan> plans() {
        try {
            return ports.journal().plans();
        } catch (JournalUnavailable e) {
            run.forget();
            // Where the API server is away for a moment, the next turn may have a plan for whoever asks.
            if (!(e.getCause() instanceof IOException)) {
                requests.answer(requests.read(nowMillis()), new Answer.NotNow(String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }

    /// One turn over all plans that are remembered.
    void look(List<RecordedPlan> remembered) throws InterruptedException {
        run.see(remembered);
        var plans = tidied(
                remembered.stream().map(plan -> tried(plan, this::lookedAt)).toList());
        halt(Stop.BLACKOUT).told(run.blackout());
        halt(Stop.NO_GOOD).told(planner.stopped(known(plans), nowMillis()));
        var due = plans.stream()
                .filter(plan -> plan.phase() == PlanPhase.RUNNING)
                .findFirst()
                .or(() -> plans.stream().filter(this::isDue).findFirst());
        var asked = requests.read(nowMillis());
        if (due.isPresent()) {
            var plan = due.get();
            requests.answer(asked, told(plan));
            run.carryOut(
                    plan,
                    plans.stream()
                            .filter(other -> !other.name().equals(plan.name()))
                            .toList());
        } else if (!asked.isEmpty()) {
            requests.answer(asked, answer(plans));
        } else if (run.isTime() && unsettled(plans).isEmpty() && run.unsure().isEmpty()) {
            proposeNext(plans);
        }
    }

    /// A plan that cannot be written to is no reason to leave the others.
    private static RecordedPlan tried(RecordedPlan plan, UnaryOperator<RecordedPlan> work) {
        try {
            return work.apply(plan);
        } catch (JournalUnavailable e) {
            LOG.warn("{}", e.getMessage());
            return plan;
        }
    }

    private boolean isDue(RecordedPlan plan) {
        return plan.phase() == PlanPhase.PROPOSED
                && run.rules().unknown().isEmpty()
                && !run.isWithdrawn(plan)
                && run.isTimeFor(plan);
    }

    // What was moved before

    /// Looks whether the moves of a plan have helped, where that is due.
    private RecordedPlan lookedAt(RecordedPlan plan) {
        if (run.blind().isPresent()) {
            return plan;
        }
        var steps = planner.looked(
                plan.steps(), ports.images().get(), ports.watched().get(), nowMillis());
        var after = plan.with(steps);
        var looked = after.changedSince(plan);
        if (looked.isEmpty()) {
            return plan;
        }
        var written = ports.journal().write(after);
        looked.forEach(step -> ports.teller().looked(written, step));
        return written;
    }

    /// Those that are remembered still: ends what nobody approved in time, and forgets what is old.
    private List<RecordedPlan> tidied(List<RecordedPlan> plans) {
        var kept = new ArrayList<RecordedPlan>();
        for (var plan : plans) {
            if (isOld(plan) || (!plan.isOpen() && kept.size() >= PLANS_MAX)) {
                tried(plan, old -> {
                    ports.journal().forget(old);
                    return old;
                });
            } else {
                kept.add(tried(
                        plan, one -> overdue(one).map(why -> ended(one, why)).orElse(one)));
            }
        }
        return kept;
    }

    /// What moved nothing is only kept until the next plan could be made.
    private boolean isOld(RecordedPlan plan) {
        long ageMillis = nowMillis() - plan.madeAtMillis();
        boolean isOfUse = plan.steps().stream().anyMatch(step -> step.phase().isBegun());
        return !plan.isOpen()
                && ageMillis
                        > (isOfUse ? settings.plansKept() : settings.planMax().multipliedBy(2)).toMillis();
    }

    private Optional<String> overdue(RecordedPlan plan) {
        if (plan.phase() != PlanPhase.PROPOSED) {
            return Optional.empty();
        }
        if (plan.approval() == Approval.REJECTED) {
            return Optional.of("it was rejected");
        }
        return run.isExpired(plan) ? Optional.of(late(plan)) : Optional.empty();
    }

    private String late(RecordedPlan plan) {
        return plan.approval() == Approval.APPROVED || run.isUnasked(plan)
                ? "it was not begun in time: another plan is made if there is still something to move"
                : "nobody approved it in time"
                        + run.rules().unknown().map(why -> "; " + why).orElse("");
    }

    private RecordedPlan ended(RecordedPlan plan, String why) {
        var written = ports.journal().write(plan.at(PlanPhase.EXPIRED, why));
        ports.teller().ended(written);
        return written;
    }

    // The next plan

    /// Why none is made yet: what was moved last was not measured since, and what was refused had no time to change.
    /// Whoever rejects a plan is not asked again before it would have expired.
    private Optional<String> unsettled(List<RecordedPlan> plans) {
        long nowMillis = nowMillis();
        var rejected = plans.stream()
                .filter(plan -> plan.approval() == Approval.REJECTED && nowMillis <= plan.expiresAtMillis())
                .map(plan -> "the plan " + plan.name() + " was rejected: the next one is made from "
                        + Instant.ofEpochMilli(plan.expiresAtMillis()) + " on")
                .findFirst();
        var moved = MoveHistory.of(plans).steps().stream().map(this::endedAtMillis);
        var made = plans.stream().map(RecordedPlan::madeAtMillis);
        long settledMillis = Stream.concat(moved, made).max(Long::compare).orElse(0L)
                + settings.settle().toMillis();
        return rejected.or(() -> nowMillis >= settledMillis
                ? Optional.empty()
                : Optional.of("what the last plan has changed is being measured: the next one is made from "
                        + Instant.ofEpochMilli(settledMillis) + " on"));
    }

    private long endedAtMillis(MoveStep step) {
        return step.landing()
                .map(Landing::readyAtMillis)
                .orElseGet(() -> step.evictedAtMillis()
                        + (step.phase() == MovePhase.LOST ? settings.readyMax().toMillis() : 0));
    }

    private MovePlan planned(List<RecordedPlan> plans, Predicate<Owner> first) {
        return planner.plan(ports.images().get(), known(plans), nowMillis(), first);
    }

    private Watched known(List<RecordedPlan> plans) {
        return ports.watched().get().with(MoveHistory.of(plans));
    }

    private void proposeNext(List<RecordedPlan> plans) {
        boolean isWaitedFor = plans.stream().anyMatch(RecordedPlan::isOpen);
        if (isWaitedFor && !run.isAnyUnasked()) {
            return;
        }
        var others = !isWaitedFor && isLastInVain(plans)
                ? planOf(plans, workload -> !run.isUnasked(workload))
                : Optional.<MovePlan>empty();
        if (others.isPresent()) {
            propose(others.get());
            return;
        }
        var plan = planned(plans, run::isUnasked);
        boolean isToBeAsked = plan.moves().stream().anyMatch(move -> !run.isUnasked(move.workload()));
        var instead = isToBeAsked ? instead(plans) : Optional.<MovePlan>empty();
        if (instead.isPresent()) {
            propose(instead.get());
        } else if (!isToBeAsked || !isWaitedFor) {
            propose(plan);
        }
    }

    /// Whether the last plan needed nobody's approval and moved nobody: then it is the others' turn, who would
    /// wait for ever behind moves that are skipped each time.
    private boolean isLastInVain(List<RecordedPlan> plans) {
        return plans.stream()
                .max(Comparator.comparingLong(RecordedPlan::madeAtMillis))
                .filter(plan -> run.isUnasked(plan)
                        && plan.steps().stream().noneMatch(step -> step.phase().isBegun()))
                .isPresent();
    }

    /// Where somebody was asked of late and did not answer, others go that nobody needs to be asked about.
    private Optional<MovePlan> instead(List<RecordedPlan> plans) {
        boolean isUnanswered = plans.stream()
                .anyMatch(plan ->
                        plan.phase() == PlanPhase.EXPIRED && plan.approval() == Approval.NONE && !run.isUnasked(plan));
        return isUnanswered && run.isAnyUnasked() ? planOf(plans, run::isUnasked) : Optional.empty();
    }

    /// A plan of these workloads alone; nothing where none of their pods is to be moved.
    private Optional<MovePlan> planOf(List<RecordedPlan> plans, Predicate<Owner> candidates) {
        return Optional.of(planner.planInstead(ports.images().get(), known(plans), nowMillis(), candidates))
                .filter(plan -> !plan.moves().isEmpty());
    }

    /// Nothing where nobody is to be moved.
    private Optional<RecordedPlan> propose(MovePlan plan) {
        if (plan.moves().isEmpty()) {
            return Optional.empty();
        }
        var proposed =
                ports.journal().propose(plan, nowMillis() + settings.planMax().toMillis());
        LOG.info("Plan {} proposes {} moves", proposed.name(), proposed.steps().size());
        ports.teller().proposed(proposed);
        return Optional.of(proposed);
    }

    // Whoever asks for a plan

    private static Answer told(RecordedPlan plan) {
        return new Answer.Planned(plan.name());
    }

    /// Whoever asks decides that it is time, as whoever approves does.
    private Answer answer(List<RecordedPlan> plans) {
        if (settings.approval() == MoveApproval.NEVER) {
            return new Answer.NotNow("moves are switched off: rebalancer.approval is never");
        }
        return plans.stream()
                .filter(RecordedPlan::isOpen)
                .findFirst()
                .map(Rebalancer::told)
                .or(() -> unsettled(plans).or(run::unsure).map(Answer.NotNow::new))
                .orElseGet(() -> {
                    var plan = planned(plans, workload -> true);
                    return propose(plan).map(Rebalancer::told).orElseGet(() -> nothing(plan));
                });
    }

    private Answer nothing(MovePlan plan) {
        if (!ports.watched().get().isLongEnough(nowMillis())) {
            return new Answer.NotNow("the nodes have not been watched for long enough to know which are hurt: ask again"
                    + " in some minutes");
        }
        var stays = plan.keptByReason().entrySet().stream()
                .map(kept -> kept.getValue() + " because " + kept.getKey().sentence())
                .collect(Collectors.joining("; "));
        return new Answer.NothingToDo(
                (plan.hurt().isEmpty() ? "no node is hurt" : hurt(plan.hurt().size()))
                        + (stays.isEmpty() ? "" : "; how many stay: " + stays));
    }

    private static String hurt(int nodes) {
        return (nodes == 1 ? "1 node is" : nodes + " nodes are") + " hurt, and no pod is to be moved";
    }

    private long nowMillis() {
        return ports.context().clock().millis();
    }
}
