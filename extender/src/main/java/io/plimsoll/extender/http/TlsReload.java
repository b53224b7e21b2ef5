package io.plimsoll.extender.http;

import io.plimsoll.extender.ExtenderMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the TLS files from time to time and gives the server what changed; open connections go on as they are.
/// Belongs to the event loop of the scheduler's port; files are read on another thread.
///
/// Files that cannot be used are left alone, with a warning and a counter: the server keeps what it has.
final class TlsReload {

    private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);
    private static final Duration WARN_BEFORE = Duration.ofDays(14);
    private static final Duration WARN_EVERY = Duration.ofHours(6);

    private final Vertx vertx;
    private final TlsFiles files;
    private final ExtenderMetrics metrics;
    private final InstantSource clock;
    private volatile TlsMaterial current;
    private Instant warnedAt = Instant.EPOCH;

    TlsReload(Vertx vertx, TlsFiles files, TlsMaterial first, ExtenderMetrics metrics, InstantSource clock) {
        this.vertx = vertx;
        this.files = files;
        this.metrics = metrics;
        this.clock = clock;
        this.current = first;
    }

    void start(HttpServer server) {
        metrics.gauge(
                "plimsoll.extender.certificate.expiry.timestamp.seconds",
                "When the certificate of the scheduler's port ends",
                this,
                self -> self.current.expiresAtMillis() / 1000.0);
        warnIfExpiring();
        vertx.setPeriodic(files.checkMillis(), id -> check(server));
    }

    private void check(HttpServer server) {
        warnIfExpiring();
        vertx.executeBlocking(() -> TlsMaterial.read(files))
                .compose(next -> next.holdsTheSameAs(current) ? Future.succeededFuture() : use(server, next))
                .onFailure(e -> {
                    metrics.tlsReload(false);
                    LOG.warn("TLS files are left as they were, since the new ones cannot be used: {}", e.getMessage());
                });
    }

    private Future<Void> use(HttpServer server, TlsMaterial next) {
        return server.updateSSLOptions(next.options(), true).map(updated -> {
            current = next;
            metrics.tlsReload(true);
            LOG.info("TLS files of the scheduler's port are in use anew: {}", files.certificate());
            return null;
        });
    }

    private void warnIfExpiring() {
        var now = clock.instant();
        var left = Duration.between(now, Instant.ofEpochMilli(current.expiresAtMillis()));
        if (left.compareTo(WARN_BEFORE) < 0 && Duration.between(warnedAt, now).compareTo(WARN_EVERY) >= 0) {
            warnedAt = now;
            LOG.warn(
                    "the certificate in {} ends in {} hours: renew the file, it is read again by itself",
                    files.certificate(),
                    left.toHours());
        }
    }

    /// What the files hold now; for the start, where a file that cannot be used is an error.
    static TlsMaterial required(TlsFiles files) {
        try {
            return TlsMaterial.read(files);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "TLS files of the scheduler's port cannot be used: " + e.getMessage(), e);
        }
    }
}
