package io.plimsoll.extender;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.NeutralCause;
import io.plimsoll.extender.decision.Verb;
import io.plimsoll.model.placement.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The extender's own metrics. All that a decision can count is registered at the start, so that a counter that never
/// moved reads 0 and recording looks nothing up.
public final class ExtenderMetrics {

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100)
    };

    private final MeterRegistry registry;
    private final Map<Verb, Timer> requests = new EnumMap<>(Verb.class);
    private final Map<Verb, Map<NeutralCause, Counter>> neutral = new EnumMap<>(Verb.class);
    private final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);
    private final Counter unknown;
    private final Counter keptLeastBad;

    public ExtenderMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (var verb : Verb.values()) {
            requests.put(verb, timer(verb));
            neutral.put(verb, neutralCounters(verb));
        }
        for (var reason : Reason.values()) {
            rejected.put(reason, rejectedCounter(reason));
        }
        unknown = Counter.builder("plimsoll.extender.unknown.nodes")
                .description("Candidates that are not in the image")
                .register(registry);
        keptLeastBad = Counter.builder("plimsoll.extender.least.bad.kept")
                .description("Filter calls in which every node was unfit, so that the least bad were accepted")
                .register(registry);
    }

    public void record(Decision decision) {
        timerOf(decision.verb()).record(decision.tookNanos(), TimeUnit.NANOSECONDS);
        decision.neutral().ifPresent(cause -> counterOf(decision.verb(), cause).increment());
        unknown.increment(decision.unknown());
        if (decision.keptLeastBad()) {
            keptLeastBad.increment();
        }
        decision.rejected().forEach((reason, count) -> counterOf(reason).increment(count));
    }

    /// Counts a request that got an error instead of an answer.
    public void refused(Verb verb, String cause) {
        Counter.builder("plimsoll.extender.refused")
                .description("Requests that got an error, since their candidates could not be told")
                .tag("verb", verb.label())
                .tag("cause", cause)
                .register(registry)
                .increment();
    }

    /// Counts a connection that was closed on a client, or whose handshake failed.
    public void closed(String cause) {
        Counter.builder("plimsoll.extender.connections.closed")
                .description("Connections closed on clients that were slow or too many, and handshakes that failed")
                .tag("cause", cause)
                .register(registry)
                .increment();
    }

    /// @param points how much worse the scheduler's own choice was, 0 to 100
    public void regret(String judged, double points) {
        DistributionSummary.builder("plimsoll.extender.shadow.regret")
                .description("Shadow mode: best score minus the score of the node that the scheduler chose")
                .tag("judged", judged)
                .serviceLevelObjectives(1, 2, 5, 10, 20, 50)
                .register(registry)
                .record(points);
    }

    public void tlsReload(boolean done) {
        Counter.builder("plimsoll.extender.tls.reloads")
                .description("Changed TLS files that were taken into use, or could not be")
                .tag("result", done ? "done" : "failed")
                .register(registry)
                .increment();
    }

    public <T> void gauge(String name, String description, T subject, ToDoubleFunction<T> value) {
        Gauge.builder(name, subject, value).description(description).register(registry);
    }

    private Timer timer(Verb verb) {
        return Timer.builder("plimsoll.extender.request")
                .description("From the complete request to the complete reply")
                .tag("verb", verb.label())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Map<NeutralCause, Counter> neutralCounters(Verb verb) {
        var counters = new EnumMap<NeutralCause, Counter>(NeutralCause.class);
        for (var cause : NeutralCause.values()) {
            var counter = Counter.builder("plimsoll.extender.neutral")
                    .description("Answers that left the choice to the scheduler")
                    .tag("verb", verb.label())
                    .tag("cause", cause.label())
                    .register(registry);
            counters.put(cause, counter);
        }
        return counters;
    }

    private Counter rejectedCounter(Reason reason) {
        return Counter.builder("plimsoll.extender.rejected.nodes")
                .description("Nodes found unfit by filter")
                .tag("reason", reason.text())
                .register(registry);
    }

    private Timer timerOf(Verb verb) {
        return present(requests.get(verb));
    }

    private Counter counterOf(Verb verb, NeutralCause cause) {
        return present(present(neutral.get(verb)).get(cause));
    }

    private Counter counterOf(Reason reason) {
        return present(rejected.get(reason));
    }

    private static <T> T present(@Nullable T meter) {
        return Objects.requireNonNull(meter, "registered at the start");
    }
}
