package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.Gauge;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one usage source again and again on a virtual thread, and hands over what it says.
final class UsageLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageLoop.class);
    private static final Duration BEFORE_SYNC = Duration.ofMillis(200);

    private final UsageSource source;
    private final ImageWriter writer;
    private final Duration interval;
    private final BooleanSupplier synced;
    private final LoopContext context;
    private final Thread thread;
    private volatile SourceStatus status;

    UsageLoop(UsageSource source, ImageWriter writer, Duration interval, BooleanSupplier synced, LoopContext context) {
        this.source = source;
        this.writer = writer;
        this.interval = interval;
        this.synced = synced;
        this.context = context;
        this.status = new SourceStatus(source.name(), 0, 0, List.of());
        this.thread = Thread.ofVirtual().name("usage-" + source.name()).unstarted(this::run);
        Gauge.builder("plimsoll.usage.source.age", this::ageSeconds)
                .baseUnit("seconds")
                .tag("source", source.name())
                .description("Since the source last handed over anything measured; NaN before")
                .register(context.meters());
    }

    void start() {
        thread.start();
    }

    SourceStatus status() {
        return status;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    void join() throws InterruptedException {
        thread.join();
        source.close();
    }

    private void run() {
        try {
            while (!synced.getAsBoolean()) {
                context.pauses().pause(BEFORE_SYNC);
            }
            while (!Thread.currentThread().isInterrupted()) {
                measure();
                context.pauses().pause(interval);
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("Usage source {} is no longer asked", source.name());
        }
    }

    private void measure() {
        try {
            var batch = source.sample(writer.get());
            writer.observe(batch);
            record(batch);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Usage source {} broke a promise: it threw", source.name(), e);
            status =
                    new SourceStatus(source.name(), status.succeededAtMillis(), 0, List.of("unexpected failure: " + e));
            context.meters()
                    .counter("plimsoll.usage.source.failures", "source", source.name())
                    .increment();
        }
    }

    private void record(UsageBatch batch) {
        boolean measured = !batch.nodes().isEmpty() || !batch.containers().isEmpty();
        var next = new SourceStatus(
                source.name(),
                measured ? batch.fetchedAtMillis() : status.succeededAtMillis(),
                batch.rejected(),
                batch.failures());
        if (!next.failures().isEmpty() && !next.failures().equals(status.failures())) {
            LOG.warn("Usage source {}: {}", source.name(), String.join("; ", next.failures()));
        }
        status = next;
        context.meters()
                .counter("plimsoll.usage.source.failures", "source", source.name())
                .increment(batch.failures().size());
        context.meters()
                .counter("plimsoll.usage.source.samples.rejected", "source", source.name())
                .increment(batch.rejected());
        context.meters()
                .counter("plimsoll.usage.source.samples", "source", source.name())
                .increment(batch.nodes().size() + batch.containers().size());
    }

    private double ageSeconds() {
        long at = status.succeededAtMillis();
        return at == 0 ? Double.NaN : Math.max(0, context.clock().millis() - at) / 1000.0;
    }
}
