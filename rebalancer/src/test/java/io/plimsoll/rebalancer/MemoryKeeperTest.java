package io.plimsoll.rebalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.Memory;
import io.plimsoll.kubernetes.action.ApiMemory;
import io.plimsoll.kubernetes.action.MemoryKeeper;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is remembered outlives a process, in a real cluster.
@RealControlPlane
class MemoryKeeperTest {

    private static final String NAME = "plimsoll-rebalancer-memory";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private KubernetesClient client;
    private ApiServer server;
    private ApiMemory kept;
    private String namespace;

    private volatile ClusterImage image = ClusterImage.EMPTY;
    private volatile boolean isActing = true;
    /// Each lets one round go by.
    private final Semaphore rounds = new Semaphore(0);

    /// Knows some bytes; what begins with 0 makes no sense to it.
    private static final class Notes implements Memory {

        private volatile byte[] known;

        Notes(int... known) {
            this.known = bytes(known);
        }

        @Override
        public String name() {
            return "notes";
        }

        @Override
        public byte[] encoded() {
            return known;
        }

        @Override
        public void restore(byte[] bytes) {
            if (bytes[0] == 0) {
                throw new IllegalArgumentException("notes of layout 0");
            }
            known = bytes;
        }
    }

    @BeforeEach
    void connect(ControlPlane controlPlane, KubernetesClient own, TestNamespace test) {
        client = own;
        namespace = test.name();
        server = new ApiServer(controlPlane.client());
        kept = new ApiMemory(server, namespace, NAME);
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    @Test
    void whatIsRemembered_isKnownToTheNextProcess() {
        seeCluster();
        try (var keeper = started(new Notes(1, 2, 3))) {
            rounds.release();
            awaitKept(1, 2, 3);
            assertThat(keeper.problem()).isEmpty();
        }

        var next = new Notes(9);
        try (var keeper = started(next)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(next.known).isEqualTo(bytes(1, 2, 3)));
            assertThat(keeper.problem()).isEmpty();
        }
    }

    @Test
    void replicaThatDoesNotAct_writesNothing_andOneThatSeesNoCluster_readsNothingYet() throws IOException {
        kept.write(new TreeMap<>(Map.of("notes", bytes(4))));
        isActing = false;
        var notes = new Notes(9);
        try (var keeper = started(notes)) {
            rounds.release(3);
            await().atMost(PATIENCE).until(() -> rounds.availablePermits() == 0);
            assertThat(notes.known).isEqualTo(bytes(9));

            seeCluster();
            rounds.release();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(notes.known).isEqualTo(bytes(4)));
            notes.known = bytes(5);
            rounds.release(2);
            await().atMost(PATIENCE).until(() -> rounds.availablePermits() == 0);
            assertThat(kept.read().get("notes")).isEqualTo(bytes(4));

            isActing = true;
            rounds.release();
            awaitKept(5);
            assertThat(keeper.problem()).isEmpty();
        }
    }

    @Test
    void whatSomebodyElseHasWritten_isPassedOver_andWrittenAnew() {
        for (var foreign : List.of("AAAA", Base64.getEncoder().encodeToString(bytes(31, 139)))) {
            put(Map.of("notes", foreign, "other", "AAAA"));
            keepsItsOwn();
        }
    }

    @Test
    void whatTheMemoryMakesNoSenseOf_isPassedOver_andWrittenAnew() throws IOException {
        kept.write(new TreeMap<>(Map.of("notes", bytes(0))));

        keepsItsOwn();
    }

    private void keepsItsOwn() {
        seeCluster();
        var notes = new Notes(7);
        try (var keeper = started(notes)) {
            rounds.release();
            awaitKept(7);
            assertThat(notes.known).isEqualTo(bytes(7));
            assertThat(keeper.problem()).isEmpty();
        }
    }

    /// What no compression makes smaller.
    @Test
    void memoryOfABigCluster_hasRoom_andMoreThanThat_isRefusedBeforeItIsSent() throws IOException {
        var much = new byte[990_000];
        new Random(1).nextBytes(much);
        kept.write(new TreeMap<>(Map.of("notes", much)));
        assertThat(kept.read().get("notes")).isEqualTo(much);

        var tooMuch = new byte[1_000_001];
        new Random(1).nextBytes(tooMuch);
        assertThatThrownBy(() -> kept.write(new TreeMap<>(Map.of("notes", tooMuch))))
                .hasMessageContaining("more than a ConfigMap takes");
    }

    private void put(Map<String, String> binaryData) {
        client.configMaps()
                .inNamespace(namespace)
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .endMetadata()
                        .withBinaryData(binaryData)
                        .build())
                .createOr(there -> there.update());
    }

    private void awaitKept(int... bytes) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kept.read().get("notes")).isEqualTo(bytes(bytes)));
    }

    private void seeCluster() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.Confirmed(1));
        image = delta.apply();
    }

    private MemoryKeeper started(Memory memory) {
        var context = new LoopContext(
                Clock.systemUTC(),
                System::nanoTime,
                pause -> rounds.acquire(),
                new Random(1),
                new SimpleMeterRegistry());
        var keeper = new MemoryKeeper(kept, List.of(memory), () -> image, () -> isActing, context);
        keeper.start();
        return keeper;
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
