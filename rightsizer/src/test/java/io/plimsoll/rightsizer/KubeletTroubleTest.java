package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.KubeletResizeTest.MIB;
import static io.plimsoll.rightsizer.KubeletResizeTest.PATIENCE;
import static io.plimsoll.rightsizer.KubeletResizeTest.SETTINGS;
import static io.plimsoll.rightsizer.KubeletResizeTest.assertEnforced;
import static io.plimsoll.rightsizer.KubeletResizeTest.change;
import static io.plimsoll.rightsizer.KubeletResizeTest.container;
import static io.plimsoll.rightsizer.KubeletResizeTest.group;
import static io.plimsoll.rightsizer.KubeletResizeTest.pod;
import static io.plimsoll.rightsizer.KubeletResizeTest.policy;
import static io.plimsoll.rightsizer.KubeletResizeTest.putQuota;
import static io.plimsoll.rightsizer.KubeletResizeTest.resources;
import static io.plimsoll.rightsizer.KubeletResizeTest.running;
import static io.plimsoll.rightsizer.KubeletResizeTest.told;
import static io.plimsoll.rightsizer.KubeletResizeTest.used;
import static io.plimsoll.rightsizer.KubeletResizeTest.usedOfQuota;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.rightsizer.LadderStage.Way;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.RunningNodes;
import io.plimsoll.testbed.realnodes.SharedRealNode;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What can go wrong with a change of a running pod, on a real node: processes that are killed, containers
/// that are killed, and others at the same pod.
@SharedRealNode
class KubeletTroubleTest {

    private final LoopContext context = LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry());
    private ApiServer server;
    private ApiChangeJournal journal;

    @BeforeAll
    static void serve(ControlPlane controlPlane) throws Exception {
        CustomResources.apply(controlPlane);
    }

    @BeforeEach
    void connect(KubernetesClient client) {
        server = new ApiServer(client);
        journal = new ApiChangeJournal(server, Clock.systemUTC(), new Random(1));
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    /// Looks of a change: 1 before all, 2 for the PATCH, 3 after it, 4 and on for the kubelet. Before the record there
    /// is nothing to end.
    @Test
    void process_killedAtAnyStepOfARaise_leavesARecordFromWhichItIsEnded(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        running(client, WorkloadProgram.pod("raised", resources(100, 32, 600, 64), WorkloadDemand.IDLE));
        var beforeTheRecord = List.of("before dry run 1", "after dry run 1", "before intend 1");
        for (var step :
                List.of("dry run 1", "intend 1", "look 1", "look 2", "patch 1", "look 3", "look 4", "close 1")) {
            for (var side : List.of("before ", "after ")) {
                var known = names(namespace);
                die(change(client, "raised", 200, 32, 600, 64), side + step);

                boolean wasSent = cpu(client, "raised").equals("200m");
                resumeAll(namespace);

                assertThat(cpu(client, "raised")).as(side + step).isEqualTo(wasSent ? "200m" : "100m");
                var added = records(namespace).stream()
                        .filter(record -> !known.contains(record.name()))
                        .toList();
                if (beforeTheRecord.contains(side + step)) {
                    assertThat(added).as(side + step).isEmpty();
                } else {
                    assertThat(added)
                            .as(side + step)
                            .extracting(Logged::phase)
                            .containsExactly(wasSent ? ChangePhase.APPLIED : ChangePhase.ABANDONED);
                }
                if (wasSent) {
                    assertThat(transaction()
                                    .run(change(client, "raised", 100, 32, 600, 64), Duration.ZERO)
                                    .isApplied())
                            .isTrue();
                }
            }
        }
    }

    /// The node has 1000m: 600 + 100 fit, 600 + 500 do not.
    @Test
    void process_killedAtAnyStepOfTakingBack_leavesARecordFromWhichItIsEnded(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        running(client, WorkloadProgram.pod("neighbour", resources(600, 32, 600, 64), WorkloadDemand.IDLE));
        running(client, WorkloadProgram.pod("huge", resources(100, 32, 600, 64), WorkloadDemand.IDLE));
        for (var end : List.of("before patch 2", "after patch 2", "before close 1", "after close 1")) {
            die(change(client, "huge", 500, 32, 600, 64), end);

            resumeAll(namespace);

            assertThat(cpu(client, "huge")).as(end).isEqualTo("100m");
            assertThat(records(namespace))
                    .as(end)
                    .allMatch(record -> record.phase().isFinal());
        }
        assertThat(records(namespace))
                .extracting(Logged::phase)
                .containsExactlyInAnyOrder(
                        ChangePhase.REVERTED, ChangePhase.ABANDONED, ChangePhase.ABANDONED, ChangePhase.REVERTED);
    }

    /// Each on a node that is as it was at first. Whatever the step, the raise is deferred, and gets its room.
    @Test
    void rightsizer_killedWhileItLowersANeighbour_isFollowedByOneThatEndsBothChanges(
            KubernetesClient client, TestNamespace namespace, RunningNodes nodes) throws Exception {
        var ends = List.of(
                "after 1 PATCH pods/web/resize",
                "after 1 PATCH pods/batch/resize",
                "before 1 PATCH deployments/batch",
                "after 1 PATCH deployments/web");
        var settings = new TransactionSettings(
                SETTINGS.look(), Duration.ofSeconds(20), SETTINGS.errorMax(), SETTINGS.applyMax(), SETTINGS.lateMax());
        for (var end : ends) {
            var place = namespace.name() + "-" + ends.indexOf(end);
            try (var stage = LadderStage.on(client, place, nodes.names().getFirst(), 50)) {
                stage.awaitRunning();
                stage.rememberFormerChange(server);

                stage.live(server, Life.until(end), Way.acting(settings, Duration.ZERO), () -> {}, () -> {});

                assertThat(stage.records(server))
                        .as(end)
                        .extracting(record -> record.change().code() + " " + record.phase())
                        .containsExactlyInAnyOrder("UsageChanged APPLIED", "MakesRoom APPLIED");
                assertCpuGiven(stage, end);
                stage.takeBack(server, settings, end);
                assertCpuGiven(stage, end);
            }
            await().atMost(PATIENCE)
                    .until(() ->
                            client.pods().inNamespace(place).list().getItems().isEmpty());
        }
    }

    /// By the kernel, and without a restart.
    private static void assertCpuGiven(LadderStage stage, String when) {
        for (var name : List.of(LadderStage.WEB, LadderStage.BATCH)) {
            var status = stage.pods(name)
                    .getFirst()
                    .getStatus()
                    .getContainerStatuses()
                    .getFirst();
            var group = new ContainerGroup(status.getContainerID().replaceFirst(".*://", ""));
            assertThat(group.cpuWeight())
                    .as("%s: %s", when, name)
                    .isIn(ContainerGroup.cpuWeights(stage.cpuMillis(name)));
            assertThat(status.getRestartCount()).as("%s: %s", when, name).isZero();
        }
    }

    /// 27 MiB were used for two days, so half is given up of 128 MiB and of their limit, 256 MiB; then the
    /// program grows. The kill hit a limit of Plimsoll's own making, so nothing is raised for it either: what it
    /// had was enough.
    @Test
    void memoryLimit_loweredBeforeItsProgramGrows_isTakenBackAfterTheKillAndNotLoweredAgainSoon(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        var pod = WorkloadProgram.pod("grower", resources(100, 128, 200, 256), WorkloadDemand.IDLE);
        client.resource(WorkloadProgram.deployment(namespace.name(), "grower", 2, pod))
                .create();
        await().atMost(PATIENCE).until(() -> readyPods(client, "grower") == 2);
        var policy = policy(namespace.name(), new LimitRule.ByRatio(), Duration.ofMinutes(1));
        try (var writer = new ImageWriter(Clock.systemUTC(), context.meters());
                var observer = new ClusterObserver(
                        client, writer, new ObserverSettings(List.of()), Clock.systemUTC(), context.meters());
                var asking = askingOnce(client);
                var rightsizer = looking(
                        writer,
                        new RecommendationTeller(new ApiRecommendations(server), writer, Clock.systemUTC()),
                        policy,
                        used(40, Clock.systemUTC().millis()),
                        Duration.ofMillis(500))) {
            observer.start();
            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            rightsizer.start();
            await().atMost(PATIENCE).until(() -> records(namespace).size() == 1);
            var pods = records(namespace).getFirst().change().pods();
            var first = pods.getFirst().pod().name();
            var program = new WorkloadProgram(asking, namespace.name(), first);
            awaitMemoryLimit(client, first, "128Mi");

            killByGrowth(program, 200 * MIB);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(told(client, "deployment-grower")
                                    .at("/status/lastSkipped/reason/message")
                                    .asText())
                            .contains("of " + 2 * Duration.ofHours(1).toSeconds() + " s")
                            .contains("; the last change was taken back: "));
            assertThat(told(client, "deployment-grower")
                            .at("/status/lastSkipped/reason/code")
                            .asText())
                    .isEqualTo(SkipReason.COOLDOWN.code());
            assertEnforced(group(client, first), pods.getFirst().before().getFirst());
            await().atMost(PATIENCE).until(() -> readyPods(client, "grower") == 2);
            assertThat(program.holdMemory(200 * MIB).heldBytes()).isEqualTo(200 * MIB);
            assertThat(container(client, first).getRestartCount()).isEqualTo(1);
            var second = pods.getLast().pod().name();
            assertEnforced(group(client, second), pods.getLast().before().getFirst());
            assertThat(container(client, second).getRestartCount()).isZero();
        }
        var report = KubeletResizeTest.record(journal, "grower");
        assertThat(report.logged().phase()).isEqualTo(ChangePhase.REVERTED);
        // The pod may be told to be not ready first.
        assertThat(report.messages().getFirst())
                .isIn("container workload was killed for memory", "the pod is no longer ready");
        assertThat(report.messages().getLast()).isEqualTo("left, since an earlier pod's change did not end well");
        assertThat(records(namespace)).hasSize(1);
    }

    /// Each grows beyond its lowered limit while it is watched, and is killed for it; then the process is.
    @Test
    void process_killedWhileItTakesBackWhatDidHarm_leavesARecordFromWhichItIsEnded(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        // The first close is that of the harm: it says that all is to be taken back.
        var ends = Map.of("one", "after close 1", "two", "after patch 2", "three", "before close 2");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var asking = askingOnce(client)) {
            var deaths = new ArrayList<Future<?>>();
            for (var name : ends.keySet()) {
                running(client, WorkloadProgram.pod(name, resources(50, 32, 100, 160), WorkloadDemand.IDLE));
                await().atMost(PATIENCE).until(() -> container(client, name).getReady());
                var lowered = change(client, name, 50, 32, 100, 96);
                deaths.add(threads.submit(() -> die(lowered, Duration.ofMinutes(1), ends.get(name))));
            }
            for (var name : ends.keySet()) {
                awaitMemoryLimit(client, name, "96Mi");
                killByGrowth(new WorkloadProgram(asking, namespace.name(), name), 120 * MIB);
            }
            for (var death : deaths) {
                death.get();
            }
        }
        assertThat(records(namespace)).hasSize(ends.size()).allMatch(record -> record.phase() == ChangePhase.REVERTING);

        resumeAll(namespace);

        assertThat(records(namespace)).hasSize(ends.size()).allMatch(record -> record.phase() == ChangePhase.REVERTED);
        for (var name : ends.keySet()) {
            assertThat(group(client, name).memoryLimitBytes()).as(name).isEqualTo(160 * MIB);
            assertThat(container(client, name).getRestartCount()).as(name).isEqualTo(1);
        }
    }

    private static void awaitMemoryLimit(KubernetesClient client, String pod, String amount) {
        await().atMost(PATIENCE)
                .until(() -> new Quantity(amount)
                        .equals(container(client, pod)
                                .getResources()
                                .getLimits()
                                .get("memory")));
    }

    /// Of 500m, 300m are given up down to 100m, and another pod takes 300m.
    @Test
    void undo_whoseRoomAQuotaHasGivenToAnotherPod_isRefusedAndSucceedsWhenThatIsGone(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        putQuota(client, "requests.cpu", "500m");
        running(client, WorkloadProgram.pod("lowered", resources(300, 32, 600, 64), WorkloadDemand.IDLE));
        var lowered = transaction().run(change(client, "lowered", 100, 32, 600, 64), Duration.ZERO);
        assertThat(lowered.isApplied()).as("%s", lowered).isTrue();
        awaitUsedCpu(client, "100m");
        var taker = WorkloadProgram.pod("taker", resources(300, 32, 600, 64), WorkloadDemand.IDLE);
        running(client, taker);
        var undo = new Undo(new ApiActions(server), new ApiPods(server), journal, context, SETTINGS);

        var refused = undo.undo(lowered.record());

        assertThat(refused.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(refused.message())
                .startsWith("refused in a dry run: ")
                .contains("exceeded quota: team", "requested: requests.cpu=200m", "used: requests.cpu=400m");
        assertThat(undo.preview(lowered.record()).refusal()).get().asString().contains("exceeded quota: team");
        assertThat(cpu(client, "lowered")).isEqualTo("100m");
        assertThat(records(namespace))
                .singleElement()
                .satisfies(record -> assertThat(record.phase()).isEqualTo(ChangePhase.APPLIED));

        client.resource(taker).delete();
        awaitUsedCpu(client, "100m");

        assertThat(undo.undo(lowered.record()).isApplied()).isTrue();
        assertThat(cpu(client, "lowered")).isEqualTo("300m");
        assertThat(group(client, "lowered").cpuWeight()).isIn(ContainerGroup.cpuWeights(300));
        assertThat(container(client, "lowered").getRestartCount()).isZero();
        assertThat(records(namespace))
                .extracting(Logged::phase)
                .containsExactly(ChangePhase.UNDONE, ChangePhase.APPLIED);
    }

    private static void awaitUsedCpu(KubernetesClient client, String amount) {
        await().atMost(PATIENCE)
                .until(() -> new Quantity(amount).equals(usedOfQuota(client).get("requests.cpu")));
    }

    /// Nobody looks for an hour but for the kill. 64 MiB were hit, so 64 + 100 are given. Whoever acts next
    /// tells of it, by the record and what the pod remembers.
    @Test
    void container_killedForMemory_isRaisedAtOnceAndSurvivesTheSameDemand(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        var pod = WorkloadProgram.pod("hungry", resources(50, 32, 100, 64), WorkloadDemand.IDLE);
        client.resource(WorkloadProgram.deployment(namespace.name(), "hungry", 1, pod))
                .create();
        try (var writer = new ImageWriter(Clock.systemUTC(), context.meters());
                var observer = new ClusterObserver(
                        client, writer, new ObserverSettings(List.of()), Clock.systemUTC(), context.meters());
                var rightsizer = looking(writer, new ResizeMetrics(context.meters()), namespace, Duration.ofHours(1))) {
            observer.start();
            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            await().atMost(PATIENCE).until(() -> isReady(client, "hungry"));
            rightsizer.start();
            var name = podOf(client, "hungry").getMetadata().getName();
            try (var asking = askingOnce(client)) {
                var program = new WorkloadProgram(asking, namespace.name(), name);
                killByGrowth(program, 100 * MIB);

                await().atMost(PATIENCE)
                        .until(() -> records(namespace).stream()
                                .anyMatch(record -> record.phase().equals(ChangePhase.APPLIED)));
                await().atMost(PATIENCE).until(() -> isReady(client, "hungry"));
                assertThat(program.holdMemory(100 * MIB).heldBytes()).isEqualTo(100 * MIB);
            }

            assertThat(group(client, name).memoryLimitBytes()).isEqualTo(164 * MIB);
            assertThat(container(client, name).getRestartCount()).isEqualTo(1);
            assertThat(records(namespace)).singleElement().satisfies(record -> {
                assertThat(record.change().code()).isEqualTo("OomKilled");
                assertThat(record.change().reason()).contains("1 OOM kills, the last at a limit of 64Mi");
            });
        }
        try (var writer = new ImageWriter(Clock.systemUTC(), context.meters());
                var observer = new ClusterObserver(
                        client, writer, new ObserverSettings(List.of()), Clock.systemUTC(), context.meters());
                var rightsizer = looking(
                        writer,
                        new RecommendationTeller(new ApiRecommendations(server), writer, Clock.systemUTC()),
                        namespace,
                        Duration.ofSeconds(2))) {
            observer.start();
            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            rightsizer.start();
            var told = toldOfKill(client);

            assertThat(told.path("state").asText()).isEqualTo("Raised");
            assertThat(told.path("kills").asInt()).isEqualTo(1);
            assertThat(told.path("record").asText())
                    .isEqualTo(records(namespace).getFirst().name());
            assertThat(told.path("message").asText())
                    .startsWith(
                            "Container " + WorkloadProgram.CONTAINER + " was killed for memory at its limit of 64Mi (")
                    .contains("Plimsoll raised its limit to 164Mi and its request from 32Mi to 164Mi")
                    .contains("the template of Deployment hungry");
        }
    }

    /// A client that has a program killed does not ask again of its own accord, and have it killed again.
    private static KubernetesClient askingOnce(KubernetesClient client) {
        var once = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(once).build();
    }

    private static void killByGrowth(WorkloadProgram program, long bytes) {
        assertThatThrownBy(() -> program.holdMemory(bytes)).isInstanceOf(KubernetesClientException.class);
    }

    /// One that looks at all workloads at an interval, and after kills.
    private Rightsizer looking(ImageWriter writer, Sizings sizings, TestNamespace namespace, Duration interval) {
        return looking(writer, sizings, policy(namespace.name()), Map.of(), interval);
    }

    private Rightsizer looking(
            ImageWriter writer,
            Sizings sizings,
            ResizePolicy policy,
            Map<String, ContainerUsageView> usage,
            Duration interval) {
        return new Rightsizer(
                writer,
                () -> List.of(policy),
                owner -> usage,
                new ApiActions(server),
                new ApiPods(server),
                journal,
                sizings,
                context,
                new RightsizerSettings(interval, 5, Duration.ofSeconds(30), false, SETTINGS));
    }

    /// What was written of it, once it was.
    private static JsonNode toldOfKill(KubernetesClient client) {
        return await().atMost(PATIENCE).until(() -> raise(client), JsonNode::isObject);
    }

    private static JsonNode raise(KubernetesClient client) {
        return told(client, "deployment-hungry").at("/status/oomRaises/0");
    }

    @Test
    void guaranteedPod_requestAndLimitTogether_staysGuaranteed(KubernetesClient client) throws Exception {
        running(client, WorkloadProgram.pod("guaranteed", resources(100, 64, 100, 64), WorkloadDemand.IDLE));

        var result = transaction().run(change(client, "guaranteed", 150, 96, 150, 96), Duration.ZERO);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(pod(client, "guaranteed").getStatus().getQosClass()).isEqualTo("Guaranteed");
        assertThat(group(client, "guaranteed").memoryLimitBytes()).isEqualTo(96 * MIB);
        assertThat(group(client, "guaranteed").cpuQuotaMicros()).isEqualTo(15_000);
    }

    /// The pod's own policy asks for the restart: that is no harm of the change.
    @Test
    void container_thatItsPolicyRestartsForMemory_keepsTheRaise(KubernetesClient client) throws Exception {
        var pod = WorkloadProgram.pod("restarting", resources(100, 32, 200, 64), WorkloadDemand.IDLE)
                .edit()
                .editSpec()
                .editFirstContainer()
                .addNewResizePolicy("memory", "RestartContainer")
                .endContainer()
                .endSpec()
                .build();
        running(client, pod);
        await().atMost(PATIENCE).until(() -> container(client, "restarting").getReady());

        var result = transaction().run(change(client, "restarting", 100, 64, 200, 96), Duration.ofSeconds(2));

        assertThat(result.isApplied()).as("%s", result).isTrue();
        await().atMost(PATIENCE)
                .until(() -> container(client, "restarting").getRestartCount() == 1
                        && container(client, "restarting").getReady());
        assertThat(group(client, "restarting").memoryLimitBytes()).isEqualTo(96 * MIB);
    }

    @Test
    void pod_changedByTwoAtOnce_isOneOnesAndTheOtherSaysSo(KubernetesClient client) throws Exception {
        running(client, WorkloadProgram.pod("contended", resources(100, 32, 600, 64), WorkloadDemand.IDLE));
        var one = change(client, "contended", 150, 32, 600, 64);
        var other = change(client, "contended", 250, 32, 600, 64);

        try (var threads = Executors.newFixedThreadPool(2)) {
            var first = threads.submit(() -> transaction().run(one, Duration.ZERO));
            var second = threads.submit(() -> transaction().run(other, Duration.ZERO));

            assertThat(List.of(first.get().phase(), second.get().phase()))
                    .containsExactlyInAnyOrder(ChangePhase.APPLIED, ChangePhase.ABANDONED);
            assertThat(cpu(client, "contended")).isEqualTo(first.get().isApplied() ? "150m" : "250m");
        }
    }

    private static boolean isReady(KubernetesClient client, String app) {
        return readyPods(client, app) > 0;
    }

    private static long readyPods(KubernetesClient client, String app) {
        return client.pods().withLabel("app", app).list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .filter(ContainerStatus::getReady)
                .count();
    }

    private static Pod podOf(KubernetesClient client, String app) {
        return client.pods().withLabel("app", app).list().getItems().getFirst();
    }

    private void die(Change change, String end) {
        die(change, Duration.ZERO, end);
    }

    private void die(Change change, Duration canary, String end) {
        var process = new MortalProcess(new ApiActions(server), new ApiPods(server), journal, end);
        assertThatThrownBy(
                        () -> new ResizeTransaction(process, process, process, context, SETTINGS).run(change, canary))
                .isInstanceOf(MortalProcess.Killed.class);
    }

    private void resumeAll(TestNamespace namespace) throws InterruptedException {
        for (var record : records(namespace)) {
            if (!record.phase().isFinal()) {
                transaction().resume(record.entry());
            }
        }
    }

    private List<Logged> records(TestNamespace namespace) {
        return journal.records(record -> record.change().workload().namespace().equals(namespace.name()));
    }

    private List<String> names(TestNamespace namespace) {
        return records(namespace).stream().map(Logged::name).toList();
    }

    private ResizeTransaction transaction() {
        return new ResizeTransaction(new ApiActions(server), new ApiPods(server), journal, context, SETTINGS);
    }

    private static String cpu(KubernetesClient client, String name) {
        return pod(client, name)
                .getSpec()
                .getContainers()
                .getFirst()
                .getResources()
                .getRequests()
                .getOrDefault("cpu", new Quantity("0"))
                .toString();
    }
}
