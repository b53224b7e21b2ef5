package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.KubeletResizeTest.MIB;
import static io.plimsoll.rightsizer.KubeletResizeTest.PATIENCE;
import static io.plimsoll.rightsizer.KubeletResizeTest.SETTINGS;
import static io.plimsoll.rightsizer.KubeletResizeTest.assertEnforced;
import static io.plimsoll.rightsizer.KubeletResizeTest.change;
import static io.plimsoll.rightsizer.KubeletResizeTest.container;
import static io.plimsoll.rightsizer.KubeletResizeTest.group;
import static io.plimsoll.rightsizer.KubeletResizeTest.pod;
import static io.plimsoll.rightsizer.KubeletResizeTest.putQuota;
import static io.plimsoll.rightsizer.KubeletResizeTest.resources;
import static io.plimsoll.rightsizer.KubeletResizeTest.running;
import static io.plimsoll.rightsizer.KubeletResizeTest.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.limit.ApiNamespaceLimits;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.HighWaterRecommender;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.MergePatch;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.RealNodeSize;
import io.plimsoll.testbed.realnodes.RunningNodes;
import io.plimsoll.testbed.realnodes.SharedRealNode;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pods that are left alone for what they are or where they run, and pods that are changed in a way of their own, on a
/// real node. What containers use is made up, so that a decision needs no time.
@SharedRealNode
class KubeletRulesTest {

    private static final String SIDECAR = "side";
    private static final Map<String, String> ODD = Map.of(
            "example.com/note", "\u202egnirts\u202c \ud83e\udd16 \"}],\\ ${jndi:x} '; drop table\n\tüß語",
            "opt-out.plimsoll.io/resize", "trüe",
            "admission.plimsoll.io/skip", "\u200btrue");

    private final MemoryJournal journal = new MemoryJournal();
    private final Map<Owner, ResizePlan> plans = new ConcurrentHashMap<>();
    private final Map<Owner, ChangeResult> ended = new ConcurrentHashMap<>();
    private final LoopContext context = LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry());
    private ApiServer server;

    @BeforeAll
    static void serve(ControlPlane controlPlane) throws Exception {
        CustomResources.apply(controlPlane);
    }

    @BeforeEach
    void connect(KubernetesClient client) {
        server = new ApiServer(client);
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    /// 80 MiB are used, so a fifth more is wanted where 64 are asked for; the CPU fits. What is spared is what the API
    /// server would refuse, and nothing else is in the way.
    @Test
    void raise_thatALimitRangeAndThenAQuotaForbids_isNotMadeAndSaysWhyUntilNeitherDoes(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        var program = WorkloadProgram.pod("web", resources(75, 64, 400, 64), WorkloadDemand.IDLE);
        client.resource(WorkloadProgram.deployment(namespace.name(), "web", 1, program))
                .create();
        awaitPods(client, 1);
        var web = client.pods().withLabel("app", "web").list().getItems().getFirst();
        var name = web.getMetadata().getName();
        var raise = change(client, name, 75, 96, 400, 96);
        var range = client.resource(new LimitRangeBuilder()
                .withNewMetadata()
                .withName("sizes")
                .endMetadata()
                .withNewSpec()
                .addNewLimit()
                .withType("Container")
                .addToMax("memory", new Quantity("64Mi"))
                .endLimit()
                .endSpec()
                .build());
        range.create();
        try (var _ = size(client, policy(namespace, false))) {
            awaitLeft(client, SkipReason.LIMIT_RANGE, "LimitRange sizes allows at most 64Mi of memory");
            assertRefused(raise, "maximum memory usage per Container is 64Mi");

            putQuota(client, "requests.memory", "80Mi");
            range.delete();

            awaitLeft(client, SkipReason.QUOTA, "quota team leaves 16Mi of memory requests, and it takes");
            assertRefused(raise, "exceeded quota: team");
            assertThat(journal.records()).isEmpty();
            assertThat(group(client, name).memoryLimitBytes()).isEqualTo(64 * MIB);

            client.resourceQuotas().withName("team").delete();

            awaitApplied();
        }
        var sized =
                journal.records().getFirst().change().pods().getFirst().after().getFirst();
        assertThat(sized.requests().memoryBytes()).isGreaterThanOrEqualTo(96 * MIB);
        assertEnforced(group(client, name), sized);
        assertThat(container(client, name).getRestartCount()).isZero();
    }

    private static void awaitLeft(KubernetesClient client, SkipReason reason, String message) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            var status = told(client, "deployment-web").path("status");
            assertThat(status.at("/lastSkipped/reason/code").asText()).isEqualTo(reason.code());
            assertThat(status.at("/lastSkipped/reason/message").asText()).contains(message);
            assertThat(status.path("lastApplied").isMissingNode()).isTrue();
        });
    }

    /// By the API server itself, in a dry run.
    private void assertRefused(Change change, String message) throws InterruptedException {
        var result = transaction().run(change, Duration.ZERO);
        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(result.message()).startsWith("refused in a dry run: ").contains(message);
    }

    /// Its kubelet is that of Linux all the same: it is held so that it does not correct the label at once, and changes
    /// the pod as soon as the label says so.
    @Test
    void pod_onANodeLabelledWindows_isLeftForThatUntilItIsNot(
            KubernetesClient client, TestNamespace namespace, RunningNodes nodes) throws Exception {
        var node = nodes.names().getFirst();
        var program = WorkloadProgram.pod("web", resources(50, 32, 400, 256), WorkloadDemand.IDLE);
        client.resource(WorkloadProgram.deployment(namespace.name(), "web", 1, program))
                .create();
        awaitPods(client, 1);
        try (var _ = nodes.holdKubelet(node)) {
            label(client, node, "windows");
            try (var _ = size(client, images -> onceWindows(images, node, policy(namespace, false)))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(plans.get(new Owner(namespace.name(), "Deployment", "web")))
                                .isEqualTo(new ResizePlan.Skipped(SkipReason.WINDOWS_NODE, "node " + node)));
            }
            assertThat(journal.records()).isEmpty();
        } finally {
            label(client, node, "linux");
        }

        try (var _ = size(client, policy(namespace, false))) {
            awaitApplied();
        }
    }

    /// The list that an image begins with may be a moment older than the label.
    private static Supplier<List<ResizePolicy>> onceWindows(
            Supplier<ClusterImage> images, String node, ResizePolicy policy) {
        return () -> images.get()
                .node(node)
                .filter(found -> found.spec().platform().isWindows())
                .map(found -> List.of(policy))
                .orElse(List.of());
    }

    /// Each pod of a controller is changed but for the one that the node runs from its own file.
    @Test
    void mirrorPod_underAPolicyThatSelectsEverything_isLeftForThat(
            KubernetesClient client, TestNamespace namespace, RunningNodes nodes) throws Exception {
        var node = nodes.names().getFirst();
        var manifest = nodes.staticPods(node).resolve("static.json");
        var program = WorkloadProgram.pod("static", resources(50, 32, 400, 256), WorkloadDemand.IDLE)
                .edit()
                .editMetadata()
                .withNamespace(namespace.name())
                .endMetadata()
                .build();
        Files.writeString(manifest, Serialization.asJson(program));
        try (var _ = size(client, policy(namespace, false))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(plans.get(new Owner(namespace.name(), "Node", node)))
                            .isEqualTo(new ResizePlan.Skipped(SkipReason.STATIC_POD, "")));
            assertThat(pod(client, "static-" + node).getMetadata().getAnnotations())
                    .containsKey("kubernetes.io/config.mirror");
            assertThat(journal.records()).isEmpty();
        } finally {
            Files.delete(manifest);
        }
        await().atMost(PATIENCE).until(() -> pod(client, "static-" + node) == null);
    }

    @Test
    void sidecar_underAPolicyThatIncludesThem_isSizedBesideTheOthersWithoutARestart(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        var program = WorkloadProgram.pod("web", resources(50, 32, 400, 256), WorkloadDemand.IDLE)
                .edit()
                .editSpec()
                .addNewInitContainer()
                .withName(SIDECAR)
                .withImage(KubeletNodes.WORKLOAD_IMAGE)
                .withImagePullPolicy("Never")
                .withArgs("pause")
                .withRestartPolicy("Always")
                .withResources(resources(50, 32, 400, 256))
                .endInitContainer()
                .endSpec()
                .build();
        client.resource(WorkloadProgram.deployment(namespace.name(), "web", 1, program))
                .create();
        awaitPods(client, 1);

        try (var _ = size(client, policy(namespace, true))) {
            awaitApplied();
        }

        var name = journal.records().getFirst().change().pods().getFirst().pod().name();
        var status = pod(client, name).getStatus().getInitContainerStatuses().getFirst();
        assertThat(status.getName()).isEqualTo(SIDECAR);
        assertThat(status.getResources().getRequests().get("memory")).isNotEqualTo(new Quantity("32Mi"));
        assertThat(status.getRestartCount()).isZero();
        assertThat(container(client, name).getResources().getRequests().get("memory"))
                .isNotEqualTo(new Quantity("32Mi"));
        assertThat(container(client, name).getRestartCount()).isZero();
    }

    /// Its budget wants the one pod that there is: the change of memory, which restarts it, is made when that is over.
    @Test
    void pod_thatItsPolicyRestarts_isLeftWhileItsDisruptionBudgetLetsNoneGo(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        running(client, restartedForMemory("guarded"));
        var budget = client.policy()
                .v1()
                .podDisruptionBudget()
                .resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("guarded")
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("app", "guarded")
                        .endSelector()
                        .withMinAvailable(new IntOrString(1))
                        .endSpec()
                        .build());
        budget.create();
        await().atMost(PATIENCE).until(() -> container(client, "guarded").getReady());
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> budget.get().getStatus().getCurrentHealthy() == 1);

        try (var _ = size(client, policy(namespace, false))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ended.values())
                            .singleElement()
                            .satisfies(result -> assertThat(
                                            result.pods().getFirst().message())
                                    .isEqualTo(
                                            "the change restarts a container, and no pod of disruption budget guarded"
                                                    + " may be away now")));
            assertThat(journal.records()).isEmpty();
            assertThat(container(client, "guarded").getRestartCount()).isZero();
        }
        MergePatch.apply(
                client.policy().v1().podDisruptionBudget().withName("guarded"), "{\"spec\": {\"minAvailable\": 0}}");
        await().atMost(PATIENCE).until(() -> budget.get().getStatus().getDisruptionsAllowed() == 1);
        // Another process: this one would try again after some minutes.
        try (var _ = size(client, policy(namespace, false))) {
            awaitApplied();
        }
        assertThat(container(client, "guarded").getRestartCount()).isEqualTo(1);
    }

    /// A change of memory restarts them.
    @Test
    void pods_thatTheirPolicyRestarts_areRestartedOnceEachAndOneAfterTheOther(KubernetesClient client)
            throws Exception {
        for (var name : List.of("first", "second")) {
            running(client, restartedForMemory(name));
            await().atMost(PATIENCE).until(() -> container(client, name).getReady());
        }
        var first = change(client, "first", 50, 64, 200, 96);
        var second = change(client, "second", 50, 64, 200, 96);
        var both = new Change(
                first.workload(),
                first.policy(),
                first.code(),
                first.reason(),
                Optional.empty(),
                List.of(first.pods().getFirst(), second.pods().getFirst()));

        var result = transaction().run(both, Duration.ZERO);

        assertThat(result.isApplied()).as("%s", result).isTrue();
        assertThat(container(client, "first").getRestartCount()).isEqualTo(1);
        assertThat(container(client, "second").getRestartCount()).isEqualTo(1);
        assertThat(startedAt(client, "second")).isAfterOrEqualTo(readySince(client, "first"));
    }

    private static Pod restartedForMemory(String name) {
        return WorkloadProgram.pod(name, resources(50, 32, 200, 64), WorkloadDemand.IDLE)
                .edit()
                .editMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .editSpec()
                .editFirstContainer()
                .addNewResizePolicy("memory", "RestartContainer")
                .endContainer()
                .endSpec()
                .build();
    }

    /// The kubelet has the static CPU policy, which nothing at the API server tells. Its refusal of the CPU is of
    /// all that is asked for with it.
    @Test
    void guaranteedPod_withACpuOfItsOwn_keepsItAndHasItsMemorySized(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        var folder = controlPlane.folder().resolve(RealNodes.FOLDER + "-exclusive");
        try (var nodes =
                new KubeletNodes().start(controlPlane, List.of(RealNodeSize.SMALL.withExclusiveCpus()), folder)) {
            var node = nodes.names().getFirst();
            running(
                    client,
                    WorkloadProgram.pod("own", resources(1000, 64, 1000, 64), WorkloadDemand.IDLE)
                            .edit()
                            .editSpec()
                            .withNodeName(node)
                            .endSpec()
                            .build());

            var both = transaction().run(change(client, "own", 900, 96, 900, 96), Duration.ZERO);

            assertThat(both.phase()).as("%s", both).isEqualTo(ChangePhase.REVERTED);
            assertThat(both.pods().getFirst().message()).contains("CPU Manager policy");

            try (var _ = size(client, policy(namespace, false))) {
                await().atMost(PATIENCE)
                        .until(() ->
                                journal.records().stream().anyMatch(record -> record.phase() == ChangePhase.APPLIED));
            }
            var requests = container(client, "own").getResources().getRequests();
            assertThat(requests).containsEntry("cpu", new Quantity("1"));
            assertThat(requests.get("memory")).isNotEqualTo(new Quantity("64Mi"));
            assertThat(container(client, "own").getRestartCount()).isZero();
        }
    }

    /// Three workloads of two pods each, of which the first is watched for a while; then somebody changes
    /// their mind, or opts out. The marks of the objects are in all scripts, and as odd as an API server
    /// takes them.
    @Test
    void policy_editedDeletedOrOptedOutOfWhileAFirstPodIsWatched_leavesTheOtherPodsAndTheRecordSaysSo(
            KubernetesClient client, TestNamespace namespace) throws Exception {
        for (var name : List.of("edited", "deleted", "opted")) {
            client.resource(WorkloadProgram.deployment(
                                    namespace.name(),
                                    name,
                                    2,
                                    WorkloadProgram.pod(name, resources(50, 32, 400, 256), WorkloadDemand.IDLE))
                            .edit()
                            .editMetadata()
                            .withAnnotations(ODD)
                            .endMetadata()
                            .editSpec()
                            .editTemplate()
                            .editMetadata()
                            .withAnnotations(ODD)
                            .endMetadata()
                            .endTemplate()
                            .endSpec()
                            .build())
                    .create();
            client.resource(policy(name, "Auto")).serverSideApply();
        }
        await().atMost(PATIENCE).until(() -> sized(client, "32Mi") == 6);
        try (var _ = size(client, images -> new ApiPolicies(server, new ImageLabels(images)))) {
            await().atMost(PATIENCE).until(() -> sized(client, "32Mi") == 3);

            client.resource(policy("edited", "Recommend")).serverSideApply();
            client.resource(policy("deleted", "Auto")).delete();
            MergePatch.apply(client.apps().deployments().withName("opted"), """
                    {"metadata": {"labels": {"opt-out.plimsoll.io/resize": "true"}}}""");

            await().atMost(PATIENCE).until(() -> journal.closed().size() == 3);
        }
        assertThat(journal.closed().values()).allSatisfy(result -> {
            assertThat(result.pods())
                    .extracting(PodResult::phase)
                    .containsExactly(ChangePhase.APPLIED, ChangePhase.ABANDONED);
            assertThat(result.pods().getLast().message()).isEqualTo("left, since nobody wants it changed any more");
        });
        assertThat(sized(client, "32Mi")).isEqualTo(3);
    }

    private static GenericKubernetesResource policy(String name, String mode) {
        var policy = Serialization.unmarshal("""
                ---
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy, metadata: {name: %1$s},
                 spec: {mode: %2$s, workloads: {allow: [%1$s]}, usage: {minConfidencePercent: 10},
                        update: {canaryWindow: 12s}}}""".formatted(name, mode), GenericKubernetesResource.class);
        policy.getMetadata().setAnnotations(ODD);
        return policy;
    }

    /// How many pods ask for so much memory, as the kubelet has it.
    private static long sized(KubernetesClient client, String memory) {
        return client.pods().list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .filter(status -> status.getState().getRunning() != null && status.getResources() != null)
                .filter(status -> new Quantity(memory)
                        .equals(status.getResources().getRequests().get("memory")))
                .count();
    }

    /// What is sizing, until it is closed.
    private record Sizing(ImageWriter writer, ClusterObserver observer, Rightsizer rightsizer)
            implements AutoCloseable {

        @Override
        public void close() {
            rightsizer.close();
            observer.close();
            writer.close();
        }
    }

    private Sizing size(KubernetesClient client, ResizePolicy policy) throws InterruptedException {
        return size(client, _ -> () -> List.of(policy));
    }

    /// Knows of LimitRanges and quotas, and writes recommendations, as the product does.
    private Sizing size(
            KubernetesClient client, Function<Supplier<ClusterImage>, Supplier<List<ResizePolicy>>> policies)
            throws InterruptedException {
        var writer = new ImageWriter(Clock.systemUTC(), context.meters());
        var observer = new ClusterObserver(
                client, writer, new ObserverSettings(List.of()), Clock.systemUTC(), context.meters());
        var rightsizer = new Rightsizer(
                writer,
                policies.apply(writer),
                Surroundings.NONE.withLimits(new ApiNamespaceLimits(server)::known),
                owner -> usage(),
                new ApiActions(server),
                new ApiPods(server),
                journal,
                told.and(new RecommendationTeller(new ApiRecommendations(server), writer, Clock.systemUTC())),
                context,
                new RightsizerSettings(Duration.ofSeconds(1), 5, Duration.ofSeconds(30), false, SETTINGS));
        observer.start();
        assertThat(observer.awaitSynced(PATIENCE)).isTrue();
        rightsizer.start();
        return new Sizing(writer, observer, rightsizer);
    }

    private final Sizings told = new Sizings() {
        @Override
        public void decided(List<WorkloadSizing> sizings) {
            sizings.forEach(sizing -> plans.put(sizing.workload(), sizing.plan()));
        }

        @Override
        public void ended(Change change, ChangeResult result) {
            ended.put(change.workload(), result);
        }
    };

    /// Everything in the namespace, bare and static pods too; limits go along.
    private static ResizePolicy policy(TestNamespace namespace, boolean withSidecars) {
        var at = ContainerSizing.DEFAULT;
        var sizing = new ContainerSizing(at.cpu(), at.memory(), at.memoryRule(), new LimitRule.ByRatio(), 0.1);
        return new ResizePolicy(
                new PolicyCandidate(
                        Optional.of(namespace.name()),
                        "all",
                        0,
                        0,
                        false,
                        owner -> owner.namespace().equals(namespace.name())),
                ResizePolicy.Mode.AUTO,
                HighWaterRecommender.NAME,
                name -> Optional.of(sizing),
                now -> true,
                Duration.ofHours(1).toMillis(),
                0,
                withSidecars ? Set.of(ContainerRole.MAIN, ContainerRole.SIDECAR) : Set.of(ContainerRole.MAIN),
                0,
                List.of(),
                false);
    }

    /// Two days of 60m and 80 MiB, up to now, for each container.
    private static Map<String, ContainerUsageView> usage() {
        var used = TwoDays.of(60, 80 * MIB, Instant.now());
        return Map.of(WorkloadProgram.CONTAINER, used, SIDECAR, used);
    }

    private ResizeTransaction transaction() {
        return new ResizeTransaction(new ApiActions(server), new ApiPods(server), journal, context, SETTINGS);
    }

    private void awaitApplied() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(journal.records())
                        .singleElement()
                        .satisfies(record -> assertThat(record.phase()).isEqualTo(ChangePhase.APPLIED)));
    }

    private static void awaitPods(KubernetesClient client, int count) {
        await().atMost(PATIENCE)
                .until(() -> client.pods().withLabel("app", "web").list().getItems().stream()
                                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                                .count()
                        == count);
    }

    private static void label(KubernetesClient client, String node, String system) {
        MergePatch.apply(client.nodes().withName(node), """
                {"metadata": {"labels": {"kubernetes.io/os": "%s"}}}""".formatted(system));
    }

    private static Instant startedAt(KubernetesClient client, String name) {
        return Instant.parse(container(client, name).getState().getRunning().getStartedAt());
    }

    private static Instant readySince(KubernetesClient client, String name) {
        Pod pod = pod(client, name);
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .map(condition -> Instant.parse(condition.getLastTransitionTime()))
                .findFirst()
                .orElseThrow();
    }
}
