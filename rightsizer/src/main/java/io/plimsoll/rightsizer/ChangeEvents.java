package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of changes by events: one on the workload for each that was applied, taken back or failed, and one on its
/// policy that counts on as further workloads follow.
///
/// | phase | type | reason |
/// |---|---|---|
/// | Applied | Normal | Resized |
/// | Reverted | Warning | ResizeReverted |
/// | Applied, by another pod | Normal | Recreated |
/// | Failed | Warning | ResizeFailed |
///
/// A policy's events are written once a pass at most, however many workloads it has: the first names the
/// first workload, later ones raise its count until [#SERIES] have gone by without one.
public final class ChangeEvents implements Sizings {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeEvents.class);
    private static final Duration SERIES = Duration.ofMinutes(10);

    /// Where events are written, as `ApiEvents` does.
    public interface Events {

        /// @return its path, for [#repeat]
        String create(Happening happening) throws IOException;

        void repeat(String path, int times) throws IOException;
    }

    private record Key(String policy, ChangePhase phase) {}

    /// What has happened under a policy since the last pass.
    private record Pending(Happening first, int times) {

        Pending more() {
            return new Pending(first, times + 1);
        }
    }

    private record Series(String path, int times, long lastMillis) {}

    private final Events events;
    private final InstantSource clock;
    /// Guarded by itself.
    private final Map<Key, Pending> pending = new LinkedHashMap<>();
    /// Of the right-sizer's loop.
    private final Map<Key, Series> series = new HashMap<>();

    public ChangeEvents(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void decided(List<WorkloadSizing> sizings) {
        long now = clock.millis();
        series.values().removeIf(last -> Math.abs(now - last.lastMillis()) > SERIES.toMillis());
        drained().forEach((key, happened) -> {
            try {
                series.put(key, told(Optional.ofNullable(series.get(key)), happened, now));
            } catch (IOException e) {
                LOG.warn("An event of policy {} could not be written: {}", key.policy(), e.getMessage());
            }
        });
    }

    private Map<Key, Pending> drained() {
        synchronized (pending) {
            var drained = new LinkedHashMap<>(pending);
            pending.clear();
            return drained;
        }
    }

    private Series told(Optional<Series> before, Pending happened, long now) throws IOException {
        int times = before.map(Series::times).orElse(0) + happened.times();
        var path = before.isPresent() ? before.get().path() : events.create(happened.first());
        if (times > 1) {
            events.repeat(path, times);
        }
        return new Series(path, times, now);
    }

    @Override
    public void ended(Change change, ChangeResult result) {
        var phase = result.phase();
        switch (phase) {
            case APPLIED -> {
                boolean isRecreated = change.code().equals(Recreation.CODE);
                tell(
                        change,
                        phase,
                        Severity.NORMAL,
                        isRecreated ? "Recreated" : "Resized",
                        isRecreated ? recreated(change, result) : applied(change, result));
            }
            case REVERTED -> tell(change, phase, Severity.WARNING, "ResizeReverted", "taken back: " + why(result));
            case FAILED -> tell(change, phase, Severity.WARNING, "ResizeFailed", "not taken back: " + why(result));
            case INTENDED, REVERTING, ABANDONED, UNDONE -> LOG.trace("No event of {}", change);
        }
    }

    private void tell(Change change, ChangePhase phase, Severity severity, String reason, String note) {
        var workload = subject(change.workload());
        var policy = policy(change.policy());
        try {
            events.create(new Happening(workload, policy, severity, reason, note));
        } catch (IOException e) {
            LOG.warn("An event of {} could not be written: {}", change.workload(), e.getMessage());
        }
        var first = new Happening(
                policy, workload, severity, reason, workload.kind() + " " + workload.name() + ": " + note);
        synchronized (pending) {
            pending.merge(new Key(change.policy(), phase), new Pending(first, 1), (before, now) -> before.more());
        }
    }

    private static String applied(Change change, ChangeResult result) {
        long pods = result.pods().stream()
                .filter(pod -> pod.phase() == ChangePhase.APPLIED)
                .count();
        return pods + (pods == 1 ? " pod" : " pods") + " resized for policy " + change.policy() + ": " + change.reason()
                + (result.message().isEmpty() ? "" : "; " + result.message()) + "; \"plimsoll undo " + result.record()
                + "\" takes it back";
    }

    private static String recreated(Change change, ChangeResult result) {
        var pod = result.pods().getFirst();
        return "pod " + pod.change().pod().name() + " evicted for policy " + change.policy() + ", " + pod.message()
                + ": " + change.reason();
    }

    private static String why(ChangeResult result) {
        return result.message() + " (record " + result.record() + ")";
    }

    private static Subject subject(Owner workload) {
        return new Subject(workload.namespace(), workload.kind(), workload.name());
    }

    private static Subject policy(String label) {
        int slash = label.indexOf('/');
        return slash < 0
                ? new Subject("", "ClusterOptimizationPolicy", label)
                : new Subject(label.substring(0, slash), "OptimizationPolicy", label.substring(slash + 1));
    }
}
