package io.plimsoll.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A loop over a source that says what a test wrote for each cycle; it ends when there is no more.
@Timeout(60)
class UsageLoopTest {

    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nowMillis = new AtomicLong(100_000);
    private final ImageWriter writer = new ImageWriter(() -> Instant.ofEpochMilli(nowMillis.get()), meters);
    private final List<Duration> waited = new ArrayList<>();

    @BeforeEach
    void twoMachinesAndOneVirtualNode() {
        writer.accept(new ClusterEvent.NodeApplied(node("n1", false), 1));
        writer.accept(new ClusterEvent.NodeApplied(node("n2", false), 1));
        writer.accept(new ClusterEvent.NodeApplied(node("virtual", true), 1));
        writer.settle();
    }

    @AfterEach
    void end() {
        writer.close();
    }

    @Test
    void source_thatAnswers_isAskedEveryInterval() throws Exception {
        run(() -> cpu(100, "n1", "n2"), () -> cpu(200, "n1", "n2"), () -> cpu(300, "n1", "n2"));

        assertThat(waited).containsExactly(INTERVAL, INTERVAL, INTERVAL);
        assertThat(signal("n1")).isEqualTo(300);
        assertThat(counted("samples")).isEqualTo(6);
        assertThat(counted("failures")).isZero();
    }

    /// 15 to 30 s, 30 to 60 s, and then never more than 60 s; after an answer 15 s again.
    @Test
    void source_gone_isAskedLessAndLessAndItsLossIsCounted() throws Exception {
        var status = run(() -> nothing("503"), () -> nothing("503"), () -> nothing("503"), () -> cpu(1, "n1", "n2"));

        assertThat(waited.get(0).toSeconds()).isBetween(15L, 30L);
        assertThat(waited.get(1).toSeconds()).isBetween(30L, 60L);
        assertThat(waited.get(2).toSeconds()).isBetween(30L, 60L);
        assertThat(waited.get(3)).isEqualTo(INTERVAL);
        assertThat(counted("failures")).isEqualTo(3);
        assertThat(status.failures()).isEmpty();
    }

    @Test
    void source_gone_leavesWhatWasMeasuredAndItsAgeGrows() throws Exception {
        var status = run(() -> cpu(700, "n1", "n2"), () -> {
            nowMillis.addAndGet(60_000);
            return nothing("connection refused");
        });

        assertThat(signal("n1")).isEqualTo(700);
        assertThat(status.failures()).containsExactly("connection refused");
        assertThat(status.nodesMissing()).isEqualTo(2);
        assertThat(gauge("age")).isEqualTo(60);
        assertThat(gauge("nodes.missing")).isEqualTo(2);
    }

    @Test
    void source_neverHeard_hasNoAge() throws Exception {
        run(() -> nothing("no"));

        assertThat(gauge("age")).isNaN();
    }

    /// A virtual node has nothing to measure, so it is not missed.
    @Test
    void source_thatLeavesANodeOut_leavesItUnmeasuredAndNeverAtZero() throws Exception {
        run(() -> cpu(700, "n1"));

        assertThat(writer.get().node("n2").orElseThrow().signals().get(SignalKind.CPU_USAGE_MILLIS))
                .isEmpty();
        assertThat(writer.get().node("n2").orElseThrow().cpuMillis().isKnown()).isFalse();
        assertThat(gauge("nodes.missing")).isEqualTo(1);
    }

    @Test
    void source_thatRepeatsAnOldSample_keepsItsTime() throws Exception {
        run(() -> cpu(700, "n1", "n2"), () -> {
            nowMillis.addAndGet(60_000);
            return new UsageBatch("test", nowMillis.get(), samples(700, 100_001, "n1"), List.of(), 0, List.of());
        });

        assertThat(writer.get().node("n1").orElseThrow().signals().atMillis(SignalKind.CPU_USAGE_MILLIS))
                .isEqualTo(100_001);
    }

    @Test
    void source_thatRejects_isCounted() throws Exception {
        var status = run(() -> new UsageBatch("test", nowMillis.get(), List.of(), List.of(), 7, List.of("nonsense")));

        assertThat(status.rejected()).isEqualTo(7);
        assertThat(counted("samples.rejected")).isEqualTo(7);
    }

    @Test
    void source_thatThrows_isCountedAndAskedAgain() throws Exception {
        var status = run(
                () -> {
                    throw new IllegalStateException("broken");
                },
                () -> cpu(5, "n1", "n2"));

        assertThat(counted("failures")).isEqualTo(1);
        assertThat(signal("n1")).isEqualTo(5);
        assertThat(status.failures()).isEmpty();
    }

    private SourceStatus run(Script... cycles) throws InterruptedException {
        var source = new Scripted(List.of(cycles));
        var context = new LoopContext(
                () -> Instant.ofEpochMilli(nowMillis.get()),
                System::nanoTime,
                duration -> {
                    waited.add(duration);
                    source.requireMore();
                },
                new Random(1),
                meters);
        try (var loop = new UsageLoop(source, writer, INTERVAL, () -> true, context)) {
            loop.start();
            loop.join();
            writer.settle();
            return loop.status();
        }
    }

    /// What the source says in one cycle.
    private interface Script {
        UsageBatch say();
    }

    private static final class Scripted implements UsageSource {

        private final List<Script> cycles;
        private int next;

        private Scripted(List<Script> cycles) {
            this.cycles = cycles;
        }

        void requireMore() throws InterruptedException {
            if (next == cycles.size()) {
                throw new InterruptedException("the script is over");
            }
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public UsageBatch sample(ClusterImage image) {
            return cycles.get(next++).say();
        }

        @Override
        public void close() {}
    }

    private UsageBatch cpu(double millis, String... nodes) {
        var samples = samples(millis, nowMillis.addAndGet(1), nodes);
        return new UsageBatch("test", nowMillis.get(), samples, List.of(), 0, List.of());
    }

    private static List<NodeSample> samples(double millis, long atMillis, String... nodes) {
        var samples = new ArrayList<NodeSample>();
        for (var node : nodes) {
            samples.add(new NodeSample(node, SignalKind.CPU_USAGE_MILLIS, new Sample(millis, atMillis, "test")));
        }
        return samples;
    }

    private UsageBatch nothing(String why) {
        return new UsageBatch("test", nowMillis.get(), List.of(), List.of(), 0, List.of(why));
    }

    private double signal(String node) {
        return writer.get().node(node).orElseThrow().signals().value(SignalKind.CPU_USAGE_MILLIS);
    }

    private double counted(String what) {
        return meters.counter("plimsoll.usage.source." + what, "source", "test").count();
    }

    private double gauge(String what) {
        return meters.get("plimsoll.usage.source." + what).gauge().value();
    }

    private static NodeSpec node(String name, boolean virtual) {
        var size = new Resources(4000, 8L << 30);
        return new NodeSpec(
                name, "u-" + name, "b", size, size, 110, NodeSpec.Readiness.READY, false, virtual, List.of());
    }
}
