package io.plimsoll.extender;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.extender.http.HealthPort;
import io.plimsoll.extender.http.HealthPortConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The health port on an event loop of its own: probes, metrics, and further routes such as inspection. Any thread may
/// start and close it.
public final class HealthServer implements AutoCloseable {

    /// Threads for what takes longer than an event loop has: more at a time would only take the processor from
    /// schedulers.
    static final int WORKERS_MAX = 2;

    static final long START_SECONDS_MAX = 30;

    private final HealthPort port;
    private final Vertx loop;
    private volatile boolean draining;

    /// @param liveness what must hold, or the process is to be started anew
    /// @param readiness what must hold for calls to be sent here, besides that it was not told to end
    public HealthServer(
            HealthPortConfig config,
            PrometheusMeterRegistry registry,
            List<HealthCheck> liveness,
            List<HealthCheck> readiness,
            Consumer<Router> furtherRoutes) {
        var ready = new ArrayList<>(readiness);
        ready.addFirst(new HealthCheck("end", () -> draining ? Optional.of("told to end") : Optional.empty()));
        this.port = new HealthPort(config, registry, liveness, ready, furtherRoutes);
        this.loop = withMetrics(registry);
    }

    static VertxOptions oneLoop() {
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
                // Of two servers in one process with the same name the second would count into the registry of the
                // first.
                .setRegistryName(UUID.randomUUID().toString())
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

    /// Returns once the port answers.
    public void start() throws Exception {
        loop.deployVerticle(port).toCompletionStage().toCompletableFuture().get(START_SECONDS_MAX, TimeUnit.SECONDS);
    }

    public int port() {
        return port.port();
    }

    /// What is answered, as `METHOD /path/{parameter}`.
    public SortedSet<String> routes() {
        return port.routes();
    }

    /// Says not ready from now on.
    public void drain() {
        draining = true;
    }

    @Override
    public void close() {
        loop.close().await();
    }
}
