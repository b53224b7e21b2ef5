package io.plimsoll.rightsizer.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.kubernetes.tls.TlsMaterial;
import io.plimsoll.kubernetes.tls.TlsReload;
import io.plimsoll.kubernetes.tls.TlsSource;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where the API server asks about new pods: `POST /mutate-pods`. All of it runs on one event loop; nothing in it
/// waits. A request that is refused here (too large, another path) leaves its pod as it is, by the webhook's
/// `failurePolicy`.
public final class AdmissionPort extends VerticleBase {

    /// What is asked for about pods, and answered.
    public static final String PATH = "/mutate-pods";

    private static final String PORT = "the webhook's port";
    /// An object is 1.5 MiB at most, and an update's review would hold two.
    private static final int BODY_BYTES_MAX = 4 << 20;

    /// The API server keeps idle connections for 90 s.
    private static final int IDLE_SECONDS_MAX = 120;

    private final AdmissionSettings settings;
    private final Optional<TlsSource> tls;
    private final UnaryOperator<byte[]> reviews;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private @Nullable HttpServer server;

    /// @param tls absent for plain HTTP, which no API server speaks to
    /// @param reviews answers a body with a body
    public AdmissionPort(
            AdmissionSettings settings,
            Optional<TlsSource> tls,
            UnaryOperator<byte[]> reviews,
            MeterRegistry meters,
            InstantSource clock) {
        this.settings = settings;
        this.tls = tls;
        this.reviews = reviews;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        return tls.isEmpty()
                ? listen(Optional.empty())
                : vertx.executeBlocking(() -> TlsReload.required(tls.get(), PORT))
                        .compose(material -> listen(Optional.of(material)));
    }

    private Future<HttpServer> listen(Optional<TlsMaterial> material) {
        var options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS_MAX)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false);
        material.ifPresent(found -> found.configure(options));
        var created = vertx.createHttpServer(options).requestHandler(router());
        server = created;
        return created.listen(settings.port(), settings.host())
                .onSuccess(listening -> material.ifPresent(first -> reload(first, created)));
    }

    /// The port that is listened on, known once started.
    public int port() {
        return Optional.ofNullable(server)
                .orElseThrow(() -> new IllegalStateException("the webhook's port is not started"))
                .actualPort();
    }

    private void reload(TlsMaterial first, HttpServer listening) {
        var reload = new TlsReload(vertx, tls.orElseThrow(), first, PORT, this::reloaded, clock);
        Gauge.builder(
                        "plimsoll.admission.certificate.expiry.timestamp.seconds",
                        reload,
                        self -> self.expiresAtMillis() / 1000.0)
                .description("When the certificate of the webhook's port ends")
                .register(meters);
        reload.start(listening);
    }

    private void reloaded(boolean isDone) {
        Counter.builder("plimsoll.admission.tls.reloads")
                .tag("result", isDone ? "done" : "failed")
                .register(meters)
                .increment();
    }

    private Router router() {
        var router = Router.router(vertx);
        router.post(PATH)
                .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
                .handler(this::answer);
        router.errorHandler(404, context -> refuse(context, 404, "no such path: POST " + PATH));
        router.errorHandler(405, context -> refuse(context, 405, "only POST is answered here"));
        router.errorHandler(413, context -> refuse(context, 413, "more than " + BODY_BYTES_MAX + " bytes"));
        return router;
    }

    private void answer(RoutingContext context) {
        var body = Optional.ofNullable(context.body().buffer()).map(Buffer::getBytes);
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(Buffer.buffer(reviews.apply(body.orElseGet(() -> new byte[0]))));
    }

    private static void refuse(RoutingContext context, int status, String why) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", why).toBuffer());
    }
}
