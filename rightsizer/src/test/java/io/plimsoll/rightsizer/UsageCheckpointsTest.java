package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.action.CheckpointKeeper;
import io.plimsoll.kubernetes.action.CheckpointKeeper.Pace;
import io.plimsoll.kubernetes.action.CheckpointReader;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.resource.UsageCheckpoint;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.EncodedHistories;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What containers used, kept in a real API server.
@RealControlPlane
@Timeout(60)
class UsageCheckpointsTest {

    private static final long NOW = Instant.parse("2026-03-04T12:00:00Z").toEpochMilli();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final Pace PACE = new Pace(Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofMillis(200));

    @Test
    void keeper_ofMeasuredWorkloads_letsAnotherProcessKnowThem(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        var workload = new Owner(namespace.name(), "Deployment", "web");
        try (var server = new ApiServer(client);
                var before = new Replica(server, NOW);
                var after = new Replica(server, NOW)) {
            before.measure(workload, 300, NOW);
            before.round();

            var reader = new CheckpointReader(before.checkpoints, after.writer, after.ledger, after.context);
            reader.start();
            after.await(() -> after.ledger.workloads().contains(workload));
            reader.close();

            assertThat(after.histories(workload).lastMillis()).isEqualTo(NOW);
            assertThat(after.histories(workload).containers().get("main"))
                    .isEqualTo(before.histories(workload).containers().get("main"));
        }
    }

    @Test
    void keeper_nothingMeasuredSince_writesNothing(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        var workload = new Owner(namespace.name(), "Deployment", "web");
        try (var server = new ApiServer(client);
                var process = new Replica(server, NOW)) {
            process.measure(workload, 300, NOW);
            process.round();
            process.round();
            assertThat(process.count("written")).isEqualTo(1);

            process.measure(workload, 500, NOW + 60_000);
            process.round();

            assertThat(process.count("written")).isEqualTo(2);
            assertThat(kept(process.checkpoints, workload).orElseThrow().lastMillis())
                    .isEqualTo(NOW + 60_000);
        }
    }

    @Test
    void keeper_oneWorkloadIsRefused_writesTheOthers(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        var refused = new Owner("no-such-namespace", "Deployment", "web");
        var workload = new Owner(namespace.name(), "Deployment", "web");
        try (var server = new ApiServer(client);
                var process = new Replica(server, NOW)) {
            process.measure(refused, 300, NOW);
            process.measure(workload, 300, NOW);

            process.round();

            assertThat(kept(process.checkpoints, workload)).isPresent();
            assertThat(process.count("failed")).isEqualTo(1);
        }
    }

    @Test
    void keeper_workloadGoneForADay_deletesItsOwnAlone(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        var gone = new Owner(namespace.name(), "Deployment", "gone");
        var idle = new Owner(namespace.name(), "Deployment", "idle");
        var workload = new Owner(namespace.name(), "Deployment", "web");
        try (var server = new ApiServer(client);
                var before = new Replica(server, NOW);
                var later = new Replica(server, NOW + 2 * DAY);
                var unsynced = new Replica(server, NOW + 2 * DAY)) {
            before.measure(gone, 300, NOW);
            before.measure(idle, 300, NOW);
            before.round();

            unsynced.round();
            assertThat(kept(before.checkpoints, gone)).isPresent();

            later.writer.accept(pod(idle));
            later.measure(workload, 300, NOW + 2 * DAY);
            later.writer.accept(new ClusterEvent.Confirmed(NOW + 2 * DAY));
            later.round();

            assertThat(kept(before.checkpoints, gone)).isEmpty();
            assertThat(kept(before.checkpoints, idle)).isPresent();
            assertThat(kept(before.checkpoints, workload)).isPresent();
        }
    }

    @Test
    void reader_oneMakesNoSense_takesInTheOthers(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        var broken = new Owner(namespace.name(), "Deployment", "broken");
        var workload = new Owner(namespace.name(), "Deployment", "web");
        try (var server = new ApiServer(client);
                var before = new Replica(server, NOW);
                var after = new Replica(server, NOW)) {
            before.checkpoints.write(broken, new EncodedHistories(NOW, Map.of("main", new byte[] {9, 1, 2})));
            before.measure(workload, 300, NOW);
            before.round();

            var reader = new CheckpointReader(before.checkpoints, after.writer, after.ledger, after.context);
            reader.start();
            after.await(() -> after.ledger.workloads().contains(workload));
            reader.close();

            assertThat(after.histories(broken).containers()).isEmpty();
        }
        assertThat(client.resources(UsageCheckpoint.class)
                        .inNamespace(namespace.name())
                        .list()
                        .getItems())
                .hasSize(2);
    }

    private static Optional<EncodedHistories> kept(ApiCheckpoints checkpoints, Owner workload) throws IOException {
        var all = new HashMap<Owner, EncodedHistories>();
        checkpoints.read(all::put);
        return Optional.ofNullable(all.get(workload));
    }

    private static ClusterEvent pod(Owner workload) {
        return new ClusterEvent.PodApplied(new PodSpec(
                key(workload),
                "uid-" + workload.name(),
                Optional.of(workload),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                NOW - DAY,
                false,
                List.of(new ContainerSpec("main", new Resources(100, 1 << 20), Resources.NONE)),
                Resources.NONE,
                Set.of()));
    }

    private static PodKey key(Owner workload) {
        return new PodKey(workload.namespace(), workload.name() + "-0");
    }

    /// One process with its own memory; its keeper's rounds begin when a test says so.
    private static final class Replica implements AutoCloseable {

        final UsageLedger ledger = new UsageLedger();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final ApiCheckpoints checkpoints;
        final ImageWriter writer;
        final LoopContext context;
        private final Semaphore rounds = new Semaphore(0);
        private final Semaphore over = new Semaphore(0);
        private final CheckpointKeeper keeper;

        Replica(ApiServer server, long now) {
            var clock = Clock.fixed(Instant.ofEpochMilli(now), ZoneOffset.UTC);
            this.checkpoints = new ApiCheckpoints(server);
            this.writer = new ImageWriter(ledger::record, clock, meters);
            this.context = new LoopContext(clock, System::nanoTime, this::pause, new Random(1), meters);
            this.keeper = new CheckpointKeeper(checkpoints, writer, ledger, context, PACE);
            keeper.start();
        }

        private void pause(Duration duration) throws InterruptedException {
            if (duration.equals(PACE.gap())) {
                return;
            }
            over.release();
            rounds.acquire();
        }

        /// Lets the keeper do one round, and waits for its end.
        void round() throws InterruptedException {
            over.acquire();
            rounds.release();
            over.acquire();
            over.release();
        }

        void measure(Owner workload, double cpuMillis, long atMillis) {
            writer.accept(pod(workload));
            var usage = new ContainerUsage(
                    key(workload),
                    "main",
                    new Sample(cpuMillis, atMillis, "test"),
                    new Sample(cpuMillis * 1e6, atMillis, "test"));
            writer.observe(new UsageBatch("test", atMillis, List.of(), List.of(usage), 0, List.of()));
            writer.settle();
        }

        EncodedHistories histories(Owner workload) {
            return writer.ask(() -> ledger.encoded(workload));
        }

        double count(String result) {
            return meters.get("plimsoll.usage.checkpoints")
                    .tag("result", result)
                    .counter()
                    .count();
        }

        /// As long as it takes; the test's own time limit ends it.
        void await(Callable<Boolean> condition) {
            while (!writer.ask(condition)) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            keeper.close();
            writer.close();
        }
    }
}
