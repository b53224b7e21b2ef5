package io.plimsoll.rightsizer.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// The webhook's metrics. All that can be counted is registered at the start, so that a counter that never moved
/// reads 0.
final class AdmissionMetrics {

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100)
    };

    private final Counter sized;
    private final Counter failed;
    private final Map<LeftReason, Counter> left = new EnumMap<>(LeftReason.class);
    private final Timer time;

    AdmissionMetrics(MeterRegistry registry) {
        sized = counter(registry, "Sized", "");
        failed = counter(registry, "Failed", "");
        for (var reason : LeftReason.values()) {
            left.put(reason, counter(registry, "Left", reason.code()));
        }
        time = Timer.builder("plimsoll.admission")
                .description("From a whole request to its answer")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String outcome, String reason) {
        return Counter.builder("plimsoll.admission.reviews")
                .description("New pods that the API server asked about, by what became of them")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .register(registry);
    }

    void count(StartVerdict verdict) {
        switch (verdict) {
            case StartVerdict.Sized changed -> sized.increment();
            case StartVerdict.Left(var reason) ->
                left.getOrDefault(reason, failed).increment();
        }
    }

    void failed() {
        failed.increment();
    }

    void took(Duration duration) {
        time.record(duration);
    }
}
