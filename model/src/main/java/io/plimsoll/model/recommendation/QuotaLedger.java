package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.recommendation.NamespaceLimits.Room;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What the resizes of one plan take of quotas: what one takes is not there for the next. What is lowered gives
/// room back only when it has been done, so it is not counted. Belongs to the plan.
final class QuotaLedger {

    private record Key(String namespace, Room room) {}

    private final Map<String, NamespaceLimits> limits;
    private final Map<Key, Long> taken = new HashMap<>();

    QuotaLedger(Map<String, NamespaceLimits> limits) {
        this.limits = limits;
    }

    NamespaceLimits limits(String namespace) {
        return limits.getOrDefault(namespace, NamespaceLimits.NONE);
    }

    /// The first quota that does not let a pod be resized so, and by how much, for people.
    Optional<String> shortage(PodChange change) {
        var namespace = change.pod().namespace();
        var quotas = limits(namespace).quotas();
        if (quotas.isEmpty()) {
            return Optional.empty();
        }
        return quotas.stream()
                .filter(room -> more(room, change) > Math.max(0, room.left() - taken(namespace, room)))
                .findFirst()
                .map(room -> room.text() + ", and it takes " + room.kind().text(more(room, change)) + " more");
    }

    void take(PodChange change) {
        var namespace = change.pod().namespace();
        limits(namespace)
                .quotas()
                .forEach(room -> taken.merge(new Key(namespace, room), more(room, change), Long::sum));
    }

    private long taken(String namespace, Room room) {
        return taken.getOrDefault(new Key(namespace, room), 0L);
    }

    private static long more(Room room, PodChange change) {
        return Math.max(0, room.sum(change.after()) - room.sum(change.before()));
    }
}
