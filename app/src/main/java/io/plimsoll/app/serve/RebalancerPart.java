package io.plimsoll.app.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiEvents;
import io.plimsoll.kubernetes.action.ApiMemory;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.MemoryKeeper;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.ResizeFirst;
import io.plimsoll.rebalancer.MoveEvents;
import io.plimsoll.rebalancer.MoveMetrics;
import io.plimsoll.rebalancer.Rebalancer;
import io.plimsoll.rebalancer.RebalancerPorts;
import io.plimsoll.rebalancer.Standing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Moves pods as plans say, while it holds the Lease: a [Rebalancer] for each time that it gets it.
final class RebalancerPart implements ServicePart {

    /// More do not wait to be written: as many as 30 moves make.
    private static final int EVENTS_MAX = 128;

    private final RebalancerConfiguration config;
    private final MovePlanner planner;
    private final Picture picture;
    private final ApiServer server;
    /// A connection of its own, on which no move is in the way of a renewal.
    private final ApiServer leases;
    private final LoopContext context;
    private final MoveMetrics metrics;
    private final String identity = RightsizerPart.identity(System.getenv());
    private final ActingLease lease;
    private final MemoryKeeper memory;
    private final ExecutorService eventWriter = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(EVENTS_MAX),
            Thread.ofVirtual().name("move-events").factory());
    private volatile Optional<Rebalancer> acting = Optional.empty();

    /// @param moves who may be moved where, and how many
    /// @param pauses how its loop waits between two turns
    RebalancerPart(
            RebalancerConfiguration config, MoveConfig moves, Picture picture, Pauses pauses, MeterRegistry meters) {
        this.config = config;
        this.planner = new MovePlanner(moves, ResizeFirst.byPolicy());
        this.picture = picture;
        this.server = new ApiServer(picture.client());
        this.leases = new ApiServer(picture.client());
        this.context = new LoopContext(picture.clock(), System::nanoTime, pauses, RandomGenerator.getDefault(), meters);
        this.metrics = new MoveMetrics(meters);
        var place = new ActingLease.Place(config.leaseNamespace(), config.leaseName(), identity);
        this.lease = new ActingLease(leases, place, config.terms(), context, this::begin);
        var kept = new ApiMemory(server, config.leaseNamespace(), config.leaseName() + "-memory");
        this.memory = picture.memory(kept, lease::isHeld, context);
        Gauge.builder("plimsoll.move.acting", lease, held -> held.isHeld() ? 1 : 0)
                .description("Whether this replica is the one that proposes and carries out plans")
                .strongReference(true)
                .register(meters);
        Gauge.builder("plimsoll.move.hindered", this, RebalancerPart::hindered)
                .description(
                        "Whether plans or policies cannot be read, or plans not be written, so that nothing is moved")
                .strongReference(true)
                .register(meters);
        for (var stop : Rebalancer.Stop.values()) {
            gauge(stop, meters);
        }
    }

    private void gauge(Rebalancer.Stop stop, MeterRegistry meters) {
        Gauge.builder("plimsoll.move.stopped", this, part -> part.isStopped(stop) ? 1 : 0)
                .description("Whether moves are held back though nothing is broken, by why")
                .tag("reason", stop.name().toLowerCase(Locale.ROOT))
                .strongReference(true)
                .register(meters);
    }

    private boolean isStopped(Rebalancer.Stop stop) {
        return acting.flatMap(rebalancer -> rebalancer.stopped(stop)).isPresent();
    }

    private double hindered() {
        return acting.flatMap(Rebalancer::hindrance).isPresent() ? 1 : 0;
    }

    private ActingLease.Acting begin() {
        var events = new ApiEvents(server, ApiEvents.Reporter.REBALANCER, context.clock(), context.random(), identity);
        var ports = new RebalancerPorts(
                picture.images(),
                picture.watched(),
                new ApiPlanJournal(server, context.clock(), context.random()),
                new ApiPlanRequests(server, context.clock(), context.random()),
                new ApiActions(server),
                new ApiPods(server),
                metrics.and(new MoveEvents(events::create, eventWriter)),
                context);
        var begun = new Rebalancer(ports, planner, config.settings());
        begun.start();
        acting = Optional.of(begun);
        return () -> {
            acting = Optional.empty();
            begun.close();
        };
    }

    /// Whether this replica is the one that proposes and carries out plans.
    boolean isActing() {
        return lease.isHeld();
    }

    /// What holds for all moves at once, in sentences.
    List<String> standing() {
        var known = picture.watched().get();
        var now = context.clock().instant();
        return new Standing(
                        config.settings(),
                        isActing(),
                        acting.flatMap(Rebalancer::hindrance)
                                .or(() -> known.rules().unknown()),
                        planner.stopped(known, now.toEpochMilli()),
                        known.hours().kind(now),
                        known.hours().isBlackout(now))
                .words();
    }

    @Override
    public void start() {
        lease.start();
        memory.start();
    }

    @Override
    public List<HealthCheck> liveness() {
        return List.of(
                new HealthCheck("rebalancer-lease", lease::problem),
                new HealthCheck("memory", memory::problem),
                new HealthCheck("rebalancer", () -> acting.flatMap(Rebalancer::problem)));
    }

    @Override
    public List<HealthCheck> readiness() {
        return List.of();
    }

    @Override
    public String described() {
        return switch (config.settings().approval()) {
            case NEVER -> "proposing moves, and making none";
            case REQUIRED -> "moving pods as approved plans say";
            case AUTOMATIC -> "moving pods without asking";
        };
    }

    @Override
    public void close() {
        memory.close();
        lease.close();
        eventWriter.shutdownNow();
        leases.close();
        server.close();
    }
}
