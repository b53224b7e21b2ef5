package io.plimsoll.kubernetes.server;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Which clients are connected, and which of them are too slow, quiet or many. Belongs to the event loop of
/// their port; knows the time only from its callers.
///
///     opened ──► QUIET ──first byte──► HEAD ──complete──► BUSY ──last request answered──► QUIET …
///                  └── idleMillisMax     └── requestMillisMax └── each request: requestMillisMax
///
/// Time runs from the last change of state, so a client that trickles bytes gains nothing. Requests on one
/// connection (HTTP/2 has many at a time) each have a time of their own, from the first byte, where it was heard, to
/// the last one of the answer.
///
/// A connection that never said anything is quiet, not slow: Go's client opens a second one when the first is not
/// free at once, and keeps it for later. Were it closed as it is taken into use, that call would be lost.
final class ClientConnections {

    private enum State {
        QUIET,
        HEAD,
        BUSY
    }

    /// @param served whether a request of it was ever over
    private record Client(State state, int requests, boolean served, long sinceMillis) {}

    private record Request(HttpConnection connection, long sinceMillis) {}

    private final ClientLimits limits;
    /// In the order of their last change of state.
    private final LinkedHashMap<HttpConnection, Client> clients = new LinkedHashMap<>();
    /// In the order in which they came.
    private final LinkedHashMap<Object, Request> requests = new LinkedHashMap<>();

    ClientConnections(ClientLimits limits) {
        this.limits = limits;
    }

    /// Notes a new connection and returns the one to close for it, if there are too many: of those that never ended
    /// a request the one quiet longest, so that a flood of them costs nobody else a connection; else of all.
    Optional<HttpConnection> opened(HttpConnection connection, long nowMillis) {
        var victim =
                clients.size() < limits.connectionsMax() ? Optional.<HttpConnection>empty() : Optional.of(quietest());
        victim.ifPresent(clients::remove);
        change(connection, new Client(State.QUIET, 0, false, nowMillis));
        return victim;
    }

    /// The first call of a client may be on its way on a connection that never ended one: those that wait for
    /// nothing go before it.
    private HttpConnection quietest() {
        return firstOf(client -> !client.served && client.state != State.BUSY)
                .or(() -> firstOf(client -> !client.served))
                .orElseGet(() -> clients.firstEntry().getKey());
    }

    private Optional<HttpConnection> firstOf(Predicate<Client> which) {
        return clients.entrySet().stream()
                .filter(client -> which.test(client.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    void closed(HttpConnection connection) {
        clients.remove(connection);
    }

    /// Bytes came in: of a new head, unless a request is on its way.
    void heard(HttpConnection connection, long nowMillis) {
        var client = clients.get(connection);
        if (client != null && client.state == State.QUIET) {
            change(connection, new Client(State.HEAD, 0, client.served, nowMillis));
        }
    }

    void receiving(Object request, HttpConnection connection, long nowMillis) {
        var client = clients.get(connection);
        long sinceMillis = client != null && client.state == State.HEAD ? client.sinceMillis : nowMillis;
        requests.put(request, new Request(connection, sinceMillis));
        if (client != null) {
            change(connection, new Client(State.BUSY, client.requests + 1, client.served, nowMillis));
        }
    }

    /// A request is over, answered or not.
    void over(Object request, long nowMillis) {
        var ended = requests.remove(request);
        var client = ended == null ? null : clients.get(ended.connection);
        if (ended != null && client != null) {
            int others = client.requests - 1;
            change(ended.connection, new Client(others > 0 ? State.BUSY : State.QUIET, others, true, nowMillis));
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
            if (nowMillis - request.sinceMillis > limits.requestMillisMax()) {
                overdue.add(request.connection);
            }
        }
        return new ArrayList<>(overdue);
    }

    private long allowedMillis(State state) {
        return switch (state) {
            case QUIET -> limits.idleMillisMax();
            case HEAD -> limits.requestMillisMax();
            case BUSY -> Long.MAX_VALUE; // its requests have their own limits
        };
    }

    private void change(HttpConnection connection, Client client) {
        clients.remove(connection);
        clients.put(connection, client);
    }
}
