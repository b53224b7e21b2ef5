package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// The meters of the image writer; safe for any thread.
final class ImageMetrics {

    private final MeterRegistry meters;
    private final DistributionSummary batchEvents;
    private final Timer publish;
    private final Counter failures;

    ImageMetrics(MeterRegistry meters, InstantSource clock, Supplier<ClusterImage> image, IntSupplier queued) {
        this.meters = meters;
        this.batchEvents = meters.summary("plimsoll.image.batch.events");
        this.publish = meters.timer("plimsoll.image.publish");
        this.failures = meters.counter("plimsoll.image.event.failures");
        Gauge.builder("plimsoll.image.queue.events", queued::getAsInt).register(meters);
        Gauge.builder("plimsoll.image.nodes", () -> image.get().nodeCount()).register(meters);
        Gauge.builder("plimsoll.image.pods", () -> image.get().podCount()).register(meters);
        Gauge.builder("plimsoll.image.age", () -> ageSeconds(image.get(), clock))
                .baseUnit("seconds")
                .description(
                        "Since the API server was last heard while all watches were open; NaN before the first complete look")
                .register(meters);
    }

    void replayed(ClusterEvent event) {
        meters.counter("plimsoll.image.events", "kind", event.getClass().getSimpleName())
                .increment();
    }

    void failed() {
        failures.increment();
    }

    void queueDrained(int entries) {
        batchEvents.record(entries);
    }

    void published(long nanos) {
        publish.record(nanos, TimeUnit.NANOSECONDS);
    }

    private static double ageSeconds(ClusterImage image, InstantSource clock) {
        long confirmedAt = image.confirmedAtMillis();
        return confirmedAt == 0 ? Double.NaN : Math.max(0, clock.millis() - confirmedAt) / 1000.0;
    }
}
