package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is deleted from a real API server, and what is not.
@RealControlPlane
@Timeout(60)
class HousekeeperTest {

    private static final WorkloadRecommendationStatus NOTHING_YET = new WorkloadRecommendationStatus(
            null, null, null, List.of(), List.of(), null, "a test", null, null, null, List.of());

    private final Clock now = Clock.systemUTC();
    private final Semaphore rounds = new Semaphore(0);
    private final Semaphore over = new Semaphore(0);

    @SuppressWarnings("NullAway.Init")
    private ApiServer server;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @BeforeEach
    void connect(ControlPlane controlPlane, KubernetesClient client, TestNamespace test) throws Exception {
        CustomResources.apply(controlPlane);
        server = new ApiServer(client);
        namespace = test.name();
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    @Test
    void records_endedLongAgo_areDeletedButNotTheOpenOnes() throws InterruptedException {
        var ended = intend("ended");
        var open = intend("open");
        journal().close(ended.name(), ChangeResult.of(ended.name(), ended.change(), ChangePhase.APPLIED, ""));

        try (var keeper =
                housekeeper(ClusterImage.EMPTY, Duration.ofDays(30), Clock.offset(now, Duration.ofDays(29)))) {
            keeper.start();
            round();
            assertThat(records()).contains(ended.name(), open.name());
        }
        try (var keeper =
                housekeeper(ClusterImage.EMPTY, Duration.ofDays(30), Clock.offset(now, Duration.ofDays(31)))) {
            keeper.start();
            round();
            assertThat(records()).contains(open.name()).doesNotContain(ended.name());
        }
    }

    @Test
    void recommendation_workloadGoneForTwoRounds_isDeletedAlone() throws Exception {
        var gone = new Owner(namespace, "Deployment", "gone");
        var there = new Owner(namespace, "Deployment", "there");
        new ApiRecommendations(server).write(gone, NOTHING_YET);
        new ApiRecommendations(server).write(there, NOTHING_YET);

        try (var keeper = housekeeper(image(there), Duration.ofDays(30), now)) {
            keeper.start();
            round();
            assertThat(recommended()).contains(gone, there);

            round();
            assertThat(recommended()).contains(there).doesNotContain(gone);
        }
    }

    /// A CronJob between its runs, a Deployment scaled to zero.
    @Test
    void recommendation_workloadWithoutPods_isNotDeleted() throws Exception {
        var idle = new Owner(namespace, "CronJob", "idle");
        new ApiRecommendations(server).write(idle, NOTHING_YET);
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(idle, Optional.empty(), 0, Set.of())));
        delta.replay(new ClusterEvent.Confirmed(now.millis()));

        try (var keeper = housekeeper(delta.apply(), Duration.ofDays(30), now)) {
            keeper.start();
            round();
            round();

            assertThat(recommended()).contains(idle);
        }
    }

    @Test
    void recommendation_pictureOfTheClusterIsOld_isNotDeleted() throws Exception {
        var unseen = new Owner(namespace, "Deployment", "unseen");
        new ApiRecommendations(server).write(unseen, NOTHING_YET);

        try (var keeper = housekeeper(ClusterImage.EMPTY, Duration.ofDays(30), now)) {
            keeper.start();
            round();
            round();

            assertThat(recommended()).contains(unseen);
        }
    }

    /// What it tells fails the liveness of its process, which is started anew.
    @Test
    void housekeeper_diesOfABug_tellsOfWhat() throws Exception {
        new ApiRecommendations(server).write(new Owner(namespace, "Deployment", "web"), NOTHING_YET);

        try (var keeper = housekeeper(
                () -> {
                    throw new NullPointerException("a bug");
                },
                Duration.ofDays(30),
                now)) {
            keeper.start();
            assertThat(keeper.problem()).isEmpty();
            rounds.release();

            await().untilAsserted(
                            () -> assertThat(keeper.problem()).get().asString().contains("a bug"));
        }
    }

    private Housekeeper housekeeper(ClusterImage image, Duration recordsKept, Clock clock) {
        return housekeeper(() -> image, recordsKept, clock);
    }

    private Housekeeper housekeeper(Supplier<ClusterImage> images, Duration recordsKept, Clock clock) {
        var context = new LoopContext(clock, System::nanoTime, this::pause, new Random(1), new SimpleMeterRegistry());
        over.drainPermits();
        return new Housekeeper(journal(), new ApiRecommendations(server), images, context, recordsKept);
    }

    private void pause(Duration duration) throws InterruptedException {
        if (duration.equals(Housekeeper.INTERVAL)) {
            over.release();
            rounds.acquire();
        }
    }

    /// Lets one round run, and waits for its end.
    private void round() throws InterruptedException {
        over.acquire();
        rounds.release();
        over.acquire();
        over.release();
    }

    private ApiChangeJournal journal() {
        return new ApiChangeJournal(server, now, new Random());
    }

    private List<String> records() {
        return journal().records(any -> true).stream().map(Logged::name).toList();
    }

    private List<Owner> recommended() throws IOException {
        var all = new ArrayList<Owner>();
        new ApiRecommendations(server).read(all::add);
        return all;
    }

    private Entry.Written intend(String workload) {
        var pod = new PodKey(namespace, workload + "-0");
        var change = new Change(
                new Owner(namespace, "Deployment", workload),
                namespace + "/sized",
                "UsageChanged",
                "it uses more",
                Optional.empty(),
                List.of(new PodChange(pod, "u-0", List.of(container(100)), List.of(container(200)))));
        return (Entry.Written) journal().intend(change);
    }

    private ClusterImage image(Owner workload) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                new PodKey(namespace, "there-0"),
                "u-1",
                Optional.of(workload),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                0,
                false,
                List.of(container(100)),
                Resources.NONE,
                Set.of())));
        delta.replay(new ClusterEvent.Confirmed(now.millis()));
        return delta.apply();
    }

    private static ContainerSpec container(long cpuMillis) {
        return new ContainerSpec("main", new Resources(cpuMillis, 1 << 20), Resources.NONE);
    }
}
