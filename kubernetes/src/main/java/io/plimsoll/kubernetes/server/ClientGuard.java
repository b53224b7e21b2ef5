package io.plimsoll.kubernetes.server;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes the connections of clients that are slow, quiet or too many. Belongs to the event loop of their port, which
/// tells it of each connection and request, and calls [#beat] every [#BEAT_MILLIS]. The loop is a [PortLoop]'s.
public final class ClientGuard {

    public static final int BEAT_MILLIS = 250;

    private static final int MESSAGE_CHARS_MAX = 200;

    private static final Logger LOG = LoggerFactory.getLogger(ClientGuard.class);

    private final String port;
    private final ClientLimits limits;
    private final ListeningTime listening;
    private final ClientConnections connections;
    private final Consumer<String> closed;
    private final RareWarning closures = new RareWarning();
    private final RareWarning failures = new RareWarning();
    private Optional<Handshakes> socket = Optional.empty();

    /// @param port as people name it, e.g. `the scheduler's port`
    /// @param millis runs steadily, whatever the wall clock does
    /// @param closed told why of each connection that was closed on its client: `slow`, `too-many`, or what
    ///     [#close] is given; and of each handshake that failed, whoever gave it up: `handshake`
    public ClientGuard(String port, ClientLimits limits, LongSupplier millis, Consumer<String> closed) {
        this.port = port;
        this.limits = limits;
        this.listening = new ListeningTime(millis, BEAT_MILLIS);
        this.connections = new ClientConnections(limits);
        this.closed = closed;
    }

    /// Bounds how long a handshake may take, and has each connection carry one request at a time: over HTTP/2 one could
    /// hold many bodies, and one that waits for room would keep the others of its connection from coming in.
    public void configure(HttpServerOptions server) {
        server.setSslHandshakeTimeout(limits.handshakeMillisMax())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
                .setHttp2ClearTextEnabled(false);
    }

    /// The time that clients are judged by; it stands still while nobody reads what they send.
    public long nowMillis() {
        return listening.nowMillis();
    }

    /// How many connections are open; any thread may ask.
    public int connections() {
        return connections.count();
    }

    /// A connection is there, its handshake done.
    ///
    /// @param end run when it is closed
    public void opened(HttpConnection connection, Runnable end) {
        connections.opened(connection, nowMillis()).ifPresent(victim -> close(victim, "too-many"));
        ByteWatch.over(connection, () -> connections.heard(connection, nowMillis()));
        if (connection instanceof ConnectionBase base) {
            var channel = base.channelHandlerContext().channel();
            Handshakes.done(channel);
            socket = Handshakes.at(channel);
        }
        connection.closeHandler(gone -> {
            connections.closed(connection);
            end.run();
        });
    }

    /// A connection ended before it was one. Who ended it is not known: a client that does not trust the
    /// certificate, or only looks whether the port is open, closes by itself.
    public void failedHandshake(Throwable e) {
        LOG.debug("connection failed before a request: {}", e.toString());
        closed.accept("handshake");
        failures.happened("failed", nowMillis())
                .ifPresent(told -> LOG.warn(
                        "Handshakes with {} since this was last said: {}. Mostly a certificate that the other side does not trust;"
                                + " the latest: {}",
                        port,
                        told,
                        shortened(e.toString())));
    }

    /// It may hold all that a client sent instead of a handshake.
    private static String shortened(String message) {
        return message.length() <= MESSAGE_CHARS_MAX ? message : message.substring(0, MESSAGE_CHARS_MAX) + "…";
    }

    /// The head of a request is there.
    public void receiving(Object request, HttpConnection connection) {
        connections.receiving(request, connection, nowMillis());
    }

    /// A request gets an answer that does not depend on its body. It is over once both are through.
    public void refusing(HttpServerRequest request, Future<Void> answered) {
        receiving(request, request.connection());
        Future.join(request.end(), answered).onComplete(ended -> over(request));
    }

    /// A request is over, answered or not.
    public void over(Object request) {
        connections.over(request, nowMillis());
    }

    /// Closes those that took too long.
    ///
    /// @param others that the port itself finds too slow, by the time that it is given
    public void beat(LongFunction<Collection<HttpConnection>> others) {
        long judgedMillis = listening.beat();
        var slow = new LinkedHashSet<>(connections.overdue(judgedMillis));
        slow.addAll(others.apply(judgedMillis));
        slow.forEach(connection -> close(connection, "slow"));
        socket.map(Handshakes::takeRefused).ifPresent(refused -> count("too-many", refused));
    }

    /// Closes a connection on its client, at once.
    public void close(HttpConnection connection, String cause) {
        count(cause, 1);
        connections.closed(connection);
        drop(connection);
    }

    private static void drop(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            closeAtOnce(base.channelHandlerContext().channel());
        } else {
            connection.close();
        }
    }

    /// Neither by Vert.x, which waits for all to be sent, nor by TLS, which waits to say goodbye: a deaf client never
    /// ends.
    @SuppressWarnings("FutureReturnValueIgnored") // there is nothing left to do with it
    static void closeAtOnce(Channel client) {
        client.pipeline().firstContext().close();
    }

    private void count(String cause, int times) {
        for (int i = 0; i < times; i++) {
            closed.accept(cause);
            closures.happened(cause, nowMillis())
                    .ifPresent(told -> LOG.warn(
                            "Connections to {} were closed on their clients since this was last said: {}", port, told));
        }
    }
}
