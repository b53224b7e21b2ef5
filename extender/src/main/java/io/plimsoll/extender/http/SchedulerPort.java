package io.plimsoll.extender.http;

import io.plimsoll.extender.ExtenderMetrics;
import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.Verb;
import io.plimsoll.kubernetes.server.ClientGuard;
import io.plimsoll.kubernetes.tls.TlsMaterial;
import io.plimsoll.kubernetes.tls.TlsReload;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers kube-scheduler. All of it runs on one event loop; nothing in it waits.
///
/// Clients are trusted to be schedulers (loopback, or a client certificate), not to be well: bodies, their sum,
/// connections and the time for each are bounded.
public final class SchedulerPort extends VerticleBase {

    private static final String PORT = "the scheduler's port";
    private static final int HEADER_BYTES_MAX = 16 << 10;
    /// As much as is read from a socket at a time; in smaller pieces a large body costs more in calls than in
    /// bytes.
    private static final int CHUNK_BYTES_MAX = 64 << 10;

    private final SchedulerPortConfig config;
    private final ExtenderMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier millis;
    private final ClientGuard clients;
    private final BodyTap.OfConnections taps = new BodyTap.OfConnections();
    private final Exchanges exchanges;
    private volatile long beatMillis;
    private @Nullable HttpServer server;

    /// @param millis runs steadily, whatever the wall clock does
    public SchedulerPort(
            SchedulerPortConfig config,
            Adviser adviser,
            Consumer<Decision> decisions,
            ExtenderMetrics metrics,
            InstantSource clock,
            LongSupplier millis) {
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
        this.millis = millis;
        this.clients = new ClientGuard(PORT, config.limits(), millis, metrics::closed);
        this.exchanges = new Exchanges(config, adviser, decisions, metrics, clock, clients, taps);
        this.beatMillis = millis.getAsLong();
    }

    @Override
    public Future<?> start() {
        beat();
        var tls = config.tls().map(files -> TlsReload.required(files, PORT));
        var created = vertx.createHttpServer(options(tls))
                .connectionHandler(this::opened)
                .exceptionHandler(clients::failedHandshake)
                .requestHandler(dispatch(router()));
        server = created;
        return created.listen(config.port(), config.host())
                .onSuccess(listening -> tls.ifPresent(first -> reload(first).start(created)));
    }

    /// The port that is listened on, known once started.
    public int port() {
        var started = server;
        if (started == null) {
            throw new IllegalStateException("the scheduler's port is not started");
        }
        return started.actualPort();
    }

    /// How long ago the event loop last came round.
    public long silentMillis() {
        return millis.getAsLong() - beatMillis;
    }

    /// How many connections are open; any thread may ask.
    public int connections() {
        return clients.connections();
    }

    /// Bytes that bodies have room for; any thread may ask.
    public long bodyBytes() {
        return exchanges.bodyBytes();
    }

    private TlsReload reload(TlsMaterial first) {
        var reload = new TlsReload(vertx, config.tls().orElseThrow(), first, PORT, metrics::tlsReload, clock);
        metrics.gauge(
                "plimsoll.extender.certificate.expiry.timestamp.seconds",
                "When the certificate of the scheduler's port ends",
                reload,
                self -> self.expiresAtMillis() / 1000.0);
        return reload;
    }

    private HttpServerOptions options(Optional<TlsMaterial> tls) {
        var options = new HttpServerOptions()
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(HEADER_BYTES_MAX)
                .setHandle100ContinueAutomatically(true)
                .setTcpNoDelay(true)
                .setMaxChunkSize(CHUNK_BYTES_MAX);
        clients.configure(options);
        tls.ifPresent(material -> material.configure(options));
        return options;
    }

    /// Calls of a scheduler go straight to where they are answered; all else is the router's.
    private Handler<HttpServerRequest> dispatch(Router others) {
        var verbs = new HashMap<String, Verb>();
        for (var verb : Verb.values()) {
            verbs.put(path(verb), verb);
        }
        return request -> {
            var verb = verbs.get(request.uri());
            if (verb != null && request.method().equals(HttpMethod.POST)) {
                exchanges.receive(verb, request);
            } else {
                others.handle(request);
            }
        };
    }

    private Router router() {
        var router = Router.router(vertx);
        for (var verb : Verb.values()) {
            router.post(path(verb)).handler(context -> exchanges.receive(verb, context.request()));
        }
        router.errorHandler(404, context -> refuse(context, 404, "no such path: POST " + paths()));
        router.errorHandler(405, context -> refuse(context, 405, "only POST is answered here"));
        return router;
    }

    private String path(Verb verb) {
        return config.prefix() + "/" + verb.label();
    }

    private String paths() {
        var paths = new StringBuilder();
        for (var verb : Verb.values()) {
            paths.append(paths.isEmpty() ? "" : ", ")
                    .append(config.prefix())
                    .append('/')
                    .append(verb.label());
        }
        return paths.toString();
    }

    private void beat() {
        // Not periodically: after a stall the beats that were missed would come all at once.
        vertx.setTimer(ClientGuard.BEAT_MILLIS, id -> beat());
        beatMillis = millis.getAsLong();
        clients.beat(exchanges::tooSlow);
    }

    private void opened(HttpConnection connection) {
        taps.opened(connection);
        clients.opened(connection, () -> taps.closed(connection));
    }

    private void refuse(RoutingContext context, int status, String why) {
        var answered = context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, Sending.JSON)
                .end(new JsonObject().put("error", why).toBuffer());
        clients.refusing(context.request(), answered);
    }
}
