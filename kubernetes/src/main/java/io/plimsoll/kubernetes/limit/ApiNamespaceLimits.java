package io.plimsoll.kubernetes.limit;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.NamespaceLimits.Range;
import io.plimsoll.model.recommendation.NamespaceLimits.Room;
import io.plimsoll.model.recommendation.ResourceKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists LimitRanges and ResourceQuotas. A quota with a scope counts as one of all pods: on the side of doubt a
/// pod is left as it is. Belongs to one thread.
public final class ApiNamespaceLimits {

    private static final Logger LOG = LoggerFactory.getLogger(ApiNamespaceLimits.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private final ApiServer server;
    private boolean isWarned;

    /// @param server its owner closes it
    public ApiNamespaceLimits(ApiServer server) {
        this.server = server;
    }

    /// Of all namespaces that have any.
    ///
    /// @throws IOException when either cannot be listed
    public Map<String, NamespaceLimits> list() throws IOException {
        var limits = new HashMap<String, NamespaceLimits>();
        ApiPages.read(
                server,
                "/api/v1/limitranges",
                PATIENCE,
                range -> range.path("spec").path("limits").forEach(item -> add(limits, range, range(range, item))));
        ApiPages.read(server, "/api/v1/resourcequotas", PATIENCE, quota -> add(limits, quota, quota(quota)));
        return limits;
    }

    /// The same, and nothing where they cannot be listed, which is said once: a dry run finds what they refuse.
    public Map<String, NamespaceLimits> known() {
        try {
            var limits = list();
            if (isWarned) {
                LOG.info("LimitRanges and quotas can be read again");
            }
            isWarned = false;
            return limits;
        } catch (IOException e) {
            if (!isWarned) {
                LOG.warn(
                        "What LimitRanges and quotas leave is not known, and raises that they refuse are only found"
                                + " in a dry run, until this can be read: {}",
                        e.getMessage());
            }
            isWarned = true;
            return Map.of();
        }
    }

    private static void add(Map<String, NamespaceLimits> limits, JsonNode object, NamespaceLimits more) {
        limits.merge(object.path("metadata").path("namespace").asText(), more, NamespaceLimits::and);
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private static NamespaceLimits range(JsonNode range, JsonNode item) {
        return switch (item.path("type").asText()) {
            case "Container" ->
                of(new Range(
                        name(range),
                        Quantities.resources(item.path("min")),
                        Quantities.resources(item.path("max")),
                        !item.path("maxLimitRequestRatio").isEmpty()));
            case "Pod" -> of(new Range(name(range), Resources.NONE, Resources.NONE, true));
            default -> NamespaceLimits.NONE;
        };
    }

    private static NamespaceLimits of(Range range) {
        return new NamespaceLimits(List.of(range), List.of());
    }

    private static NamespaceLimits quota(JsonNode quota) {
        var rooms = new ArrayList<Room>();
        var status = quota.path("status");
        status.path("hard").properties().forEach(entry -> {
            var hard = entry.getValue().asText();
            var used = status.path("used").path(entry.getKey()).asText();
            switch (entry.getKey()) {
                case "cpu", "requests.cpu" -> rooms.add(room(quota, false, ResourceKind.CPU, hard, used));
                case "memory", "requests.memory" -> rooms.add(room(quota, false, ResourceKind.MEMORY, hard, used));
                case "limits.cpu" -> rooms.add(room(quota, true, ResourceKind.CPU, hard, used));
                case "limits.memory" -> rooms.add(room(quota, true, ResourceKind.MEMORY, hard, used));
                default -> {} // what no pod's size changes
            }
        });
        return new NamespaceLimits(List.of(), rooms);
    }

    private static Room room(JsonNode quota, boolean isOfLimits, ResourceKind kind, String hard, String used) {
        return new Room(name(quota), isOfLimits, kind, Math.max(0, amount(kind, hard) - amount(kind, used)));
    }

    private static long amount(ResourceKind kind, String text) {
        return switch (kind) {
            case CPU -> Quantities.milli(text);
            case MEMORY -> Quantities.value(text);
        };
    }
}
