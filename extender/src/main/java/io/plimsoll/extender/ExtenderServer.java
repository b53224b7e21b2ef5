package io.plimsoll.extender;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.decision.WarmUp;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.extender.http.HealthPort;
import io.plimsoll.extender.http.SchedulerPort;
import io.plimsoll.extender.inspection.Inspection;
import io.plimsoll.extender.inspection.InspectionRoutes;
import io.plimsoll.extender.shadow.ShadowLedger;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PlacementConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The extender as a whole: the scheduler's port, the health port, and what both share.
///
/// Schedulers are answered from the first moment, neutrally until the image is there. Any thread may start and
/// close it.
public final class ExtenderServer implements AutoCloseable {

    private static final long SILENT_MILLIS_MAX = 10_000;
    private static final long START_SECONDS_MAX = 30;
    private static final long SHADOW_MILLIS = 1_000;
    /// Threads for inspection and for reading certificates: more questions at a time would only take the processor
    /// from schedulers.
    private static final int WORKERS_MAX = 2;

    private final ExtenderConfig config;
    private final Supplier<ClusterImage> images;
    private final PlacementConfig placement;
    private final InstantSource clock;
    private final ExtenderMetrics metrics;
    private final DecisionLog decisions;
    private final ShadowLedger opinions;
    private final SchedulerPort schedulerPort;
    private final HealthPort healthPort;
    /// Nothing but the scheduler's port runs here.
    private final Vertx schedulerLoop;

    private final Vertx healthLoop;
    private volatile boolean warm;
    private volatile boolean draining;

    public ExtenderServer(
            ExtenderConfig config,
            Supplier<ClusterImage> images,
            PlacementConfig placement,
            InstantSource clock,
            PrometheusMeterRegistry registry) {
        this(config, images, placement, clock, registry, List.of());
    }

    /// @param furtherLiveness what must hold besides, or the process is to be started anew
    public ExtenderServer(
            ExtenderConfig config,
            Supplier<ClusterImage> images,
            PlacementConfig placement,
            InstantSource clock,
            PrometheusMeterRegistry registry,
            List<HealthCheck> furtherLiveness) {
        this.config = config;
        this.images = images;
        this.placement = placement;
        this.clock = clock;
        this.metrics = new ExtenderMetrics(registry);
        this.decisions = new DecisionLog(config.decisionsKept());
        this.opinions = new ShadowLedger(placement);
        var adviser = new Adviser(images, placement, config.decisions(), opinions::add, clock, System::nanoTime);
        this.schedulerPort = new SchedulerPort(
                config.scheduler(), adviser, this::record, metrics, clock, () -> System.nanoTime() / 1_000_000);
        var inspection = new Inspection(images, placement, decisions, clock);
        Consumer<Router> routes = config.health().inspection() ? new InspectionRoutes(inspection)::mount : router -> {};
        this.healthPort = new HealthPort(config.health(), registry, liveness(furtherLiveness), readiness(), routes);
        this.schedulerLoop = Vertx.vertx(oneLoop());
        this.healthLoop = withMetrics(registry);
        metrics.gauge(
                "plimsoll.extender.connections",
                "Connections that are open at the scheduler's port",
                schedulerPort,
                SchedulerPort::connections);
        metrics.gauge(
                "plimsoll.extender.bodies",
                "Bytes of requests that the scheduler's port has made room for",
                schedulerPort,
                SchedulerPort::bodyBytes);
    }

    private static VertxOptions oneLoop() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(WORKERS_MAX)
                .setUseDaemonThread(true);
    }

    /// With the server's own metrics (`vertx_http_server_…`) by method and status. Not so the scheduler's port:
    /// there they would cost more than half of what a decision does.
    private static Vertx withMetrics(MeterRegistry registry) {
        var metrics = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setLabels(EnumSet.of(Label.LOCAL, Label.HTTP_METHOD, Label.HTTP_CODE));
        for (var domain : MetricsDomain.values()) {
            if (domain != MetricsDomain.HTTP_SERVER) {
                metrics.addDisabledMetricsCategory(domain);
            }
        }
        // Vert.x registers its gauges anew with each request, of which Micrometer warns.
        var withoutGauges = new CompositeMeterRegistry();
        withoutGauges.config().meterFilter(MeterFilter.denyNameStartsWith("vertx.http.server.active"));
        withoutGauges.add(registry);
        return Vertx.builder()
                .with(oneLoop().setMetricsOptions(metrics))
                .withMetrics(new MicrometerMetricsFactory(withoutGauges))
                .build();
    }

    /// Listens on both ports and warms up in the background; returns once both ports answer.
    public ExtenderServer start() throws Exception {
        await(schedulerLoop.deployVerticle(schedulerPort));
        await(healthLoop.deployVerticle(healthPort));
        if (config.decisions().shadow()) {
            healthLoop.setPeriodic(SHADOW_MILLIS, id -> judgeShadow());
        }
        Thread.ofPlatform().name("warm-up").daemon().start(() -> {
            WarmUp.run(placement);
            warm = true;
        });
        return this;
    }

    public int schedulerPort() {
        return schedulerPort.port();
    }

    public int healthPort() {
        return healthPort.port();
    }

    /// What the health port answers, as `METHOD /path/{parameter}`.
    public SortedSet<String> healthRoutes() {
        return healthPort.routes();
    }

    /// The latest decisions.
    public DecisionLog decisions() {
        return decisions;
    }

    /// Says not ready from now on, and goes on answering: whoever routes calls sends them elsewhere before the
    /// end.
    public void drain() {
        draining = true;
    }

    @Override
    public void close() {
        Future.all(schedulerLoop.close(), healthLoop.close()).await();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(START_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private void judgeShadow() {
        opinions.judge(images.get(), clock.millis())
                .forEach(regret -> metrics.regret(regret.judged().label(), regret.points()));
    }

    private void record(Decision decision) {
        metrics.record(decision);
        decisions.add(decision);
    }

    private List<HealthCheck> liveness(List<HealthCheck> further) {
        var checks = new ArrayList<>(further);
        checks.addFirst(new HealthCheck("scheduler-port", () -> {
            long silent = schedulerPort.silentMillis();
            return silent > SILENT_MILLIS_MAX
                    ? Optional.of("its event loop has been busy for " + silent / 1000 + " s")
                    : Optional.empty();
        }));
        return checks;
    }

    private List<HealthCheck> readiness() {
        return List.of(
                new HealthCheck("end", () -> draining ? Optional.of("told to end") : Optional.empty()),
                new HealthCheck("warm-up", () -> warm ? Optional.empty() : Optional.of("still warming up")),
                new HealthCheck("image", this::imageProblem));
    }

    private Optional<String> imageProblem() {
        long confirmed = images.get().confirmedAtMillis();
        if (confirmed == 0) {
            return Optional.of("the cluster has not been seen completely yet");
        }
        long age = clock.millis() - confirmed;
        return age > config.decisions().imageAgeMillisMax()
                ? Optional.of("the picture of the cluster is " + age / 1000 + " s old")
                : Optional.empty();
    }
}
