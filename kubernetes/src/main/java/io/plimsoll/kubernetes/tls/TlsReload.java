package io.plimsoll.kubernetes.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at a server's certificate from time to time and gives the server what changed; open connections go on as they
/// are. Belongs to the event loop of the server; the source is read on another thread.
///
/// What cannot be used is left alone, with a warning: the server keeps what it has.
public final class TlsReload {

    private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);
    private static final Duration WARN_BEFORE = Duration.ofDays(14);
    private static final Duration WARN_EVERY = Duration.ofHours(6);

    private final Vertx vertx;
    private final TlsSource source;
    private final String port;
    private final Consumer<Boolean> outcomes;
    private final InstantSource clock;
    private volatile TlsMaterial current;
    private Instant warnedAt = Instant.EPOCH;

    /// @param first what the server was started with
    /// @param port as people name it, e.g. `the scheduler's port`
    /// @param outcomes told of each change whether it could be used
    public TlsReload(
            Vertx vertx,
            TlsSource source,
            TlsMaterial first,
            String port,
            Consumer<Boolean> outcomes,
            InstantSource clock) {
        this.vertx = vertx;
        this.source = source;
        this.port = port;
        this.outcomes = outcomes;
        this.clock = clock;
        this.current = first;
    }

    public void start(HttpServer server) {
        warnIfExpiring();
        vertx.setPeriodic(source.checkMillis(), id -> check(server));
    }

    /// When the certificate in use ends, epoch milliseconds; any thread may ask.
    public long expiresAtMillis() {
        return current.expiresAtMillis();
    }

    private void check(HttpServer server) {
        warnIfExpiring();
        vertx.executeBlocking(source::read)
                .compose(next -> next.equals(current) ? Future.succeededFuture() : use(server, next))
                .onFailure(e -> {
                    outcomes.accept(false);
                    LOG.warn(
                            "The certificate of {} is left as it was, since the new one cannot be used: {}",
                            port,
                            e.getMessage());
                });
    }

    private Future<Void> use(HttpServer server, TlsMaterial next) {
        return server.updateSSLOptions(next.options(), true).map(updated -> {
            current = next;
            outcomes.accept(true);
            LOG.info("The certificate of {} is in use anew: {}", port, source.label());
            return null;
        });
    }

    private void warnIfExpiring() {
        var now = clock.instant();
        var left = Duration.between(now, Instant.ofEpochMilli(current.expiresAtMillis()));
        if (left.compareTo(WARN_BEFORE) < 0 && Duration.between(warnedAt, now).compareTo(WARN_EVERY) >= 0) {
            warnedAt = now;
            LOG.warn(
                    "The certificate in {} {}: renew it, it is read again by itself",
                    source.label(),
                    left.isNegative()
                            ? "ended " + left.abs().toHours() + " hours ago"
                            : "ends in " + left.toHours() + " hours");
        }
    }

    /// What the source has now; for the start, where one that cannot be used is an error.
    public static TlsMaterial required(TlsSource source, String port) {
        try {
            return source.read();
        } catch (IOException e) {
            throw new IllegalArgumentException("TLS files of " + port + " cannot be used: " + e.getMessage(), e);
        }
    }
}
