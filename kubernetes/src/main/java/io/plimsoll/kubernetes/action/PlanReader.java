package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveHistory;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.Reservations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Reads once a second what is being moved, and twice a minute what was moved of late, for those who place
/// pods and for those who ask why one was not moved. Any thread may ask for it.
///
/// Where there are no plans to be read (the kind is not installed, or may not be listed) it asks once a minute. What
/// cannot be read for now stays as it was, for a minute: then nothing is reserved any more.
public final class PlanReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PlanReader.class);
    /// Well below the time that an eviction waits after it was written down.
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration INTERVAL_ALL = Duration.ofSeconds(30);
    private static final Duration INTERVAL_WITHOUT = Duration.ofMinutes(1);

    private final ApiPlanJournal journal;
    private final Supplier<ClusterImage> images;
    private final LoopContext context;
    private final LoopThread thread;
    private final Hindrance hindrance = new Hindrance(LOG, Level.INFO, "No plans of moves are known");
    private final Map<String, Resources> demands = new HashMap<>();
    private List<RecordedPlan> all = List.of();
    private long allReadAtMillis;
    private boolean isSelectable = true;
    private long readAtMillis;
    private volatile Known known = Known.NOTHING;

    /// @param plans all that are remembered, the latest first
    /// @param history what was moved of late
    /// @param reservations what those who place pods are asked for
    public record Known(List<RecordedPlan> plans, MoveHistory history, Reservations reservations) {

        public static final Known NOTHING = new Known(List.of(), MoveHistory.NONE, Reservations.NONE);

        private Known withoutReservations() {
            return new Known(plans, history, Reservations.NONE);
        }
    }

    public PlanReader(ApiPlanJournal journal, Supplier<ClusterImage> images, LoopContext context) {
        this.journal = journal;
        this.images = images;
        this.context = context;
        this.thread = LoopThread.ofTurns("plan-reader", context.pauses(), () -> read() ? INTERVAL : INTERVAL_WITHOUT);
    }

    public void start() {
        thread.start();
    }

    public Known known() {
        return known;
    }

    /// What the loop has died of, if it has.
    public Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }

    /// Whether there are plans to be read.
    private boolean read() {
        long nowMillis = context.clock().millis();
        try {
            take(plans(nowMillis), nowMillis);
            hindrance.over();
            return true;
        } catch (JournalUnavailable e) {
            hindrance.met(e);
            if (nowMillis - readAtMillis > INTERVAL_WITHOUT.toMillis()) {
                known = known.withoutReservations();
            }
            return !(e.getCause() instanceof ApiException refused && (refused.code() == 404 || refused.isDenied()));
        } catch (RuntimeException e) {
            LOG.error("Plans were not read this time; nothing is reserved", e);
            known = known.withoutReservations();
            return true;
        }
    }

    /// What runs as it is now, and the others as they were read last.
    private List<RecordedPlan> plans(long nowMillis) {
        if (Math.abs(nowMillis - allReadAtMillis) >= INTERVAL_ALL.toMillis()) {
            all = journal.readable();
            allReadAtMillis = nowMillis;
            return all;
        }
        var running = running();
        var names = running.stream().map(RecordedPlan::name).collect(Collectors.toSet());
        return Stream.concat(running.stream(), all.stream().filter(plan -> !names.contains(plan.name())))
                .toList();
    }

    private List<RecordedPlan> running() {
        try {
            return isSelectable ? journal.running() : List.of();
        } catch (JournalUnavailable e) {
            if (!(e.getCause() instanceof ApiException refused && refused.code() == 400)) {
                throw e;
            }
            LOG.info(
                    "This API server cannot select plans by their phase: replacements may land elsewhere than planned");
            isSelectable = false;
            return List.of();
        }
    }

    private void take(List<RecordedPlan> plans, long nowMillis) {
        // What is gone from the picture has left its demand here.
        demands.putAll(Reservations.demands(plans, images.get()));
        demands.keySet()
                .retainAll(plans.stream()
                        .flatMap(plan -> plan.steps().stream())
                        .map(step -> step.move().uid())
                        .toList());
        known = new Known(plans, MoveHistory.of(plans), Reservations.of(plans, demands, images.get(), nowMillis));
        readAtMillis = nowMillis;
    }
}
