package io.plimsoll.extender.http;

import io.plimsoll.extender.ExtenderMetrics;
import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.Verb;
import io.plimsoll.extender.wire.MalformedRequest;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayDeque;
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

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final int SWEEP_MILLIS = 250;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int STREAMS_MAX = 16;
    /// Bodies kept for reuse, and up to which size: more than a scheduler sends at a time, and not for ever as much as
    /// the largest.
    private static final int SPARE_BODIES = 4;

    private static final int SPARE_BODY_BYTES_MAX = 16 << 20;

    private final SchedulerPortConfig config;
    private final Adviser adviser;
    private final Consumer<Decision> decisions;
    private final ExtenderMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier millis;
    private final ClientConnections connections;
    private final ArrayDeque<RequestBody> spareBodies = new ArrayDeque<>();
    private long receivingBytes;
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
        this.adviser = adviser;
        this.decisions = decisions;
        this.metrics = metrics;
        this.clock = clock;
        this.millis = millis;
        this.connections = new ClientConnections(config);
        this.beatMillis = millis.getAsLong();
    }

    @Override
    public Future<?> start() {
        beat();
        vertx.setPeriodic(SWEEP_MILLIS, id -> beat());
        var tls = config.tls().map(TlsReload::required);
        var created = vertx.createHttpServer(options(tls))
                .connectionHandler(this::opened)
                .exceptionHandler(this::failedHandshake)
                .requestHandler(router());
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

    private TlsReload reload(TlsMaterial first) {
        return new TlsReload(vertx, config.tls().orElseThrow(), first, metrics, clock);
    }

    private static HttpServerOptions options(Optional<TlsMaterial> tls) {
        var options = new HttpServerOptions()
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(HEADER_BYTES_MAX)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS_MAX));
        tls.ifPresent(material -> options.setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(material.keys())
                .setTrustOptions(material.trust())
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(TlsMaterial.PROTOCOLS));
        return options;
    }

    private Router router() {
        var router = Router.router(vertx);
        for (var verb : Verb.values()) {
            router.post(config.prefix() + "/" + verb.label()).handler(context -> receive(verb, context.request()));
        }
        router.errorHandler(404, context -> refuse(context, 404, "no such path: POST " + paths()));
        router.errorHandler(405, context -> refuse(context, 405, "only POST is answered here"));
        return router;
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
        beatMillis = millis.getAsLong();
        for (var connection : connections.overdue(beatMillis)) {
            metrics.closed("slow");
            drop(connection);
        }
    }

    private void opened(HttpConnection connection) {
        connections.opened(connection, millis.getAsLong()).ifPresent(victim -> {
            metrics.closed("too-many");
            drop(victim);
        });
        connection.closeHandler(end -> connections.closed(connection));
    }

    private void drop(HttpConnection connection) {
        connections.closed(connection);
        connection.close();
    }

    // One request

    private void receive(Verb verb, HttpServerRequest request) {
        connections.receiving(request.connection(), millis.getAsLong());
        var body = spareBodies.isEmpty() ? new RequestBody() : spareBodies.pop();
        body.clear();
        new Reception(verb, request, body).start();
    }

    /// One request while its body comes in.
    private final class Reception {

        private final Verb verb;
        private final HttpServerRequest request;
        private final RequestBody body;
        private boolean over;

        Reception(Verb verb, HttpServerRequest request, RequestBody body) {
            this.verb = verb;
            this.request = request;
            this.body = body;
        }

        void start() {
            request.handler(this::add).exceptionHandler(e -> finish()).endHandler(end -> complete());
            if (declaredBytes() > config.bodyBytesMax()) {
                tooLarge();
            }
        }

        private long declaredBytes() {
            var declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
            try {
                return declared == null ? 0 : Long.parseLong(declared);
            } catch (NumberFormatException e) {
                return Long.MAX_VALUE;
            }
        }

        private void add(Buffer chunk) {
            if (over) {
                return;
            }
            if (body.length() + chunk.length() > config.bodyBytesMax()) {
                tooLarge();
            } else if (receivingBytes + chunk.length() > config.bodiesBytesMax()) {
                abandon(503, "too many large requests at one time");
            } else {
                receivingBytes += chunk.length();
                body.add(chunk, config.bodyBytesMax());
            }
        }

        private void tooLarge() {
            abandon(413, "the body is larger than " + config.bodyBytesMax() + " bytes");
        }

        private void abandon(int status, String why) {
            metrics.refused(verb, status == 413 ? "too-large" : "overload");
            finish();
            refuse(request.response(), status, why).onComplete(sent -> drop(request.connection()));
        }

        private void complete() {
            if (over) {
                return;
            }
            connections.received(request.connection(), millis.getAsLong());
            try {
                var decision = adviser.answer(verb, body.bytes(), body.length());
                send(request.response(), adviser.reply());
                decisions.accept(decision);
            } catch (MalformedRequest e) {
                metrics.refused(verb, e.kind().label());
                refuse(request.response(), 400, "not an extender request: " + e.getMessage());
            } finally {
                finish();
            }
        }

        private void finish() {
            if (over) {
                return;
            }
            over = true;
            receivingBytes -= body.length();
            if (spareBodies.size() < SPARE_BODIES && body.capacity() <= SPARE_BODY_BYTES_MAX) {
                spareBodies.push(body);
            }
        }
    }

    private static void send(HttpServerResponse response, ReplyBuffer reply) {
        var buffer = Buffer.buffer(reply.length()).appendBytes(reply.bytes(), 0, reply.length());
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(buffer);
    }

    private static void refuse(RoutingContext context, int status, String why) {
        refuse(context.response(), status, why);
    }

    private static Future<Void> refuse(HttpServerResponse response, int status, String why) {
        return response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .end(new JsonObject().put("error", why).toBuffer());
    }
}
