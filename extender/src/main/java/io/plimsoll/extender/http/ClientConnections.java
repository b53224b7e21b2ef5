package io.plimsoll.extender.http;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Which clients are connected, and which of them are too slow, quiet or many. Belongs to the event loop of the
/// scheduler's port; knows the time only from its callers.
///
///     opened ──► FRESH ──head complete──► RECEIVING ──body complete──► IDLE ──head complete──► RECEIVING …
///                  └── requestMillisMax ──────┴── requestMillisMax        └── idleMillisMax
///
/// Time runs from the last change of state, so a client that trickles bytes gains nothing.
final class ClientConnections {

    private enum State {
        FRESH,
        RECEIVING,
        IDLE
    }

    private record Client(State state, long sinceMillis) {}

    private final SchedulerPortConfig config;
    /// In the order of their last change of state.
    private final LinkedHashMap<HttpConnection, Client> clients = new LinkedHashMap<>();

    ClientConnections(SchedulerPortConfig config) {
        this.config = config;
    }

    /// Notes a new connection and returns the one to close for it, if there are too many: the one quiet longest.
    Optional<HttpConnection> opened(HttpConnection connection, long nowMillis) {
        var victim = clients.size() < config.connectionsMax()
                ? Optional.<HttpConnection>empty()
                : Optional.of(clients.firstEntry().getKey());
        victim.ifPresent(clients::remove);
        change(connection, State.FRESH, nowMillis);
        return victim;
    }

    void closed(HttpConnection connection) {
        clients.remove(connection);
    }

    void receiving(HttpConnection connection, long nowMillis) {
        change(connection, State.RECEIVING, nowMillis);
    }

    void received(HttpConnection connection, long nowMillis) {
        change(connection, State.IDLE, nowMillis);
    }

    int count() {
        return clients.size();
    }

    /// Those that took too long.
    List<HttpConnection> overdue(long nowMillis) {
        var overdue = new ArrayList<HttpConnection>();
        clients.forEach((connection, client) -> {
            if (nowMillis - client.sinceMillis > allowedMillis(client.state)) {
                overdue.add(connection);
            }
        });
        return overdue;
    }

    private long allowedMillis(State state) {
        return switch (state) {
            case FRESH, RECEIVING -> config.requestMillisMax();
            case IDLE -> config.idleMillisMax();
        };
    }

    private void change(HttpConnection connection, State state, long nowMillis) {
        clients.remove(connection);
        clients.put(connection, new Client(state, nowMillis));
    }
}
