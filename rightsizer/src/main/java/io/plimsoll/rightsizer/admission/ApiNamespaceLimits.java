package io.plimsoll.rightsizer.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.rightsizer.admission.NamespaceLimits.Room;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lists LimitRanges and ResourceQuotas. A quota with a scope counts as one of all pods, and the strictest of several
/// bounds holds: on either side of doubt a pod is left as it is.
final class ApiNamespaceLimits {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private ApiNamespaceLimits() {}

    /// Of all namespaces that have any.
    static Map<String, NamespaceLimits> list(ApiServer server) throws IOException {
        var limits = new HashMap<String, NamespaceLimits>();
        ApiPages.read(
                server,
                "/api/v1/limitranges",
                PATIENCE,
                range -> range.path("spec").path("limits").forEach(item -> add(limits, range, range(item))));
        ApiPages.read(
                server, "/api/v1/resourcequotas", PATIENCE, quota -> add(limits, quota, quota(quota.path("status"))));
        return limits;
    }

    private static void add(Map<String, NamespaceLimits> limits, JsonNode object, NamespaceLimits more) {
        limits.merge(object.path("metadata").path("namespace").asText(), more, ApiNamespaceLimits::both);
    }

    private static NamespaceLimits both(NamespaceLimits one, NamespaceLimits other) {
        var quotas = new ArrayList<>(one.quotas());
        quotas.addAll(other.quotas());
        return new NamespaceLimits(
                one.min().max(other.min()),
                least(one.max(), other.max()),
                one.isFurther() || other.isFurther(),
                quotas);
    }

    private static Resources least(Resources one, Resources other) {
        return new Resources(least(one.cpuMillis(), other.cpuMillis()), least(one.memoryBytes(), other.memoryBytes()));
    }

    private static long least(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    private static NamespaceLimits range(JsonNode item) {
        return switch (item.path("type").asText()) {
            case "Container" ->
                new NamespaceLimits(
                        Quantities.resources(item.path("min")),
                        Quantities.resources(item.path("max")),
                        !item.path("maxLimitRequestRatio").isEmpty(),
                        List.of());
            case "Pod" -> new NamespaceLimits(Resources.NONE, Resources.NONE, true, List.of());
            default -> NamespaceLimits.NONE;
        };
    }

    private static NamespaceLimits quota(JsonNode status) {
        var rooms = new ArrayList<Room>();
        status.path("hard").properties().forEach(entry -> {
            var hard = entry.getValue().asText();
            var used = status.path("used").path(entry.getKey()).asText();
            switch (entry.getKey()) {
                case "cpu", "requests.cpu" -> rooms.add(room(false, ResourceKind.CPU, hard, used));
                case "memory", "requests.memory" -> rooms.add(room(false, ResourceKind.MEMORY, hard, used));
                case "limits.cpu" -> rooms.add(room(true, ResourceKind.CPU, hard, used));
                case "limits.memory" -> rooms.add(room(true, ResourceKind.MEMORY, hard, used));
                default -> {} // what no pod's size changes
            }
        });
        return new NamespaceLimits(Resources.NONE, Resources.NONE, false, rooms);
    }

    private static Room room(boolean isOfLimits, ResourceKind kind, String hard, String used) {
        return new Room(isOfLimits, kind, Math.max(0, amount(kind, hard) - amount(kind, used)));
    }

    private static long amount(ResourceKind kind, String text) {
        return switch (kind) {
            case CPU -> Quantities.milli(text);
            case MEMORY -> Quantities.value(text);
        };
    }
}
