package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.Gauge;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.EncodedHistories;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.model.usage.UsagePast;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Learns, where little is known from before, what containers used in the last days from a source that still
/// knows it: once, in the background, stretch by stretch from the oldest on.
///
/// Goals, in their order: the source is never kept busy (it is left alone after each stretch for as long as
/// that took); memory is bounded ([#SAMPLES_MAX] at one time, and a second ledger while it runs); soon done.
/// Little is less than half of the days that are asked for: what one that was ended in the middle had learnt is
/// nowhere, while a few minutes of live samples were kept.
/// A stretch that fails is asked for again; after [#FAILURES_MAX] failures in a row it ends with what it has
/// got. Live samples go on meanwhile, and lose against the past where they are fewer.
///
/// | containers | stretch | queries for 8 days |
/// |---|---|---|
/// | up to 16,000 | 1 h | 386 |
/// | 150,000 | 5 min | 4,608 |
public final class UsageBootstrap implements AutoCloseable {

    static final Duration STEP = Duration.ofMinutes(5);
    static final int SAMPLES_MAX = 200_000;
    static final int FAILURES_MAX = 5;

    private static final Logger LOG = LoggerFactory.getLogger(UsageBootstrap.class);
    private static final int STEPS_MAX = 12;
    private static final int TENTHS = 10;
    private static final Duration BEFORE_SYNC = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    /// How long the past is that is known already, by the workload that is known for longest.
    @FunctionalInterface
    public interface Known {
        Duration span() throws InterruptedException;
    }

    private final UsagePast past;
    private final Known known;
    private final Duration span;
    private final ImageWriter writer;
    private final UsageLedger ledger;
    private final LoopContext context;
    private final LoopThread thread = new LoopThread("usage-bootstrap", this::run);
    private volatile double progress;
    private String source = ""; // of the loop alone

    /// @param known asked once at the start; may wait until it is told
    /// @param span how far back to ask
    /// @param ledger of which `writer` is the owner
    public UsageBootstrap(
            UsagePast past, Known known, Duration span, ImageWriter writer, UsageLedger ledger, LoopContext context) {
        this.past = past;
        this.known = known;
        this.span = span;
        this.writer = writer;
        this.ledger = ledger;
        this.context = context;
        Gauge.builder("plimsoll.usage.bootstrap.progress", () -> progress)
                .description("How much of the past has been asked for, 0 to 1")
                .register(context.meters());
    }

    public void start() {
        thread.start();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /// Returns when it has ended: the question on its way is given up, and what was learnt until then is dropped,
    /// since from half of the days nobody could tell later that the rest is missing.
    @Override
    public void close() {
        thread.end();
    }

    private void run() {
        try {
            if (known.span().compareTo(span.dividedBy(2)) < 0) {
                awaitSync();
                handOver(learnt());
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("The past of usage is left unread", e);
        }
    }

    /// Samples of pods that are not in the image yet would be lost.
    private void awaitSync() throws InterruptedException {
        while (writer.get().confirmedAtMillis() == 0) {
            context.pauses().pause(BEFORE_SYNC);
        }
    }

    private UsageLedger learnt() throws InterruptedException {
        var learnt = new UsageLedger();
        long end = context.clock().millis();
        long begin = end - span.toMillis();
        var backoff = new Backoff(Duration.ofSeconds(2), PAUSE_MAX, context.random());
        int failures = 0;
        long from = begin;
        while (from < end && failures < FAILURES_MAX) {
            var image = writer.get();
            long to = Math.min(end, from + stretchMillis(image));
            long startNanos = context.nanoTime().getAsLong();
            var batch = past.between(image, from, to - 1, STEP.toMillis());
            if (batch.failures().isEmpty()) {
                learn(batch, image, learnt);
                tell(from, to, begin, end);
                from = to;
                failures = 0;
                backoff.reset();
                context.pauses().pause(Duration.ofNanos(context.nanoTime().getAsLong() - startNanos));
            } else {
                failures++;
                LOG.info("The past of usage cannot be read now: {}", batch.failures());
                context.pauses().pause(backoff.next());
            }
        }
        if (from < end) {
            LOG.warn(
                    "The past of usage was read up to {} h ago, and no further",
                    Duration.ofMillis(end - from).toHours());
        }
        return learnt;
    }

    private void learn(UsageBatch batch, ClusterImage image, UsageLedger learnt) {
        source = batch.source();
        int estimates = learnt.record(batch, image).size();
        LOG.debug("{} samples of {} workloads", batch.containers().size(), estimates);
    }

    /// So much time that it holds at most [#SAMPLES_MAX] samples, taking a pod for one container and a bit.
    private static long stretchMillis(ClusterImage image) {
        long steps = Math.clamp(SAMPLES_MAX / Math.max(1, image.podCount()), 1, STEPS_MAX);
        return steps * STEP.toMillis();
    }

    private void tell(long from, long to, long begin, long end) {
        progress = (to - begin) / (double) (end - begin);
        if (TENTHS * (to - begin) / (end - begin) > TENTHS * (from - begin) / (end - begin)) {
            LOG.info("The past of usage is being read: {} %", Math.round(100 * progress));
        }
    }

    /// In small pieces, since the writer of images waits for each. Of workloads for which another source was chosen
    /// the past is left.
    private void handOver(UsageLedger learnt) {
        int taken = 0;
        for (var workload : learnt.workloads()) {
            var histories = learnt.encoded(workload);
            taken += writer.ask(() -> take(workload, histories)) ? 1 : 0;
        }
        LOG.info("The usage of {} workloads was learnt from the past", taken);
    }

    private boolean take(Owner workload, EncodedHistories histories) {
        boolean counts = ledger.counts(workload, source);
        if (counts) {
            ledger.restore(workload, histories);
        }
        return counts;
    }
}
