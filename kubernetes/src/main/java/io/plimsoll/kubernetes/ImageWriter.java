package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import io.plimsoll.model.usage.UsageLedger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one writer of cluster images: any thread hands it events, its own virtual thread replays them and
/// publishes.
///
/// An event that comes while all is quiet is published at once. Under load, events are collected until the last
/// image is [#PUBLISH_INTERVAL] old, or [#BATCH_EVENTS_MAX] are there, and published as one image. When the queue
/// is full, [#accept] blocks: whoever reads the cluster faster than it can be written down waits.
///
/// An event that cannot be replayed is left out whole, counted and logged: its batch is thrown away and written
/// again, one event at a time, so that no image shows half of it. An error of the machine (out of memory, say) ends
/// the writer; [#problem] then says so, for whoever can restart the process.
public final class ImageWriter implements Consumer<ClusterEvent>, Supplier<ClusterImage>, AutoCloseable {

    static final int QUEUE_EVENTS_MAX = 16_384;
    static final int BATCH_EVENTS_MAX = 8_192;
    static final Duration PUBLISH_INTERVAL = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(ImageWriter.class);
    private static final long OFFER_MILLIS = 200;

    private final UsageHistory history;
    private final ImageMetrics metrics;
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS_MAX);
    private final LoopThread thread;
    private long publishedAtNanos = System.nanoTime() - PUBLISH_INTERVAL.toNanos();
    private volatile ClusterImage published = ClusterImage.EMPTY;
    private volatile boolean closed;

    /// A writer that keeps its usage history in a [UsageLedger].
    public ImageWriter(InstantSource clock, MeterRegistry meters) {
        this(new UsageLedger()::record, clock, meters);
    }

    public ImageWriter(UsageHistory history, InstantSource clock, MeterRegistry meters) {
        this.history = history;
        this.metrics = new ImageMetrics(meters, clock, this, queue::size);
        this.thread = new LoopThread("image-writer", this::run);
        thread.start();
    }

    /// What lies in the queue: something to write down, or somebody who waits until all before it is written.
    private sealed interface Entry {

        record Changed(ClusterEvent event) implements Entry {}

        record Measured(UsageBatch batch) implements Entry {}

        record Asking(FutureTask<?> question) implements Entry {}

        record End() implements Entry {}
    }

    /// The published image: immutable, never older than the last publication.
    @Override
    public ClusterImage get() {
        return published;
    }

    /// Why nothing will be published any more; nothing while the writer is well, or was told to end.
    public Optional<String> problem() {
        return thread.problem();
    }

    /// Hands an event over; blocks while the queue is full.
    ///
    /// @throws CancellationException when the writer is closed or the calling thread interrupted
    @Override
    public void accept(ClusterEvent event) {
        put(new Entry.Changed(event));
    }

    /// Hands measured usage over; the history turns it into estimates, and both become part of the image.
    public void observe(UsageBatch batch) {
        put(new Entry.Measured(batch));
    }

    /// Blocks until everything handed over before is published.
    public void settle() {
        ask(() -> true);
    }

    /// Asks something of what belongs to the writing thread, the usage history say, after all that was handed over
    /// before; blocks until it is answered.
    public <T> T ask(Callable<T> question) {
        var task = new FutureTask<>(question);
        put(new Entry.Asking(task));
        try {
            while (true) {
                try {
                    return task.get(OFFER_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    checkAlive();
                }
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the image writer could not answer", e.getCause());
        }
    }

    /// Writes down what was handed over so far, and ends.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            if (thread.isAlive()) {
                put(new Entry.End());
            }
            closed = true;
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(Entry entry) {
        try {
            do {
                checkAlive();
            } while (!queue.offer(entry, OFFER_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void checkAlive() {
        if (closed || !thread.isAlive()) {
            throw new CancellationException(
                    thread.problem().orElse("the image writer is closed: nothing more can be handed to it"));
        }
    }

    private static CancellationException interrupted() {
        Thread.currentThread().interrupt();
        return new CancellationException("interrupted while handing something to the image writer");
    }

    // The writing thread

    private void run() {
        var batch = new ArrayList<ClusterEvent>();
        try {
            boolean open = true;
            while (open) {
                batch.clear();
                var last = collect(batch);
                write(batch);
                open = finish(last);
            }
        } catch (InterruptedException e) {
            LOG.debug("The image writer ends");
        }
    }

    /// Waits for entries and collects events until the batch is full, its time is over or something else than an
    /// event comes; returns the entry taken last.
    private Entry collect(List<ClusterEvent> batch) throws InterruptedException {
        var entry = queue.take();
        while (entry instanceof Entry.Changed(var event)) {
            batch.add(event);
            var next = batch.size() < BATCH_EVENTS_MAX ? next() : null;
            if (next == null) {
                return entry;
            }
            entry = next;
        }
        return entry;
    }

    private @Nullable Entry next() throws InterruptedException {
        long age = System.nanoTime() - publishedAtNanos;
        long patience = PUBLISH_INTERVAL.toNanos() - age;
        return patience > 0 ? queue.poll(patience, TimeUnit.NANOSECONDS) : null;
    }

    /// Deals with what ended a batch; false when nothing is to follow.
    private boolean finish(Entry last) {
        return switch (last) {
            case Entry.Changed changed -> true;
            case Entry.Measured(var batch) -> {
                record(batch);
                yield true;
            }
            case Entry.Asking(var question) -> {
                question.run();
                yield true;
            }
            case Entry.End end -> false;
        };
    }

    private void write(List<ClusterEvent> batch) {
        if (batch.isEmpty()) {
            return;
        }
        metrics.queueDrained(batch.size());
        try {
            publish(batch);
        } catch (RuntimeException e) {
            LOG.warn("Some of {} events cannot be replayed; writing them one by one", batch.size());
            batch.forEach(this::writeAlone);
        }
    }

    private void writeAlone(ClusterEvent event) {
        try {
            publish(List.of(event));
        } catch (RuntimeException e) {
            LOG.error("Left out, since it cannot be replayed: {}", EventLabel.of(event), e);
            metrics.failed();
        }
    }

    /// The history looks at the image that holds all that came before.
    private void record(UsageBatch batch) {
        writeAlone(new ClusterEvent.UsageObserved(batch, estimates(batch)));
    }

    private Map<Owner, UsageEstimate> estimates(UsageBatch batch) {
        try {
            return history.record(batch, published);
        } catch (RuntimeException e) {
            LOG.error("The usage history failed on a batch of {}; its estimates stay as they were", batch.source(), e);
            metrics.failed();
            return Map.of();
        }
    }

    /// Publishes the image after these events, or throws and leaves the published one as it is.
    private void publish(List<ClusterEvent> events) {
        long start = System.nanoTime();
        var delta = new ClusterDelta(published);
        events.forEach(delta::replay);
        published = delta.apply();
        events.forEach(metrics::replayed);
        publishedAtNanos = System.nanoTime();
        metrics.published(publishedAtNanos - start);
    }
}
