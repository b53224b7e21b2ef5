package io.plimsoll.extender.http;

import io.plimsoll.extender.ExtenderMetrics;
import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.Verb;
import io.plimsoll.kubernetes.tls.TlsMaterial;
import io.plimsoll.kubernetes.tls.TlsReload;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers kube-scheduler. All of it runs on one event loop; nothing in it waits.
///
/// Clients are trusted to be schedulers (loopback, or a client certificate), not to be well: bodies, their sum,
/// connections and the time for each are bounded.
public final class SchedulerPort extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerPort.class);

    private static final String PORT = "the scheduler's port";
    private static final int SWEEP_MILLIS = 250;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int STREAMS_MAX = 16;
    /// As much as is read from a socket at a time; in smaller pieces a large body costs more in calls than in
    /// bytes.
    private static final int CHUNK_BYTES_MAX = 64 << 10;

    private final SchedulerPortConfig config;
    private final ExtenderMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier millis;
    private final ListeningTime listening;
    private final ClientConnections connections;
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
        this.listening = new ListeningTime(millis, SWEEP_MILLIS);
        this.connections = new ClientConnections(config);
        this.exchanges =
                new Exchanges(config, adviser, decisions, metrics, clock, listening::nowMillis, connections, taps);
        this.beatMillis = millis.getAsLong();
    }

    @Override
    public Future<?> start() {
        beat();
        var tls = config.tls().map(files -> TlsReload.required(files, PORT));
        var created = vertx.createHttpServer(options(tls))
                .connectionHandler(this::opened)
                .exceptionHandler(this::failedHandshake)
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
        return connections.count();
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

    private static HttpServerOptions options(Optional<TlsMaterial> tls) {
        var options = new HttpServerOptions()
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(HEADER_BYTES_MAX)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS_MAX));
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

    private void failedHandshake(Throwable e) {
        LOG.debug("connection failed before a request: {}", e.toString());
        metrics.closed("handshake");
    }

    private void beat() {
        // Not periodically: after a stall the beats that were missed would come all at once.
        vertx.setTimer(SWEEP_MILLIS, id -> beat());
        beatMillis = millis.getAsLong();
        long judgedMillis = listening.beat();
        exchanges.sweep(judgedMillis);
        var slow = new LinkedHashSet<>(connections.overdue(judgedMillis));
        slow.addAll(exchanges.inTheWay(judgedMillis));
        slow.addAll(exchanges.lingering(judgedMillis));
        for (var connection : slow) {
            metrics.closed("slow");
            drop(connection);
        }
    }

    private void opened(HttpConnection connection) {
        connections.opened(connection, listening.nowMillis()).ifPresent(victim -> {
            metrics.closed("too-many");
            drop(victim);
        });
        taps.opened(connection);
        ByteWatch.over(connection, () -> connections.heard(connection, listening.nowMillis()));
        connection.closeHandler(end -> {
            connections.closed(connection);
            taps.closed(connection);
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // there is nothing left to do with it
    private void drop(HttpConnection connection) {
        connections.closed(connection);
        if (connection instanceof ConnectionBase base) {
            base.channelHandlerContext()
                    .close(); // not by Vert.x, which waits for all to be sent: a deaf client never ends
        } else {
            connection.close();
        }
    }

    private static void refuse(RoutingContext context, int status, String why) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, Sending.JSON)
                .end(new JsonObject().put("error", why).toBuffer());
    }
}
