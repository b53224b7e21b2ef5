package io.plimsoll.extender;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.extender.inspection.Inspection;
import io.plimsoll.extender.inspection.InspectionRoutes;
import io.plimsoll.extender.inspection.Moving;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.regime.RegimeView;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The extender by itself: the scheduler's port and the health port with its inspection. Nobody watches neighbours
/// for it. Any thread may start and
/// close it.
public final class ExtenderServer implements AutoCloseable {

    private final DecisionLog decisions;
    private final SchedulerServer schedulers;
    private final HealthServer health;

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
        this.decisions = new DecisionLog(config.decisionsKept());
        this.schedulers = new SchedulerServer(
                config,
                images,
                () -> Circumstances.UNKNOWN,
                () -> Reservations.NONE,
                placement,
                decisions,
                clock,
                registry);
        var inspection = new Inspection(
                images,
                () -> Watched.NOTHING,
                () -> RegimeView.NOTHING,
                () -> Moving.NOTHING,
                MoveConfig.of(placement),
                decisions,
                clock);
        Consumer<Router> routes = config.health().inspection() ? new InspectionRoutes(inspection)::mount : router -> {};
        var image = new ImageFreshness(images, config.decisions().imageAgeMillisMax(), clock);
        this.health = new HealthServer(
                config.health(),
                registry,
                Stream.concat(schedulers.liveness().stream(), furtherLiveness.stream())
                        .toList(),
                Stream.concat(schedulers.readiness().stream(), Stream.of(image.check()))
                        .toList(),
                routes);
    }

    /// Listens on both ports and warms up in the background; returns once both ports answer.
    public ExtenderServer start() throws Exception {
        schedulers.start();
        health.start();
        return this;
    }

    public int schedulerPort() {
        return schedulers.port();
    }

    public int healthPort() {
        return health.port();
    }

    /// What the health port answers, as `METHOD /path/{parameter}`.
    public SortedSet<String> healthRoutes() {
        return health.routes();
    }

    /// The latest decisions.
    public DecisionLog decisions() {
        return decisions;
    }

    @Override
    public void close() {
        schedulers.close();
        health.close();
    }
}
