package io.plimsoll.extender.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers probes, metrics and inspection, on an event loop of its own, so that no question from here delays a
/// scheduler.
public final class HealthPort extends VerticleBase {

    private static final int IDLE_SECONDS_MAX = 120;
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final HealthPortConfig config;
    private final PrometheusMeterRegistry registry;
    private final List<HealthCheck> liveness;
    private final List<HealthCheck> readiness;
    private final Consumer<Router> furtherRoutes;
    private @Nullable HttpServer server;

    public HealthPort(
            HealthPortConfig config,
            PrometheusMeterRegistry registry,
            List<HealthCheck> liveness,
            List<HealthCheck> readiness,
            Consumer<Router> furtherRoutes) {
        this.config = config;
        this.registry = registry;
        this.liveness = List.copyOf(liveness);
        this.readiness = List.copyOf(readiness);
        this.furtherRoutes = furtherRoutes;
    }

    @Override
    public Future<?> start() {
        var created = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS_MAX))
                .requestHandler(router(vertx));
        server = created;
        return created.listen(config.port(), config.host());
    }

    /// The port that is listened on, known once started.
    public int port() {
        var started = server;
        if (started == null) {
            throw new IllegalStateException("the health port is not started");
        }
        return started.actualPort();
    }

    /// What is answered here, as `METHOD /path/{parameter}`.
    public SortedSet<String> routes() {
        var routes = new TreeSet<String>();
        for (var route : router(vertx).getRoutes()) {
            for (var method : route.methods()) {
                routes.add(method.name() + " " + route.getName().replaceAll(":(\\w+)", "{$1}"));
            }
        }
        return routes;
    }

    private Router router(Vertx vertx) {
        var router = Router.router(vertx);
        router.get("/livez").handler(context -> health(context, liveness));
        router.get("/healthz").handler(context -> health(context, liveness));
        router.get("/readyz").handler(context -> health(context, readiness));
        router.get("/metrics").handler(this::metrics);
        furtherRoutes.accept(router);
        router.errorHandler(404, context -> problem(context, 404, "no such path"));
        router.errorHandler(405, context -> problem(context, 405, "method not allowed"));
        return router;
    }

    private static void health(RoutingContext context, List<HealthCheck> checks) {
        var lines = new StringBuilder();
        boolean well = true;
        for (var check : checks) {
            var problem = check.problem().get();
            well &= problem.isEmpty();
            lines.append(problem.isEmpty() ? "[+]" : "[-]")
                    .append(check.name())
                    .append(problem.map(words -> " failed: " + words).orElse(" ok"))
                    .append('\n');
        }
        boolean verbose = context.request().params().contains("verbose");
        context.response()
                .setStatusCode(well ? 200 : 503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .end(well && !verbose ? "ok" : lines.toString());
    }

    private void metrics(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, PROMETHEUS_TEXT).end(registry.scrape(PROMETHEUS_TEXT));
    }

    private static void problem(RoutingContext context, int status, String why) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", why).toBuffer());
    }
}
