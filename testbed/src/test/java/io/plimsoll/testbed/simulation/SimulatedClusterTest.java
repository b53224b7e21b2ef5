package io.plimsoll.testbed.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.testbed.simulation.Fault.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatedClusterTest {

    private static final long MIB = 1L << 20;
    private static final Resources NODE = new Resources(4000, 8192 * MIB);
    private static final PodKey WEB = new PodKey("shop", "web");
    private static final PodKey CACHE = new PodKey("shop", "cache");

    private final List<ClusterEvent> events = new ArrayList<>();

    @Test
    void image_afterBindingAndTime_isThatOfTheCluster() {
        var cluster = cluster();

        cluster.bind(WEB, "n1");
        cluster.advance(Duration.ofSeconds(10));

        var pod = image().pod(WEB).orElseThrow().spec();
        assertThat(pod.nodeName()).contains("n1");
        assertThat(pod.phase()).isEqualTo(PodPhase.RUNNING);
        assertThat(pod.boundAtMillis()).isEqualTo(cluster.clock().millis() - 10_000);
        assertThat(image().confirmedAtMillis()).isEqualTo(cluster.clock().millis());
    }

    @Test
    void sample_ofARunningPod_hasItsUsageAtTheLatestScrape() {
        var cluster = cluster();
        cluster.bind(WEB, "n1");

        cluster.advance(Duration.ofSeconds(50));

        // Scrapes come every 15 s: the latest one was at 45 s, 5 s ago.
        var batch = cluster.sample(image());
        assertThat(value(batch, "n1", SignalKind.CPU_USAGE_MILLIS)).contains(1500.0);
        assertThat(value(batch, "n2", SignalKind.CPU_USAGE_MILLIS)).contains(0.0);
        assertThat(batch.nodes())
                .allMatch(s -> s.sample().atMillis() == cluster.clock().millis() - 5_000);
        assertThat(batch.containers()).singleElement().satisfies(c -> {
            assertThat(c.pod()).isEqualTo(WEB);
            assertThat(c.memoryBytes().value()).isEqualTo(700.0 * MIB);
        });
    }

    @Test
    void cpu_wantedBeyondTheMachine_isSharedOutInProportion() {
        var cluster = cluster();
        cluster.bind(WEB, "n1");
        cluster.bind(CACHE, "n1");

        cluster.advance(Duration.ofMinutes(1));

        // 1500 + 4500 wanted of 4000: each gets two thirds.
        var batch = cluster.sample(image());
        assertThat(value(batch, "n1", SignalKind.CPU_USAGE_MILLIS)).contains(4000.0);
        assertThat(batch.containers())
                .extracting(c -> Math.round(c.cpuMillis().value()))
                .containsExactly(3000L, 1000L);
        assertThat(cluster.usage().getFirst().cpuShare()).isEqualTo(1.5);
    }

    @Test
    void metrics_down_nameTheFailureAndNothingElse() {
        var cluster = cluster(new Fault.MetricsDown(Window.of(10, 20)));

        cluster.advance(Duration.ofSeconds(10));
        var during = cluster.sample(image());
        cluster.advance(Duration.ofSeconds(10));

        assertThat(during.nodes()).isEmpty();
        assertThat(during.failures()).containsExactly("the metrics API answered 503: simulated");
        assertThat(cluster.sample(image()).nodes()).hasSize(4);
    }

    @Test
    void metrics_missingOfANode_leaveItsEarlierSampleInTheImage() {
        var cluster = cluster(new Fault.MetricsMissing(Window.of(60, 120), 1));
        cluster.bind(WEB, "n1");
        cluster.advance(Duration.ofSeconds(30));
        observe(cluster);
        long measuredAt = cluster.clock().millis();

        cluster.advance(Duration.ofMinutes(1));
        observe(cluster);

        assertThat(image().node("n1").orElseThrow().signals().atMillis(SignalKind.CPU_USAGE_MILLIS))
                .isEqualTo(measuredAt);
    }

    @Test
    void metrics_stale_keepValueAndTimeOfWhenTheyFroze() {
        var cluster = cluster(new Fault.MetricsStale(Window.of(60, 300), 1));
        cluster.advance(Duration.ofSeconds(70));
        cluster.bind(WEB, "n1");

        cluster.advance(Duration.ofMinutes(2));

        var batch = cluster.sample(image());
        assertThat(value(batch, "n1", SignalKind.CPU_USAGE_MILLIS)).contains(0.0);
        assertThat(batch.nodes())
                .allMatch(s -> s.sample().atMillis() == cluster.clock().millis() - 130_000);
    }

    @Test
    void apiErrors_ofAllCalls_failWithoutEffect() {
        var cluster = cluster(new Fault.ApiErrors(Window.of(0, 10), 1));

        var failed = cluster.bind(WEB, "n1");

        assertThat(failed).isEqualTo(new Outcome.Failed("the API server answered 500: simulated"));
        assertThat(cluster.pod(WEB).orElseThrow().spec().nodeName()).isEmpty();
    }

    @Test
    void slowCalls_letTheClockMoveWhileTheCallerWaits() {
        var cluster = cluster(new Fault.SlowCalls(Window.of(0, 10), Duration.ofSeconds(3)));

        cluster.bind(WEB, "n1");

        assertThat(cluster.clock().elapsedMillis()).isEqualTo(3_000);
    }

    @Test
    void watchGap_hidesWhatHappensAndListsItAfterwards() {
        var cluster = cluster(new Fault.WatchGap(Window.of(10, 60)));
        cluster.bind(CACHE, "n2");
        cluster.advance(Duration.ofSeconds(20));
        long beforeTheGap = image().confirmedAtMillis();

        cluster.bind(WEB, "n1");
        cluster.delete(CACHE);
        cluster.advance(Duration.ofSeconds(30));

        assertThat(image().pod(WEB).orElseThrow().spec().nodeName()).isEmpty();
        assertThat(image().pod(CACHE)).isPresent();
        assertThat(image().confirmedAtMillis()).isEqualTo(beforeTheGap);

        cluster.advance(Duration.ofSeconds(10));

        assertThat(image().pod(WEB).orElseThrow().spec().nodeName()).contains("n1");
        assertThat(image().pod(CACHE)).isEmpty();
        assertThat(image().confirmedAtMillis()).isEqualTo(cluster.clock().millis());
    }

    @Test
    void clockStep_movesTheWallClockAndNotTheCurves() {
        var cluster = cluster(Fault.ClockStep.at(Duration.ofSeconds(30), Duration.ofHours(-1)));
        var start = cluster.clock().instant();

        cluster.advance(Duration.ofSeconds(40));

        assertThat(cluster.clock().instant()).isEqualTo(start.plusSeconds(40).minus(Duration.ofHours(1)));
        assertThat(cluster.clock().elapsedMillis()).isEqualTo(40_000);
    }

    @Test
    void resize_beyondTheFreeRoom_isDeferredUntilANeighbourLeaves() {
        var cluster = cluster();
        cluster.bind(WEB, "n1");
        cluster.bind(CACHE, "n1");
        cluster.advance(Duration.ofSeconds(10));

        // The node has 4000m; cache was granted 2000m, so web cannot have 3000m beside it.
        var outcome = cluster.carryOut(resize(new Resources(3000, 512 * MIB)));

        assertThat(outcome).isEqualTo(new Outcome.Done());
        assertThat(cluster.pod(WEB).orElseThrow().resizeState()).isEqualTo(ResizeState.DEFERRED);

        cluster.delete(CACHE);
        cluster.advance(Duration.ofSeconds(10));

        assertThat(cluster.pod(WEB).orElseThrow().resizeState()).isEqualTo(ResizeState.SETTLED);
        assertThat(cluster.pod(WEB).orElseThrow().allocated().cpuMillis()).isEqualTo(3000);
    }

    @Test
    void resize_beyondTheNodeItself_isForbidden() {
        var cluster = cluster();
        cluster.bind(WEB, "n1");

        var outcome = cluster.carryOut(resize(new Resources(4001, 512 * MIB)));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.FORBIDDEN));
    }

    @Test
    void run_withTheSameSeed_tellsTheSameEvents() {
        assertThat(logOfABusyRun(7)).isEqualTo(logOfABusyRun(7));
        assertThat(logOfABusyRun(7)).isNotEqualTo(logOfABusyRun(8));
    }

    /// Two hundred pods on twenty nodes, a third of all calls failing, everything measured once a minute.
    private static List<Object> logOfABusyRun(long seed) {
        var log = new ArrayList<Object>();
        var settings = SimulationSettings.seeded(seed).with(new Fault.ApiErrors(Window.of(0, 3600), 0.33));
        var cluster = new SimulatedCluster(settings, log::add);
        for (int i = 0; i < 20; i++) {
            cluster.applyNode(Templates.node("n" + i, NODE));
        }
        try (var scheduler = SimulatedScheduler.byRequests(cluster, seed)) {
            for (int i = 0; i < 200; i++) {
                var key = new PodKey("shop", "p" + i);
                var cpu = new UsageCurve.Noisy(new UsageCurve.Constant(300), 0.5, seed + i);
                cluster.createPod(
                        Templates.pod(key, Optional.empty(), new Resources(100, 64 * MIB)),
                        Map.of(),
                        new Demand(cpu, new UsageCurve.Constant(50.0 * MIB)));
                log.add(scheduler.place(key).node());
                cluster.advance(Duration.ofSeconds(15));
                log.add(cluster.sample(ClusterImage.EMPTY));
            }
        }
        return log;
    }

    private SimulatedCluster cluster(Fault... faults) {
        var settings = SimulationSettings.seeded(1);
        for (var fault : faults) {
            settings = settings.with(fault);
        }
        var cluster = new SimulatedCluster(settings, events::add);
        cluster.applyNode(Templates.node("n1", NODE));
        cluster.applyNode(Templates.node("n2", NODE));
        create(cluster, WEB, new Resources(1000, 512 * MIB), Demand.constant(1500, 700.0 * MIB));
        create(cluster, CACHE, new Resources(2000, 512 * MIB), Demand.constant(4500, 100.0 * MIB));
        return cluster;
    }

    private static void create(SimulatedCluster cluster, PodKey key, Resources requests, Demand demand) {
        var container = new ContainerSpec("main", requests, Resources.NONE);
        cluster.createPod(Templates.pod(key, Optional.empty(), container), Map.of(), demand);
    }

    private ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        events.forEach(delta::replay);
        return delta.apply();
    }

    private void observe(SimulatedCluster cluster) {
        events.add(new ClusterEvent.UsageObserved(cluster.sample(image()), Map.of()));
    }

    private static Optional<Double> value(UsageBatch batch, String node, SignalKind kind) {
        return batch.nodes().stream()
                .filter(s -> s.node().equals(node) && s.kind() == kind)
                .map(s -> s.sample().value())
                .findFirst();
    }

    private static Action.Resize resize(Resources requests) {
        return new Action.Resize(
                WEB, uid(WEB), Optional.empty(), List.of(new ContainerSpec("main", requests, Resources.NONE)));
    }

    private static String uid(PodKey key) {
        return "uid-of-" + key;
    }
}
