package io.plimsoll.benchmarks.rebalancing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Done;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.DayMemory;
import io.plimsoll.model.move.HotNodes;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MovePhase;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.MoveStep;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.move.ResizeFirst;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.model.regime.RegimeLedger;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.regime.UserHours;
import io.plimsoll.rebalancer.MoveTeller;
import io.plimsoll.rebalancer.Rebalancer;
import io.plimsoll.rebalancer.RebalancerPorts;
import io.plimsoll.rebalancer.RebalancerSettings;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import io.plimsoll.testbed.simulation.MemoryPlans;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/// A cluster whose time passes while the product's own [Rebalancer] pauses; what evicts, lands and looks is
/// that, with its default settings but for the approval, which nobody has to give; the hours are those that
/// it learns.
///
/// Belongs to the rebalancer's thread while that runs.
abstract class SimulatedFleet implements LivePods, ActionPort {

    private final MoveConfig config;
    private final Hours hours;
    private final HotNodes hotNodes;
    private final RegimeLedger regimes = new RegimeLedger(UserHours.none(ZoneOffset.UTC));
    private final DayMemory day;
    private final MemoryPlans plans = new MemoryPlans();
    private RegimeView learned = RegimeView.NOTHING;
    private long watchedSinceMillis;

    /// @param hours at which pods are moved
    SimulatedFleet(MoveConfig config, Hours hours) {
        this.config = config;
        this.hours = hours;
        this.hotNodes = new HotNodes(config.placement());
        this.day = new DayMemory(config);
    }

    abstract ClusterImage image();

    abstract long nowMillis();

    /// Lets time pass.
    abstract void pass(long millis);

    /// The pod goes, and another one comes in its place.
    abstract void evict(PodImage pod);

    /// To be called after each measurement.
    void measured() {
        watchedSinceMillis = watchedSinceMillis == 0 ? nowMillis() : watchedSinceMillis;
        hotNodes.observe(image(), nowMillis());
        regimes.observe(image(), nowMillis());
        learned = regimes.view(nowMillis());
        day.observe(image(), watched(), nowMillis());
    }

    private Watched watched() {
        return new Watched(Neighbours.NONE, hotNodes.hot(), watchedSinceMillis)
                .with(learned)
                .with(day.peaks());
    }

    /// What kind of hour it is, by what was learned until now.
    RegimeKind kind() {
        return learned.kind(Instant.ofEpochMilli(nowMillis()));
    }

    /// What the moves on their way ask of whoever places pods.
    Reservations reservations() {
        var all = plans.plans();
        return Reservations.of(all, Reservations.demands(all, image()), image(), nowMillis());
    }

    /// What became of all moves: a row of a table.
    String landings(String name) {
        var landed = landed();
        return "| %s | %d | %d | %d | %d |"
                .formatted(
                        name,
                        landed.size(),
                        landed.stream().filter(MoveStep::cameBack).count(),
                        landed.stream().filter(step -> step.isBad().isPresent()).count(),
                        landed.stream()
                                .filter(step -> step.isBad().orElse(false))
                                .count());
    }

    List<MoveStep> landed() {
        return plans.plans().stream()
                .flatMap(plan -> plan.steps().stream())
                .filter(step -> step.phase() == MovePhase.LANDED)
                .toList();
    }

    /// Has the rebalancer run until then.
    void run(long untilMillis) throws InterruptedException {
        var over = new CountDownLatch(1);
        var context = new LoopContext(
                () -> Instant.ofEpochMilli(nowMillis()),
                () -> nowMillis() * 1_000_000,
                pause -> pauseUntil(pause, untilMillis, over),
                new Random(1),
                new SimpleMeterRegistry());
        var ports = new RebalancerPorts(
                this::image, this::watched, plans, PlanRequests.NONE, this, this, MoveTeller.NONE, context);
        var planner = new MovePlanner(config, ResizeFirst.byPolicy());
        try (var rebalancer =
                new Rebalancer(ports, planner, RebalancerSettings.DEFAULT.with(MoveApproval.AUTOMATIC, hours))) {
            rebalancer.start();
            over.await();
            rebalancer.problem().ifPresent(System.err::println);
        }
    }

    private void pauseUntil(Duration pause, long untilMillis, CountDownLatch over) throws InterruptedException {
        if (nowMillis() >= untilMillis) {
            over.countDown();
            throw new InterruptedException("the day is over");
        }
        pass(pause.toMillis());
    }

    @Override
    public Look look(PodKey key) {
        return image().pod(key).<Look>map(pod -> new Look.Found(live(pod))).orElseGet(Look.Gone::new);
    }

    private static LivePod live(PodImage pod) {
        var spec = pod.spec();
        return new LivePod(
                spec.key(),
                spec.uid(),
                "1",
                1,
                1,
                spec.ready(),
                spec.terminating(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public Outcome carryOut(Action action) {
        evict(image().pod(action.pod()).orElseThrow());
        return new Done();
    }

    @Override
    public Outcome dryRun(Action action) {
        return new Done();
    }
}
