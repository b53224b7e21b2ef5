package io.plimsoll.kubernetes.server;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Which clients are connected, and which of them are too slow, quiet or many. Belongs to the event loop of
/// their port; knows the time only from its callers.
///
///     opened ──► QUIET ──first byte──► HEAD ──complete──► BUSY ──last request answered──► QUIET …
///                  └── idleMillisMax     └── requestMillisMax └── each request: requestMillisMax
///
/// Time runs from the last change of state, so a client that trickles bytes gains nothing. Requests each have a time of
/// their own, from the first byte, where it was heard, to the last one of the answer; one that was sent before the last
/// was answered, from when that was.
///
/// A connection that never said anything is quiet, not slow: Go's client opens a second one when the first is not
/// free at once, and keeps it for later. Were it closed as it is taken into use, that call would be lost.
///
/// Where there are too many, one of the address that holds the most is closed, though it were answered before and
/// others were not: to be answered is cheap, and an API server or scheduler has a few connections only. So a flood from
/// one address, of however many connections, closes its own. Who shares that address, as on the same host or behind the
/// same gateway, is spared as long as the flood has connections that were never answered.
final class ClientConnections {

    private enum State {
        QUIET,
        HEAD,
        BUSY
    }

    /// @param address without the port; empty where it is not known, so that all such count as one
    /// @param isServed whether a request of it was ever over
    private record Client(String address, State state, int requests, boolean isServed, long sinceMillis) {

        Client in(State other, int requestsThen, long nowMillis) {
            return new Client(address, other, requestsThen, isServed, nowMillis);
        }

        Client served(int requestsLeft, long nowMillis) {
            return new Client(address, requestsLeft > 0 ? State.BUSY : State.QUIET, requestsLeft, true, nowMillis);
        }

        boolean isBusy() {
            return state == State.BUSY;
        }
    }

    private record Request(HttpConnection connection, long sinceMillis) {}

    private final ClientLimits limits;
    /// In the order of their last change of state.
    private final LinkedHashMap<HttpConnection, Client> clients = new LinkedHashMap<>();
    /// In the order in which they came.
    private final LinkedHashMap<Object, Request> requests = new LinkedHashMap<>();

    ClientConnections(ClientLimits limits) {
        this.limits = limits;
    }

    /// Notes a new connection and returns the one to close for it, if there are too many: of the address that then
    /// has the most, the one quiet longest; before those with a request under way those without; and if it is one
    /// address alone, before those that ever ended a request those that did not.
    Optional<HttpConnection> opened(HttpConnection connection, long nowMillis) {
        var address = address(connection);
        var victim =
                clients.size() < limits.connectionsMax() ? Optional.<HttpConnection>empty() : quietest(crowd(address));
        victim.ifPresent(clients::remove);
        change(connection, new Client(address, State.QUIET, 0, false, nowMillis));
        return victim;
    }

    private static String address(HttpConnection connection) {
        var remote = connection.remoteAddress();
        return remote == null ? "" : Objects.requireNonNullElse(remote.hostAddress(), "");
    }

    private Set<String> crowd(String newcomer) {
        return Crowd.of(clients.values().stream().map(Client::address).toList(), newcomer);
    }

    /// That one was answered before tells something of it only among those of one address.
    private Optional<HttpConnection> quietest(Set<String> addresses) {
        boolean isOne = addresses.size() == 1;
        return clients.entrySet().stream()
                .filter(entry -> addresses.contains(entry.getValue().address))
                .min(Map.Entry.comparingByValue(
                        Comparator.<Client, Boolean>comparing(client -> isOne && client.isServed)
                                .thenComparing(Client::isBusy)))
                .map(Map.Entry::getKey);
    }

    void closed(HttpConnection connection) {
        clients.remove(connection);
    }

    /// Bytes came in: of a new head, unless a request is on its way.
    void heard(HttpConnection connection, long nowMillis) {
        var client = clients.get(connection);
        if (client != null && client.state == State.QUIET) {
            change(connection, client.in(State.HEAD, 0, nowMillis));
        }
    }

    void receiving(Object request, HttpConnection connection, long nowMillis) {
        var client = clients.get(connection);
        long sinceMillis = client != null && client.state == State.HEAD ? client.sinceMillis : nowMillis;
        requests.put(request, new Request(connection, sinceMillis));
        if (client != null) {
            change(connection, client.in(State.BUSY, client.requests + 1, nowMillis));
        }
    }

    /// A request is over, answered or not.
    void over(Object request, long nowMillis) {
        var ended = requests.remove(request);
        var client = ended == null ? null : clients.get(ended.connection);
        if (ended != null && client != null) {
            change(ended.connection, client.served(client.requests - 1, nowMillis));
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
