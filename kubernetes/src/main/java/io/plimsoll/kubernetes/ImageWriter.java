package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one writer of cluster images: any thread hands it events, its own virtual thread replays them and publishes.
///
/// An event that comes while all is quiet is published at once. Under load, events are collected until the last image
/// is [#PUBLISH_INTERVAL] old, or [#BATCH_EVENTS_MAX] are there, and published as one image. When the queue is full,
/// [#accept] blocks: whoever reads the cluster faster than it can be written down waits.
///
/// An event that cannot be replayed is counted, logged and left out; the writer goes on with the next.
public final class ImageWriter implements Consumer<ClusterEvent>, Supplier<ClusterImage>, AutoCloseable {

    static final int QUEUE_EVENTS_MAX = 16_384;
    static final int BATCH_EVENTS_MAX = 8_192;
    static final Duration PUBLISH_INTERVAL = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(ImageWriter.class);
    private static final long OFFER_MILLIS = 200;

    private final UsageHistory history;
    private final ImageMetrics metrics;
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS_MAX);
    private final Thread thread;
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
        this.thread = Thread.ofVirtual().name("image-writer").start(this::run);
    }

    /// What lies in the queue: something to write down, or somebody who waits until all before it is written.
    private sealed interface Entry {

        record Changed(ClusterEvent event) implements Entry {}

        record Measured(UsageBatch batch) implements Entry {}

        record Waiting(CountDownLatch written) implements Entry {}

        record End() implements Entry {}
    }

    /// The published image: immutable, never older than the last publication.
    @Override
    public ClusterImage get() {
        return published;
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
        var written = new CountDownLatch(1);
        put(new Entry.Waiting(written));
        try {
            while (!written.await(OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
                checkAlive();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /// Writes down what was handed over so far, and ends.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        put(new Entry.End());
        closed = true;
        try {
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
            throw new CancellationException("the image writer is closed: nothing more can be handed to it");
        }
    }

    private static CancellationException interrupted() {
        Thread.currentThread().interrupt();
        return new CancellationException("interrupted while handing something to the image writer");
    }

    // The writing thread

    private void run() {
        var batch = new ArrayList<Entry>();
        boolean open = true;
        while (open) {
            batch.clear();
            open = collect(batch);
            write(batch);
            metrics.queueDrained(batch.size());
            batch.forEach(ImageWriter::release);
        }
    }

    /// Waits for entries and collects them; false once the last one is among them.
    private boolean collect(List<Entry> batch) {
        try {
            var entry = queue.take();
            while (true) {
                batch.add(entry);
                if (entry instanceof Entry.End) {
                    return false;
                }
                var next = batch.size() < BATCH_EVENTS_MAX && !(entry instanceof Entry.Waiting) ? next() : null;
                if (next == null) {
                    return true;
                }
                entry = next;
            }
        } catch (InterruptedException e) {
            return false;
        }
    }

    private @Nullable Entry next() throws InterruptedException {
        long age = System.nanoTime() - publishedAtNanos;
        long patience = PUBLISH_INTERVAL.toNanos() - age;
        return patience > 0 ? queue.poll(patience, TimeUnit.NANOSECONDS) : null;
    }

    private void write(List<Entry> batch) {
        long start = System.nanoTime();
        try {
            publish(imageOf(published, batch));
        } catch (RuntimeException e) {
            LOG.error("A batch of {} events made no image; trying them one by one", batch.size(), e);
            metrics.failed();
            batch.forEach(this::writeAlone);
        }
        publishedAtNanos = System.nanoTime();
        metrics.published(publishedAtNanos - start);
    }

    private void writeAlone(Entry entry) {
        try {
            publish(imageOf(published, List.of(entry)));
        } catch (RuntimeException e) {
            LOG.error("Left out, since it makes no image: {}", entry, e);
            metrics.failed();
        }
    }

    private ClusterImage imageOf(ClusterImage base, List<Entry> batch) {
        var delta = new ClusterDelta(base);
        for (var entry : batch) {
            switch (entry) {
                case Entry.Changed changed -> replay(delta, changed.event());
                case Entry.Measured measured -> {
                    // The history looks at the image, so it must be told of what came before this batch.
                    var image = delta.apply();
                    delta = new ClusterDelta(image);
                    observe(delta, image, measured.batch());
                }
                case Entry.Waiting waiting -> {}
                case Entry.End end -> {}
            }
        }
        return delta.apply();
    }

    private void observe(ClusterDelta delta, ClusterImage image, UsageBatch batch) {
        try {
            replay(delta, new ClusterEvent.UsageObserved(batch, history.record(batch, image)));
        } catch (RuntimeException e) {
            LOG.error("The usage history failed on a batch of {}; its estimates stay as they were", batch.source(), e);
            metrics.failed();
            replay(delta, new ClusterEvent.UsageObserved(batch, Map.of()));
        }
    }

    private void replay(ClusterDelta delta, ClusterEvent event) {
        try {
            metrics.replayed(event);
            delta.replay(event);
        } catch (RuntimeException e) {
            LOG.error("Left out, since it cannot be replayed: {}", event, e);
            metrics.failed();
        }
    }

    private void publish(ClusterImage image) {
        published = image;
    }

    private static void release(Entry entry) {
        if (entry instanceof Entry.Waiting(var written)) {
            written.countDown();
        }
    }
}
