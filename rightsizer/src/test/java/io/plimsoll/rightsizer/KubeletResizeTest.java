package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ChangeReport;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.SharedRealNode;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Changes of running pods on a real node, carried out by a real kubelet.
@SharedRealNode
class KubeletResizeTest {

    static final long MIB = 1L << 20;
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final TransactionSettings SETTINGS = new TransactionSettings(
            Duration.ofMillis(500),
            Duration.ofSeconds(3),
            Duration.ofSeconds(8),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1));

    private static final JsonMapper JSON = new JsonMapper();

    private ApiServer server;
    private final MemoryJournal journal = new MemoryJournal();
    private ResizeTransaction transaction;

    @BeforeEach
    void connect(KubernetesClient client) {
        server = new ApiServer(client);
        transaction = new ResizeTransaction(
                new ApiActions(server),
                new ApiPods(server),
                journal,
                LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                SETTINGS);
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    @Test
    void busyPod_raisedAndLoweredAgain_hasItWithoutARestart(KubernetesClient client) throws Exception {
        running(
                client,
                WorkloadProgram.pod(
                        "busy",
                        resources(100, 64, 200, 96),
                        WorkloadDemand.IDLE.withCpuMillis(100).withMemoryBytes(30 * MIB)));

        var raise = change(client, "busy", 150, 96, 250, 128);
        var raised = transaction.run(raise, Duration.ZERO);

        assertThat(raised.isApplied()).as("%s", raised).isTrue();
        assertThat(container(client, "busy").getResources().getLimits().get("memory"))
                .isEqualTo(new Quantity("128Mi"));
        assertEnforced(group(client, "busy"), after(raise));

        var lowering = change(client, "busy", 80, 48, 150, 64);
        var lowered = transaction.run(lowering, Duration.ZERO);

        assertThat(lowered.isApplied()).as("%s", lowered).isTrue();
        assertEnforced(group(client, "busy"), after(lowering));
        assertThat(container(client, "busy").getRestartCount()).isZero();
    }

    /// The kernel's figures: it knows memory requests not at all, and CPU limits as the time for each 100 ms.
    static void assertEnforced(ContainerGroup group, ContainerSpec wanted) {
        assertThat(group.cpuWeight())
                .isIn(ContainerGroup.cpuWeights(wanted.requests().cpuMillis()));
        assertThat(group.cpuQuotaMicros()).isEqualTo(wanted.limits().cpuMillis() * 100);
        assertThat(group.memoryLimitBytes()).isEqualTo(wanted.limits().memoryBytes());
    }

    private static ContainerSpec after(Change change) {
        return change.pods().getFirst().after().getFirst();
    }

    @Test
    void memory_loweredBelowWhatIsHeld_isTakenBackAndSaysWhy(KubernetesClient client, TestNamespace namespace)
            throws Exception {
        running(client, WorkloadProgram.pod("holder", resources(50, 64, 100, 160), WorkloadDemand.IDLE));
        new WorkloadProgram(client, namespace.name(), "holder").holdMemory(100 * MIB);

        var result = transaction.run(change(client, "holder", 50, 48, 100, 64), Duration.ZERO);

        assertThat(result.phase()).as("%s", result).isEqualTo(ChangePhase.REVERTED);
        assertThat(message(result)).startsWith("the kubelet failed").contains("below current usage");
        var status = container(client, "holder");
        assertThat(status.getResources().getLimits().get("memory")).isEqualTo(new Quantity("160Mi"));
        assertThat(status.getRestartCount()).isZero();
    }

    @Test
    void raise_beyondTheRoomOfTheNode_isTakenBackAndHoldsNoRoom(KubernetesClient client) throws Exception {
        // The node has 1000m: 600 + 100 fit, 600 + 500 do not.
        running(client, WorkloadProgram.pod("neighbour", resources(600, 32, 600, 64), WorkloadDemand.IDLE));
        running(client, WorkloadProgram.pod("raised", resources(100, 32, 600, 64), WorkloadDemand.IDLE));

        var result = transaction.run(change(client, "raised", 500, 32, 600, 64), Duration.ZERO);

        assertThat(result.phase()).as("%s", result).isEqualTo(ChangePhase.REVERTED);
        assertThat(message(result)).startsWith("no room on the node").contains("cpu");
        assertThat(pod(client, "raised")
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests())
                .containsEntry("cpu", new Quantity("100m"));
    }

    /// The node has 1000m, of which 700m are asked for; the raise is to about 500m. The neighbour uses 50m of its
    /// 600m, and was changed two minutes ago: without the raise its cut would wait for an hour.
    @Test
    void raise_beyondTheRoomOfTheNode_lowersANeighbourThatNeedsLessAndHasItWithoutARestart(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        running(client, WorkloadProgram.pod("neighbour", resources(600, 32, 700, 64), WorkloadDemand.IDLE));
        running(client, WorkloadProgram.pod("raised", resources(100, 32, 700, 64), WorkloadDemand.IDLE));
        var records = new ApiChangeJournal(server, Clock.systemUTC(), new Random(1)).within(namespace.name());
        var former = (Entry.Written) records.intend(change(client, "neighbour", 600, 32, 700, 64));
        assertThat(records.close(
                        former.name(), ChangeResult.of(former.name(), former.change(), ChangePhase.APPLIED, "")))
                .isEqualTo(new ChangeJournal.Closing.Written());
        var later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2));
        var context = LoopContext.real(later, new SimpleMeterRegistry());
        var patient = new TransactionSettings(
                SETTINGS.look(), Duration.ofSeconds(20), SETTINGS.errorMax(), SETTINGS.applyMax(), SETTINGS.lateMax());
        try (var writer = new ImageWriter(later, context.meters());
                var observer = new ClusterObserver(
                        controlPlane.client(), writer, new ObserverSettings(List.of()), later, context.meters())) {
            observer.start();
            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            try (var rightsizer = new Rightsizer(
                    writer,
                    () -> List.of(policy(namespace.name())),
                    owner -> used(owner.name().equals("raised") ? 400 : 50, later.millis()),
                    new ApiActions(server),
                    new ApiPods(server),
                    records,
                    new ResizeMetrics(context.meters()),
                    context,
                    new RightsizerSettings(Duration.ofSeconds(2), 5, Duration.ofSeconds(30), false, patient))) {
                rightsizer.start();
                await().atMost(PATIENCE)
                        .until(() -> records.records(any -> true).size() == 3
                                && records.records(any -> true).stream()
                                        .allMatch(record -> record.phase() == ChangePhase.APPLIED));
            }
        }

        var raise = record(records, "raised");
        var lowering = record(records, "neighbour");
        assertThat(raise.logged().change().code()).isEqualTo("UsageChanged");
        assertThat(raise.messages().getFirst())
                .startsWith("no room on the node: ")
                .endsWith("; lowered " + namespace.name() + "/neighbour by 300m CPU");
        assertThat(lowering.logged().change().code()).isEqualTo("MakesRoom");
        assertThat(lowering.logged().change().reason())
                .startsWith("makes room for " + namespace.name() + "/raised, which lacks ");
        assertThat(requests(client, "raised").cpuMillis()).isBetween(450L, 550L);
        assertThat(requests(client, "neighbour").cpuMillis()).isEqualTo(300);
        assertThat(group(client, "neighbour").cpuWeight()).isIn(ContainerGroup.cpuWeights(300));
        assertThat(container(client, "raised").getRestartCount()).isZero();
        assertThat(container(client, "neighbour").getRestartCount()).isZero();
        assertThat(context.meters()
                        .counter("plimsoll.resize.room", "rung", "lower_neighbours", "outcome", "taken")
                        .count())
                .isEqualTo(1);

        // The neighbour's room is taken: its change can be taken back once the raise is.
        var undo = new Undo(
                new ApiActions(server),
                new ApiPods(server),
                records,
                LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                SETTINGS);
        var refused = undo.undo(lowering.logged().name());
        assertThat(refused.phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(message(refused)).startsWith("no room on the node");
        assertThat(undo.undo(raise.logged().name()).isApplied()).isTrue();
        assertThat(undo.undo(lowering.logged().name()).isApplied()).isTrue();
        assertThat(requests(client, "raised").cpuMillis()).isEqualTo(100);
        assertThat(requests(client, "neighbour").cpuMillis()).isEqualTo(600);
        assertThat(container(client, "neighbour").getRestartCount()).isZero();
    }

    /// The record of a pod's own.
    static ChangeReport record(ApiChangeJournal records, String pod) {
        var reports = new ArrayList<ChangeReport>();
        records.readReports(reports::add);
        return reports.stream()
                .filter(report -> report.logged().change().workload().name().equals(pod))
                .filter(report -> !report.logged().change().code().equals("Test"))
                .findFirst()
                .orElseThrow();
    }

    /// Two days of the same use, up to now.
    static Map<String, ContainerUsageView> used(double cpuMillis, long nowMillis) {
        return Map.of(WorkloadProgram.CONTAINER, TwoDays.of(cpuMillis, 27 * MIB, Instant.ofEpochMilli(nowMillis)));
    }

    private static Resources requests(KubernetesClient client, String pod) {
        return amounts(container(client, pod).getResources().getRequests());
    }

    @Test
    void change_thatTheApiServerRefuses_isNeitherWrittenDownNorSent(KubernetesClient client) throws Exception {
        running(client, WorkloadProgram.pod("burstable", resources(100, 32, 200, 64), WorkloadDemand.IDLE));

        // Requests equal to limits would make it Guaranteed.
        var result = transaction.run(change(client, "burstable", 200, 64, 200, 64), Duration.ZERO);

        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(message(result)).contains("QOS Class may not change");
        assertThat(journal.records()).isEmpty();
    }

    /// All of it: measured by the kubelet, decided by a policy, recorded, resized, and taken back.
    @Test
    void busyWorkload_underAPolicy_isSizedInPlaceRecordedAndSetBack(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        CustomResources.apply(controlPlane);
        var pod = WorkloadProgram.pod(
                "busy",
                resources(50, 32, 400, 256),
                WorkloadDemand.IDLE.withCpuMillis(200).withMemoryBytes(80 * MIB));
        client.resource(WorkloadProgram.deployment(namespace.name(), "busy", 1, pod))
                .create();
        var context = LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry());
        var journal = new ApiChangeJournal(server, Clock.systemUTC(), new Random(1));
        var ledger = new UsageLedger();
        var source =
                new ObserverSettings.Source("kubelet-summary", Duration.ofSeconds(2), Duration.ofSeconds(2), Map.of());
        try (var writer = new ImageWriter(ledger::record, Clock.systemUTC(), context.meters());
                var observer = new ClusterObserver(
                        controlPlane.client(),
                        writer,
                        new ObserverSettings(List.of(source)),
                        Clock.systemUTC(),
                        context.meters())) {
            observer.start();
            assertThat(observer.awaitSynced(PATIENCE)).isTrue();
            var workload = new Owner(namespace.name(), "Deployment", "busy");
            await().atMost(PATIENCE)
                    .until(() -> writer.get()
                            .workload(workload)
                            .filter(found -> found.estimate().confidence() > 0.2)
                            .isPresent());
            try (var rightsizer = new Rightsizer(
                    writer,
                    () -> List.of(policy(namespace.name())),
                    owner -> writer.ask(() -> ledger.containers(owner)),
                    new ApiActions(server),
                    new ApiPods(server),
                    journal,
                    new RecommendationTeller(new ApiRecommendations(server), writer, Clock.systemUTC()),
                    context,
                    new RightsizerSettings(Duration.ofSeconds(2), 5, Duration.ofSeconds(30), false, SETTINGS))) {
                rightsizer.start();
                await().atMost(PATIENCE)
                        .until(() -> journal.records(any -> true).stream()
                                .anyMatch(record -> record.phase().equals(ChangePhase.APPLIED)));
                await().atMost(PATIENCE)
                        .until(() -> !told(client, "deployment-busy")
                                .at("/status/lastApplied")
                                .isMissingNode());
            }
        }

        var record = journal.records(any -> true).getFirst();
        var name = record.change().pods().getFirst().pod().name();
        var sized = amounts(container(client, name).getResources().getRequests());
        // It burns 200m, fills its memory at first, and is throttled at 400m: a fourth above that at most.
        assertThat(sized.cpuMillis()).as("%s", record).isBetween(150L, 500L);
        assertThat(sized.memoryBytes()).isBetween(80 * MIB, 200 * MIB);
        var limits = new Resources(400, 256 * MIB);
        assertEnforced(group(client, name), new ContainerSpec(WorkloadProgram.CONTAINER, sized, limits));
        assertThat(container(client, name).getRestartCount()).isZero();
        assertThat(record.change().reason()).contains("CPU", "memory");

        var told = told(client, "deployment-busy").path("status");
        assertThat(told.at("/lastApplied/record").asText()).isEqualTo(record.name());
        assertThat(told.at("/containers/0/container").asText()).isEqualTo(WorkloadProgram.CONTAINER);
        assertThat(told.at("/containers/0/message").asText())
                .startsWith("CPU: ")
                .contains("Memory: ");

        var undo = new Undo(new ApiActions(server), new ApiPods(server), journal, context, SETTINGS);
        assertThat(undo.preview(record.name()).refusal()).isEmpty();
        // The memory that is held does not fit what it asked for before, and a request binds nobody.
        assertThat(undo.undo(record.name()).isApplied()).isTrue();

        var former = new Resources(50, 32 * MIB);
        assertThat(amounts(container(client, name).getResources().getRequests()))
                .isEqualTo(former);
        assertEnforced(group(client, name), new ContainerSpec(WorkloadProgram.CONTAINER, former, limits));
        assertThat(container(client, name).getRestartCount()).isZero();
        assertThat(journal.records(any -> true))
                .extracting(Logged::phase)
                .containsExactly(ChangePhase.UNDONE, ChangePhase.APPLIED);
    }

    /// The recommendation of a workload of the test's namespace; empty where there is none.
    static JsonNode told(KubernetesClient client, String name) {
        var found = client.genericKubernetesResources("plimsoll.io/v1alpha1", "WorkloadRecommendation")
                .withName(name)
                .get();
        return JSON.valueToTree(found == null ? Map.of() : found);
    }

    static ResizePolicy policy(String namespace) {
        return policy(namespace, ContainerSizing.DEFAULT.limits(), Duration.ofSeconds(3));
    }

    /// @param canary how long the first pod of a change is watched
    static ResizePolicy policy(String namespace, LimitRule limits, Duration canary) {
        var at = ContainerSizing.DEFAULT;
        var sizing = new ContainerSizing(at.cpu(), at.memory(), at.memoryRule(), limits, 0.1);
        var candidate = new PolicyCandidate(Optional.of(namespace), "sized", 0, 0, false, owner -> true);
        return new ResizePolicy(
                candidate,
                ResizePolicy.Mode.AUTO,
                Recommender.all().getFirst().name(),
                name -> Optional.of(sizing),
                now -> true,
                Duration.ofHours(1).toMillis(),
                canary.toMillis());
    }

    static Change change(
            KubernetesClient client, String name, long cpu, long memoryMib, long cpuLimit, long memoryLimitMib) {
        var pod = pod(client, name);
        var resources = pod.getSpec().getContainers().getFirst().getResources();
        var before = new ContainerSpec(
                WorkloadProgram.CONTAINER, amounts(resources.getRequests()), amounts(resources.getLimits()));
        var after = new ContainerSpec(
                WorkloadProgram.CONTAINER,
                new Resources(cpu, memoryMib * MIB),
                new Resources(cpuLimit, memoryLimitMib * MIB));
        var namespace = pod.getMetadata().getNamespace();
        return new Change(
                Owner.bare(namespace, name),
                "test",
                "Test",
                "a test",
                Optional.empty(),
                List.of(new PodChange(
                        new PodKey(namespace, name), pod.getMetadata().getUid(), List.of(before), List.of(after))));
    }

    private static Resources amounts(Map<String, Quantity> amounts) {
        return new Resources(
                Quantity.getAmountInBytes(amounts.get("cpu")).movePointRight(3).longValue(),
                Quantity.getAmountInBytes(amounts.get("memory")).longValue());
    }

    private static String message(ChangeResult result) {
        return result.pods().getFirst().message();
    }

    static void running(KubernetesClient client, Pod pod) {
        client.resource(pod).create();
        var name = pod.getMetadata().getName();
        await().atMost(PATIENCE)
                .until(() -> pod(client, name).getStatus().getContainerStatuses().stream()
                        .anyMatch(status -> status.getState().getRunning() != null));
    }

    /// Returns when it counts what is there.
    static void putQuota(KubernetesClient client, String resource, String hard) {
        client.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("team")
                        .endMetadata()
                        .withNewSpec()
                        .addToHard(resource, new Quantity(hard))
                        .endSpec()
                        .build())
                .create();
        await().atMost(PATIENCE).until(() -> usedOfQuota(client).containsKey(resource));
    }

    static Map<String, Quantity> usedOfQuota(KubernetesClient client) {
        var status = client.resourceQuotas().withName("team").get().getStatus();
        return status == null || status.getUsed() == null ? Map.of() : status.getUsed();
    }

    static Pod pod(KubernetesClient client, String name) {
        return client.pods().withName(name).get();
    }

    static ContainerStatus container(KubernetesClient client, String name) {
        return pod(client, name).getStatus().getContainerStatuses().getFirst();
    }

    static ContainerGroup group(KubernetesClient client, String name) {
        return new ContainerGroup(container(client, name).getContainerID().replaceFirst(".*://", ""));
    }

    static ResourceRequirements resources(long cpu, long memoryMib, long cpuLimit, long memoryLimitMib) {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity(cpu + "m"))
                .addToRequests("memory", new Quantity(memoryMib + "Mi"))
                .addToLimits("cpu", new Quantity(cpuLimit + "m"))
                .addToLimits("memory", new Quantity(memoryLimitMib + "Mi"))
                .build();
    }
}
