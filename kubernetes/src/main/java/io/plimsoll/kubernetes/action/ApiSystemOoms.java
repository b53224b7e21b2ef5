package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// When nodes as a whole ran out of memory, as their kubelets tell in events (`SystemOOM`), which are kept for an hour.
/// Any thread may use it.
public final class ApiSystemOoms {

    /// Events of nodes, which have no namespace, are in `default`.
    private static final String PATH =
            "/api/v1/namespaces/default/events?fieldSelector=reason%3DSystemOOM%2CinvolvedObject.kind%3DNode";

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));

    private final ApiServer server;

    /// @param server its owner closes it
    public ApiSystemOoms(ApiServer server) {
        this.server = server;
    }

    /// By the node's name, epoch milliseconds. Of an event that stands for several the first and the last.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public Map<String, List<Long>> list() throws IOException {
        var times = new HashMap<String, List<Long>>();
        ApiPages.read(server, PATH, PATIENCE, event -> {
            var node = event.at("/involvedObject/name").asText();
            for (var field : List.of("firstTimestamp", "lastTimestamp", "eventTime")) {
                long atMillis = Json.millis(event.path(field).asText());
                if (atMillis > 0) {
                    times.computeIfAbsent(node, key -> new ArrayList<>()).add(atMillis);
                }
            }
        });
        return times;
    }
}
