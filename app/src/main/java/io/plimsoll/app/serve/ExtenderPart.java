package io.plimsoll.app.serve;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.SchedulerServer;
import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.model.placement.PlacementConfig;
import java.util.List;

/// Answers schedulers by the picture of the cluster.
final class ExtenderPart implements ServicePart {

    private final ExtenderConfig config;
    private final SchedulerServer server;

    ExtenderPart(
            ExtenderConfig config,
            Picture picture,
            PlacementConfig placement,
            DecisionLog decisions,
            PrometheusMeterRegistry registry) {
        this.config = config;
        this.server = new SchedulerServer(
                config,
                picture.images(),
                picture.circumstances(),
                picture.reservations(),
                placement,
                decisions,
                picture.clock(),
                registry);
    }

    @Override
    public void start() throws Exception {
        server.start();
    }

    @Override
    public List<HealthCheck> liveness() {
        return server.liveness();
    }

    @Override
    public List<HealthCheck> readiness() {
        return server.readiness();
    }

    /// What a scheduler's `urlPrefix` must say.
    String url() {
        var port = config.scheduler();
        return (port.tls().isPresent() ? "https://" : "http://") + port.host() + ":" + server.port() + port.prefix();
    }

    @Override
    public String described() {
        return "schedulers at " + url();
    }

    @Override
    public void close() {
        server.close();
    }
}
