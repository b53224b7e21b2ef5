package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.Gauge;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsagePast;
import io.plimsoll.model.usage.UsageSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one usage source again and again on a virtual thread, and hands over what it says.
///
/// The next cycle begins an interval after the last one ended. While the source says nothing at all, the wait
/// doubles, up to [#INTERVALS_MAX] intervals: one that is back is soon heard, and one that is down is not
/// kept busy.
final class UsageLoop implements AutoCloseable {

    static final int INTERVALS_MAX = 4;

    private static final Logger LOG = LoggerFactory.getLogger(UsageLoop.class);
    private static final Duration BEFORE_SYNC = Duration.ofMillis(200);

    private final UsageSource source;
    private final ImageWriter writer;
    private final Duration interval;
    private final BooleanSupplier synced;
    private final LoopContext context;
    private final Backoff backoff;
    private final LoopThread thread;
    private volatile SourceStatus status;

    UsageLoop(UsageSource source, ImageWriter writer, Duration interval, BooleanSupplier synced, LoopContext context) {
        this.source = source;
        this.writer = writer;
        this.interval = interval;
        this.synced = synced;
        this.context = context;
        this.backoff = new Backoff(interval.multipliedBy(2), interval.multipliedBy(INTERVALS_MAX), context.random());
        this.status = new SourceStatus(source.name(), 0, 0, 0, List.of());
        this.thread = new LoopThread("usage-" + source.name(), this::run);
        Gauge.builder("plimsoll.usage.source.age", this::ageSeconds)
                .baseUnit("seconds")
                .tag("source", source.name())
                .description("Since the source last handed over anything measured; NaN before")
                .register(context.meters());
        Gauge.builder("plimsoll.usage.source.nodes.missing", () -> status.nodesMissing())
                .tag("source", source.name())
                .description("Nodes of which the source said nothing in its last cycle")
                .register(context.meters());
    }

    void start() {
        thread.start();
    }

    Optional<String> problem() {
        return thread.problem();
    }

    Optional<UsagePast> past() {
        return source.past();
    }

    Optional<CpuThrottling> throttling() {
        return source.throttling();
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
                context.pauses().pause(measure() ? afterSuccess() : backoff.next());
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("Usage source {} is no longer asked", source.name());
        }
    }

    private Duration afterSuccess() {
        backoff.reset();
        return interval;
    }

    /// One cycle; returns whether anything was measured in it.
    private boolean measure() {
        var image = writer.get();
        try {
            var batch = source.sample(image);
            writer.observe(batch);
            return record(batch, image);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Usage source {} broke a promise: it threw", source.name(), e);
            status = new SourceStatus(
                    source.name(),
                    status.succeededAtMillis(),
                    0,
                    machines(image).size(),
                    List.of("unexpected failure: " + e));
            count("failures", 1);
            return false;
        }
    }

    private boolean record(UsageBatch batch, ClusterImage image) {
        boolean measured = !batch.nodes().isEmpty() || !batch.containers().isEmpty();
        var missing = machines(image);
        batch.nodes().forEach(sample -> missing.remove(sample.node()));
        var next = new SourceStatus(
                source.name(),
                measured ? batch.fetchedAtMillis() : status.succeededAtMillis(),
                batch.rejected(),
                missing.size(),
                batch.failures());
        if (!next.failures().isEmpty() && !next.failures().equals(status.failures())) {
            LOG.warn("Usage source {}: {}", source.name(), String.join("; ", next.failures()));
        }
        status = next;
        count("failures", batch.failures().size());
        count("samples.rejected", batch.rejected());
        count("samples", batch.nodes().size() + batch.containers().size());
        return measured;
    }

    private static Set<String> machines(ClusterImage image) {
        var names = new HashSet<String>();
        for (var node : image.nodes()) {
            if (!node.spec().virtual()) {
                names.add(node.name());
            }
        }
        return names;
    }

    private void count(String what, int number) {
        context.meters()
                .counter("plimsoll.usage.source." + what, "source", source.name())
                .increment(number);
    }

    private double ageSeconds() {
        long at = status.succeededAtMillis();
        return at == 0 ? Double.NaN : Math.max(0, context.clock().millis() - at) / 1000.0;
    }
}
