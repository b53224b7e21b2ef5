package io.plimsoll.rightsizer.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.kubernetes.server.ClientGuard;
import io.plimsoll.kubernetes.server.RareWarning;
import io.plimsoll.kubernetes.tls.TlsMaterial;
import io.plimsoll.kubernetes.tls.TlsReload;
import io.plimsoll.kubernetes.tls.TlsSource;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the API server asks about new pods: `POST /mutate-pods`. All of it runs on one event loop; nothing in it
/// waits. A request that is refused here (too large, another path) leaves its pod as it is, by the webhook's
/// `failurePolicy`.
///
/// Anybody in the cluster may connect, since API servers seldom present a certificate: bodies, their sum, connections,
/// handshakes and the time for each are bounded.
public final class AdmissionPort extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionPort.class);

    /// What is asked for about pods, and answered.
    public static final String PATH = "/mutate-pods";

    private static final String PORT = "the webhook's port";

    private final AdmissionSettings settings;
    private final Optional<TlsSource> tls;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final ClientGuard clients;
    private final Intake intake;
    private final RareWarning warning = new RareWarning();
    private @Nullable HttpServer server;

    /// @param tls absent for plain HTTP, which no API server speaks to
    /// @param reviews answers a body with a body
    /// @param millis runs steadily, whatever the wall clock does
    public AdmissionPort(
            AdmissionSettings settings,
            Optional<TlsSource> tls,
            UnaryOperator<byte[]> reviews,
            MeterRegistry meters,
            InstantSource clock,
            LongSupplier millis) {
        this.settings = settings;
        this.tls = tls;
        this.meters = meters;
        this.clock = clock;
        this.clients = new ClientGuard(PORT, settings.clients(), millis, this::closed);
        this.intake = new Intake(settings.clients(), reviews, clients, this::refused);
    }

    @Override
    public Future<?> start() {
        return tls.isEmpty()
                ? listen(Optional.empty())
                : vertx.executeBlocking(() -> TlsReload.required(tls.get(), PORT))
                        .compose(material -> listen(Optional.of(material)));
    }

    private Future<HttpServer> listen(Optional<TlsMaterial> material) {
        var options = new HttpServerOptions().setTcpNoDelay(true);
        clients.configure(options);
        material.ifPresent(found -> found.configure(options));
        var created = vertx.createHttpServer(options)
                .connectionHandler(connection -> clients.opened(connection, () -> {}))
                .exceptionHandler(clients::failedHandshake)
                .requestHandler(this::receive);
        server = created;
        return created.listen(settings.port(), settings.host()).onSuccess(listening -> {
            beat();
            gauges();
            material.ifPresent(first -> reload(first, created));
        });
    }

    private void beat() {
        // Not periodically: after a stall the beats that were missed would come all at once.
        vertx.setTimer(ClientGuard.BEAT_MILLIS, id -> beat());
        clients.beat(judgedMillis -> List.of());
    }

    /// The port that is listened on, known once started.
    public int port() {
        return Optional.ofNullable(server)
                .orElseThrow(() -> new IllegalStateException("the webhook's port is not started"))
                .actualPort();
    }

    /// Bytes that bodies have room for, for tests and metrics; any thread may ask.
    long bodyBytes() {
        return intake.bytes();
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

    private void gauges() {
        Gauge.builder("plimsoll.admission.connections", clients, ClientGuard::connections)
                .description("Connections that are open at the webhook's port")
                .register(meters);
        Gauge.builder("plimsoll.admission.bodies", this, AdmissionPort::bodyBytes)
                .description("Bytes of requests that the webhook's port has made room for")
                .register(meters);
    }

    private void closed(String cause) {
        Counter.builder("plimsoll.admission.connections.closed")
                .description(
                        "Connections closed on clients that were slow, too many or pipelined, and handshakes that failed")
                .tag("cause", cause)
                .register(meters)
                .increment();
    }

    private void refused(String cause) {
        Counter.builder("plimsoll.admission.refused")
                .description("Requests that got an error, since there was no room for them")
                .tag("cause", cause)
                .register(meters)
                .increment();
        warning.happened(cause, clients.nowMillis())
                .ifPresent(told -> LOG.warn("Requests to {} were refused since this was last said: {}", PORT, told));
    }

    private void receive(HttpServerRequest request) {
        if (!PATH.equals(request.path())) {
            refuse(request, 404, "no such path: POST " + PATH);
        } else if (!request.method().equals(HttpMethod.POST)) {
            refuse(request, 405, "only POST is answered here");
        } else {
            intake.receive(request);
        }
    }

    private void refuse(HttpServerRequest request, int status, String why) {
        clients.refusing(request, Intake.refuse(request, status, why));
    }
}
