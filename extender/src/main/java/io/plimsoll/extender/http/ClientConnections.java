package io.plimsoll.extender.http;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Which clients are connected, and which of them are too slow, quiet or many. Belongs to the event loop of the
/// scheduler's port; knows the time only from its callers.
///
///     opened ──► FRESH ──head complete──► BUSY ──last request answered──► IDLE ──head complete──► BUSY …
///                  └── requestMillisMax     └── each request: requestMillisMax  └── idleMillisMax
///
/// Time runs from the last change of state, so a client that trickles bytes gains nothing. Requests on one
/// connection (HTTP/2 has many at a time) each have a time of their own, from the head to the last byte of the
/// answer.
final class ClientConnections {

    private enum State {
        FRESH,
        BUSY,
        IDLE
    }

    private record Client(State state, int requests, long sinceMillis) {}

    private record Request(HttpConnection connection, long sinceMillis) {}

    private final SchedulerPortConfig config;
    /// In the order of their last change of state.
    private final LinkedHashMap<HttpConnection, Client> clients = new LinkedHashMap<>();
    /// In the order in which they came.
    private final LinkedHashMap<Object, Request> requests = new LinkedHashMap<>();

    ClientConnections(SchedulerPortConfig config) {
        this.config = config;
    }

    /// Notes a new connection and returns the one to close for it, if there are too many: the one quiet longest.
    Optional<HttpConnection> opened(HttpConnection connection, long nowMillis) {
        var victim = clients.size() < config.connectionsMax()
                ? Optional.<HttpConnection>empty()
                : Optional.of(clients.firstEntry().getKey());
        victim.ifPresent(clients::remove);
        change(connection, new Client(State.FRESH, 0, nowMillis));
        return victim;
    }

    void closed(HttpConnection connection) {
        clients.remove(connection);
    }

    void receiving(Object request, HttpConnection connection, long nowMillis) {
        requests.put(request, new Request(connection, nowMillis));
        var client = clients.get(connection);
        if (client != null) {
            change(connection, new Client(State.BUSY, client.requests + 1, nowMillis));
        }
    }

    /// A request is over, answered or not.
    void over(Object request, long nowMillis) {
        var ended = requests.remove(request);
        var client = ended == null ? null : clients.get(ended.connection);
        if (ended != null && client != null) {
            int others = client.requests - 1;
            change(ended.connection, new Client(others > 0 ? State.BUSY : State.IDLE, others, nowMillis));
        }
    }

    int count() {
        return clients.size();
    }

    /// Those that took too long.
    List<HttpConnection> overdue(long nowMillis) {
        var overdue = new LinkedHashSet<HttpConnection>();
        clients.forEach((connection, client) -> {
            if (nowMillis - client.sinceMillis > allowedMillis(client.state)) {
                overdue.add(connection);
            }
        });
        for (var request : requests.values()) {
            if (nowMillis - request.sinceMillis > config.requestMillisMax()) {
                overdue.add(request.connection);
            }
        }
        return new ArrayList<>(overdue);
    }

    private long allowedMillis(State state) {
        return switch (state) {
            case FRESH -> config.requestMillisMax();
            case BUSY -> Long.MAX_VALUE; // its requests have their own limits
            case IDLE -> config.idleMillisMax();
        };
    }

    private void change(HttpConnection connection, Client client) {
        clients.remove(connection);
        clients.put(connection, client);
    }
}
