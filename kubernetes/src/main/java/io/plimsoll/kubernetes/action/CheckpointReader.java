package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.Backoff;
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
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads at the start what is kept of usage, once, in the background: what is measured meanwhile is not lost.
/// Tries again as long as the API server does not answer; where the kind is not installed or may not be
/// listed, all is learnt anew.
public final class CheckpointReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointReader.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    /// So many workloads are handed to the writer of images at one time: it is kept no longer than that.
    private static final int BATCH_WORKLOADS = 200;

    private final ApiCheckpoints checkpoints;
    private final ImageWriter writer;
    private final UsageLedger ledger;
    private final LoopContext context;
    private final LoopThread thread = new LoopThread("checkpoint-reader", this::run);
    private final Map<Owner, EncodedHistories> batch = new HashMap<>();
    private int read;
    private long spanMillis;

    /// @param ledger of which `writer` is the owner
    public CheckpointReader(ApiCheckpoints checkpoints, ImageWriter writer, UsageLedger ledger, LoopContext context) {
        this.checkpoints = checkpoints;
        this.writer = writer;
        this.ledger = ledger;
        this.context = context;
    }

    public void start() {
        thread.start();
    }

    /// Waits until all is read, or will never be; returns how long the workload is known that is known for longest.
    public Duration await() throws InterruptedException {
        thread.join();
        return Duration.ofMillis(spanMillis);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        var backoff = new Backoff(FIRST_PAUSE, PAUSE_MAX, context.random());
        try {
            while (!isOver()) {
                context.pauses().pause(backoff.next());
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("The reading of usage checkpoints ends", e);
        }
    }

    private boolean isOver() {
        try {
            read();
            return true;
        } catch (ApiException e) {
            boolean isFinal = e.code() == 403 || e.code() == 404;
            LOG.info(
                    "What is kept of usage cannot be read{}: {}",
                    isFinal ? ", and is learnt anew" : ", trying again",
                    e.getMessage());
            return isFinal;
        } catch (IOException e) {
            LOG.info("What is kept of usage cannot be read, trying again: {}", e.getMessage());
            return false;
        }
    }

    private void read() throws IOException {
        read = 0;
        spanMillis = 0;
        batch.clear();
        checkpoints.read((workload, histories) -> {
            batch.put(workload, histories);
            if (batch.size() >= BATCH_WORKLOADS) {
                restore();
            }
        });
        restore();
        LOG.info("The usage of {} workloads is known from before", read);
    }

    private void restore() {
        read += writer.ask(() -> (int) batch.entrySet().stream()
                .filter(kept -> isRestored(kept.getKey(), kept.getValue()))
                .count());
        batch.clear();
    }

    private boolean isRestored(Owner workload, EncodedHistories histories) {
        try {
            ledger.restore(workload, histories);
            spanMillis = Math.max(spanMillis, ledger.spanMillis(workload));
            return true;
        } catch (IllegalArgumentException e) {
            LOG.warn("What is kept of the usage of {} is learnt anew: {}", workload, e.getMessage());
            return false;
        }
    }
}
