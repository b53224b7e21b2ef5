package io.plimsoll.kubernetes.action;

import io.micrometer.core.instrument.Counter;
import io.plimsoll.kubernetes.Faults;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopThread;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.EncodedHistories;
import io.plimsoll.model.usage.UsageLedger;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps in the cluster what containers have used: writes the histories of each workload that was measured since,
/// once a round, at a bounded pace, and deletes those of workloads that are gone for a day. One replica at a time
/// runs one.
///
/// Writes: at most one a workload in [Pace#interval], and one in [Pace#gap]. 15,000 workloads take 50 minutes
/// at five a second: so much of its latest history a restart costs, beside the days that are kept.
public final class CheckpointKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);
    private static final Duration FORGET = Duration.ofDays(1);

    /// @param first until the first round; short, so that a process that never lives long forgets little
    /// @param interval between two rounds
    /// @param gap between two writes
    public record Pace(Duration first, Duration interval, Duration gap) {

        public static final Pace DEFAULT =
                new Pace(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMillis(200));
    }

    private final ApiCheckpoints checkpoints;
    private final ImageWriter writer;
    private final UsageLedger ledger;
    private final LoopContext context;
    private final Pace pace;
    private final LoopThread thread = new LoopThread("checkpoint-keeper", this::run);
    private final Counter written;
    private final Counter failed;
    /// The time of the newest sample that is in the cluster.
    private final Map<Owner, Long> kept = new HashMap<>();
    private final Faults faults = new Faults(LOG, "it could not be kept what their containers use");
    /// What the API server said last in this round against a write; empty while it said nothing.
    private String refusal = "";

    /// @param ledger of which `writer` is the owner
    public CheckpointKeeper(
            ApiCheckpoints checkpoints, ImageWriter writer, UsageLedger ledger, LoopContext context, Pace pace) {
        this.checkpoints = checkpoints;
        this.writer = writer;
        this.ledger = ledger;
        this.context = context;
        this.pace = pace;
        this.written = counter("written");
        this.failed = counter("failed");
    }

    private Counter counter(String result) {
        return Counter.builder("plimsoll.usage.checkpoints")
                .tag("result", result)
                .description("Writes of workloads' histories to the cluster")
                .register(context.meters());
    }

    public void start() {
        thread.start();
    }

    /// What the loop has died of, if it has: only a restart brings it back.
    public Optional<String> problem() {
        return thread.problem();
    }

    @Override
    public void close() {
        thread.end();
    }

    private void run() {
        try {
            context.pauses().pause(pace.first);
            while (true) {
                round();
                context.pauses().pause(pace.interval);
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("The usage checkpoints are kept no longer", e);
        }
    }

    /// Whatever is refused is tried again in the next round; what is refused of one workload, or is a fault of
    /// Plimsoll's, keeps none of the others from being written.
    private void round() throws InterruptedException {
        refusal = "";
        try {
            if (kept.isEmpty()) {
                checkpoints.read((workload, histories) -> kept.put(workload, histories.lastMillis()));
            }
            for (var workload : writer.ask(ledger::workloads)) {
                each(workload, this::keep);
            }
            for (var workload : gone()) {
                each(workload, this::forget);
            }
        } catch (IOException e) {
            failed.increment();
            refusal = String.valueOf(e.getMessage());
        } catch (CancellationException e) {
            throw e;
        } catch (IllegalStateException | IllegalArgumentException e) {
            failed.increment();
            LOG.error("What containers use is not kept; the next round tries again", e);
        }
        faults.ended();
        if (!refusal.isEmpty()) {
            LOG.warn("What some containers use is not kept, trying again in {}: {}", pace.interval, refusal);
        }
    }

    private interface Step {
        void of(Owner workload) throws IOException, InterruptedException;
    }

    private void each(Owner workload, Step step) throws IOException, InterruptedException {
        try {
            step.of(workload);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            failed.increment();
            faults.met(workload, e);
        }
    }

    private void keep(Owner workload) throws IOException, InterruptedException {
        var histories = writer.ask(() -> ledger.encoded(workload));
        if (histories.lastMillis() > kept.getOrDefault(workload, 0L)) {
            write(workload, histories);
            context.pauses().pause(pace.gap);
        }
    }

    private void write(Owner workload, EncodedHistories histories) throws IOException {
        try {
            checkpoints.write(workload, histories);
            kept.put(workload, histories.lastMillis());
            written.increment();
        } catch (ApiException e) {
            refusal = String.valueOf(e.getMessage());
            failed.increment();
        }
    }

    private void forget(Owner workload) throws IOException, InterruptedException {
        checkpoints.delete(workload);
        kept.remove(workload);
        context.pauses().pause(pace.gap);
    }

    /// What neither an image of now nor a day's samples know of.
    private List<Owner> gone() {
        var image = writer.get();
        long before = context.clock().millis() - FORGET.toMillis();
        return image.confirmedAtMillis() < before
                ? List.of()
                : kept.keySet().stream()
                        .filter(workload -> kept.getOrDefault(workload, 0L) < before)
                        .filter(workload -> !image.isKnown(workload))
                        .toList();
    }
}
