package io.plimsoll.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.usage.UsageSourceContext;
import io.plimsoll.kubernetes.usage.UsageSourceProvider;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.model.usage.UsagePast;
import io.plimsoll.model.usage.UsageSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UsageBootstrapTest {

    private static final long NOW = Instant.parse("2026-03-04T12:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final PodKey POD = new PodKey("shop", "web-0");

    private final Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final UsageLedger ledger = new UsageLedger();
    private final ImageWriter writer = new ImageWriter(ledger::record, clock, meters);
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final LoopContext context = new LoopContext(clock, nanos::get, pauses::add, new Random(1), meters);
    private final List<Long> asked = new ArrayList<>();

    @AfterEach
    void end() {
        writer.close();
    }

    @Test
    void past_ofTwoDays_isLearntInTheOrderOfTime() throws InterruptedException {
        observe(podOfWeb(0));

        learn(this::hourly, Duration.ofDays(2), Duration.ZERO);

        assertThat(asked).hasSize(48).isSorted().startsWith(NOW - 48 * HOUR);
        var history = learnt();
        assertThat(history.samples()).isEqualTo(48);
        assertThat(history.firstMillis()).isEqualTo(NOW - 48 * HOUR);
        assertThat(history.cpuMillis().peak()).isBetween(250.0, 265.0);
        assertThat(meters.get("plimsoll.usage.bootstrap.progress").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void past_ofASourceThatWasNotChosenForTheWorkload_isLeft() throws InterruptedException {
        observe(podOfWeb(0));
        ledger.choose(workload -> Optional.of("another"));

        learn(this::hourly, Duration.ofDays(2), Duration.ZERO);

        assertThat(asked).hasSize(48);
        assertThat(writer.ask(ledger::workloads)).isEmpty();
    }

    @Test
    void past_ofWhichHalfIsKnown_isNotAskedFor() throws InterruptedException {
        observe(podOfWeb(0));

        learn(this::hourly, Duration.ofDays(2), Duration.ofDays(1));

        assertThat(asked).isEmpty();
    }

    /// The process that read it before was ended in the middle, after it had kept ten minutes of its own samples.
    @Test
    void past_ofWhichALittleIsKnown_isAskedFor() throws InterruptedException {
        observe(podOfWeb(0));

        learn(this::hourly, Duration.ofDays(2), Duration.ofMinutes(10));

        assertThat(learnt().samples()).isEqualTo(48);
    }

    @Test
    void stretch_failsAtFirst_isAskedForAgain() throws InterruptedException {
        observe(podOfWeb(0));
        var failures = new AtomicLong(3);

        learn(
                (image, from, to, step) -> failures.getAndDecrement() > 0 ? failed() : hourly(image, from, to, step),
                Duration.ofHours(4),
                Duration.ZERO);

        assertThat(asked).hasSize(4);
        assertThat(learnt().samples()).isEqualTo(4);
    }

    @Test
    void source_failsForGood_leavesWhatItGaveBefore() throws InterruptedException {
        observe(podOfWeb(0));

        learn(
                (image, from, to, step) -> from >= NOW - 2 * HOUR ? failed() : hourly(image, from, to, step),
                Duration.ofHours(4),
                Duration.ZERO);

        assertThat(asked).hasSize(2);
        assertThat(learnt().samples()).isEqualTo(2);
    }

    @Test
    void source_isLeftAloneForAsLongAsItTook() throws InterruptedException {
        observe(podOfWeb(0));

        learn(
                (image, from, to, step) -> {
                    nanos.addAndGet(Duration.ofSeconds(7).toNanos());
                    return hourly(image, from, to, step);
                },
                Duration.ofHours(2),
                Duration.ZERO);

        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
    }

    @Test
    void stretch_ofALargeCluster_isAsShortAsItsSamplesAreMany() throws InterruptedException {
        for (int i = 0; i < 60_000; i++) {
            writer.accept(podOfWeb(i));
        }
        observe(podOfWeb(0));

        learn(this::hourly, Duration.ofHours(1), Duration.ZERO);

        // 200,000 samples are 3 of each container, 15 minutes.
        assertThat(asked).containsExactly(NOW - HOUR, NOW - HOUR * 3 / 4, NOW - HOUR / 2, NOW - HOUR / 4);
    }

    /// It has an hour of patience, and has read one of four stretches.
    @Test
    void bootstrap_closedWhileASourceDoesNotAnswer_endsAtOnceAndHasLearntNothing() throws InterruptedException {
        observe(podOfWeb(0));
        var isAsked = new CountDownLatch(1);
        var isOver = new CountDownLatch(1);
        try (var prometheus = new LoopbackApi(exchange -> {
                    isAsked.countDown();
                    isOver.await();
                });
                var server = new ApiServer(prometheus.client());
                var source = prometheus(server, prometheus.address())) {
            var past = source.past().orElseThrow();
            var bootstrap = interruptible(
                    (image, from, to, step) ->
                            from < NOW - 3 * HOUR ? hourly(image, from, to, step) : past.between(image, from, to, step),
                    Duration.ofHours(4));
            bootstrap.start();
            isAsked.await();

            bootstrap.close();

            assertThat(bootstrap.isRunning()).isFalse();
            isOver.countDown();
        }
        assertThat(asked).hasSize(1);
        assertThat(writer.ask(ledger::workloads)).isEmpty();
    }

    @Test
    void bootstrap_closedWhileItLeavesTheSourceAlone_endsAtOnceAndHasLearntNothing() throws InterruptedException {
        observe(podOfWeb(0));
        var isPausing = new CountDownLatch(1);
        var bootstrap = new UsageBootstrap(
                this::hourly,
                () -> Duration.ZERO,
                Duration.ofHours(4),
                writer,
                ledger,
                new LoopContext(
                        clock,
                        nanos::get,
                        pause -> {
                            isPausing.countDown();
                            new CountDownLatch(1).await();
                        },
                        new Random(1),
                        meters));
        bootstrap.start();
        isPausing.await();

        bootstrap.close();

        assertThat(bootstrap.isRunning()).isFalse();
        assertThat(asked).hasSize(1);
        assertThat(writer.ask(ledger::workloads)).isEmpty();
    }

    /// One that does not pause, but notices that it is to end.
    private UsageBootstrap interruptible(UsagePast past, Duration span) {
        Pauses noticing = pause -> {
            if (Thread.interrupted()) {
                throw new InterruptedException("closed");
            }
        };
        return new UsageBootstrap(
                past,
                () -> Duration.ZERO,
                span,
                writer,
                ledger,
                new LoopContext(clock, nanos::get, noticing, new Random(1), meters));
    }

    private UsageSource prometheus(ApiServer server, String url) {
        var context = new UsageSourceContext(server, clock, Duration.ofHours(1), Map.of("url", url));
        return UsageSourceProvider.named("prometheus").orElseThrow().create().apply(context);
    }

    private void observe(ClusterEvent pod) {
        writer.accept(pod);
        writer.accept(new ClusterEvent.Confirmed(NOW));
        writer.settle();
    }

    private void learn(UsagePast past, Duration span, Duration known) throws InterruptedException {
        try (var bootstrap = new UsageBootstrap(past, () -> known, span, writer, ledger, context)) {
            bootstrap.start();
            bootstrap.join();
        }
    }

    /// One sample at the begin of each stretch: as many thousandths as hours ago, and 205 besides.
    private UsageBatch hourly(ClusterImage image, long fromMillis, long toMillis, long stepMillis) {
        asked.add(fromMillis);
        double cpuMillis = 205 + (NOW - fromMillis) / (double) HOUR;
        var usage = new ContainerUsage(
                POD, "main", new Sample(cpuMillis, fromMillis, "test"), new Sample(1e8, fromMillis, "test"));
        return new UsageBatch("test", toMillis, List.of(), List.of(usage), 0, List.of());
    }

    private ContainerUsageView learnt() {
        var containers = writer.ask(() -> ledger.containers(WEB));
        assertThat(containers).containsOnlyKeys("main");
        return containers.getOrDefault("main", new ContainerHistory());
    }

    private static UsageBatch failed() {
        return new UsageBatch("test", NOW, List.of(), List.of(), 0, List.of("it does not answer"));
    }

    private static ClusterEvent podOfWeb(int number) {
        return new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", "web-" + number),
                "uid-" + number,
                Optional.of(WEB),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                NOW - HOUR,
                false,
                List.of(new ContainerSpec("main", new Resources(100, 1 << 20), Resources.NONE)),
                Resources.NONE,
                Set.of()));
    }
}
