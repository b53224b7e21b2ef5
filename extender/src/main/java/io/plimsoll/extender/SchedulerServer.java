package io.plimsoll.extender;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.decision.WarmUp;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.extender.http.SchedulerPort;
import io.plimsoll.extender.shadow.ShadowLedger;
import io.plimsoll.kubernetes.server.PortLoop;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers schedulers, and remembers and counts what it said.
///
/// It answers from the first moment, neutrally until the image is there. Any thread may start and close it.
public final class SchedulerServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerServer.class);
    private static final long SILENT_MILLIS_MAX = 10_000;
    private static final long SHADOW_MILLIS = 1_000;

    private final ExtenderConfig config;
    private final Supplier<ClusterImage> images;
    private final PlacementConfig placement;
    private final InstantSource clock;
    private final ExtenderMetrics metrics;
    private final DecisionLog decisions;
    private final ShadowLedger opinions;
    private final SchedulerPort port;
    /// Nothing but the scheduler's port runs here.
    private final Vertx loop;

    private volatile boolean warm;

    /// @param circumstances who hurts whom, and what hours it is
    /// @param reservations what moves of pods ask for
    /// @param decisions where they are kept
    public SchedulerServer(
            ExtenderConfig config,
            Supplier<ClusterImage> images,
            Supplier<Circumstances> circumstances,
            Supplier<Reservations> reservations,
            PlacementConfig placement,
            DecisionLog decisions,
            InstantSource clock,
            PrometheusMeterRegistry registry) {
        this.config = config;
        this.loop = PortLoop.create(HealthServer.oneLoop(), config.scheduler().limits());
        this.images = images;
        this.placement = placement;
        this.clock = clock;
        this.metrics = new ExtenderMetrics(registry);
        this.decisions = decisions;
        this.opinions = new ShadowLedger(placement, circumstances);
        var adviser = new Adviser(
                images,
                circumstances,
                reservations,
                placement,
                config.decisions(),
                opinions::add,
                clock,
                System::nanoTime);
        this.port = new SchedulerPort(
                config.scheduler(), adviser, this::record, metrics, clock, () -> System.nanoTime() / 1_000_000);
        metrics.gauge(
                "plimsoll.extender.connections",
                "Connections that are open at the scheduler's port",
                port,
                SchedulerPort::connections);
        metrics.gauge(
                "plimsoll.extender.bodies",
                "Bytes of requests that the scheduler's port has made room for",
                port,
                SchedulerPort::bodyBytes);
    }

    /// Listens and warms up in the background; returns once the port answers.
    public void start() throws Exception {
        loop.deployVerticle(port)
                .toCompletionStage()
                .toCompletableFuture()
                .get(HealthServer.START_SECONDS_MAX, TimeUnit.SECONDS);
        if (config.decisions().shadow()) {
            loop.setPeriodic(
                    SHADOW_MILLIS,
                    id -> loop.executeBlocking(this::judgeShadow)
                            .onFailure(e -> LOG.error("What would have been advised could not be judged", e)));
        }
        Thread.ofPlatform().name("warm-up").daemon().start(() -> {
            WarmUp.run(placement);
            warm = true;
        });
    }

    public int port() {
        return port.port();
    }

    /// What must hold, or the process is to be started anew.
    public List<HealthCheck> liveness() {
        return List.of(new HealthCheck("scheduler-port", () -> {
            long silent = port.silentMillis();
            return silent > SILENT_MILLIS_MAX
                    ? Optional.of("its event loop has been busy for " + silent / 1000 + " s")
                    : Optional.empty();
        }));
    }

    /// What must hold for schedulers to be sent here.
    public List<HealthCheck> readiness() {
        return List.of(new HealthCheck("warm-up", () -> warm ? Optional.empty() : Optional.of("still warming up")));
    }

    @Override
    public void close() {
        loop.close().await();
    }

    /// On a worker's thread, one after the other: the event loop is the schedulers'.
    private int judgeShadow() {
        var regrets = opinions.judge(images.get(), clock.millis());
        regrets.forEach(regret -> metrics.regret(regret.judged().label(), regret.points()));
        return regrets.size();
    }

    private void record(Decision decision) {
        metrics.record(decision);
        decisions.add(decision);
    }
}
