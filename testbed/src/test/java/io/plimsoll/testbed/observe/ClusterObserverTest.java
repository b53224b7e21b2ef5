package io.plimsoll.testbed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealControlPlane
class ClusterObserverTest {

    private static final String GROUP = "plimsoll.io/fake-nodes";

    private static final Resources MORE = new Resources(250, 96L << 20);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ImageWriter writer = new ImageWriter(InstantSource.system(), meters);
    private ClusterObserver observer;
    private ApiServer server;

    @BeforeEach
    void observe(KubernetesClient client) throws InterruptedException {
        var source = new ObserverSettings.Source("metrics-api", Duration.ofSeconds(2), Duration.ofSeconds(5), Map.of());
        observer = new ClusterObserver(
                client, writer, new ObserverSettings(List.of(source)), InstantSource.system(), meters);
        server = new ApiServer(client);
        observer.start();
        assertThat(observer.awaitSynced(Duration.ofSeconds(60))).isTrue();
    }

    @AfterEach
    void end() {
        observer.close();
        writer.close();
        server.close();
    }

    @Test
    void image_ofADeployment_hasItsNodesPodsAndWorkload(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        controlPlane.addNodes(FakeNodes.of("seen", 2));
        client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .addToLabels("opt-out.plimsoll.io/evict", "true")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(2)
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withSpec(pod("web", "seen").getSpec())
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();

        var web = new Owner(namespace.name(), "Deployment", "web");
        eventually().until(() -> boundPods(web) == 2);

        var node = image().node("seen-0").orElseThrow().spec();
        assertThat(node.readiness()).isEqualTo(Readiness.READY);
        assertThat(node.virtual()).isFalse();
        assertThat(image().workload(web).orElseThrow().replicas()).isEqualTo(2);
        var pod = image().nodes().stream()
                .flatMap(n -> n.pods().stream())
                .filter(p -> p.workload().equals(web))
                .findFirst()
                .orElseThrow();
        assertThat(pod.spec().requests()).isEqualTo(new Resources(100, 64L << 20));
        assertThat(pod.spec().boundAtMillis()).isPositive();
        assertThat(image().optOuts(pod.spec())).hasToString("[EVICT]");
        eventually().until(() -> image().confirmedAtMillis() > 0);
    }

    @Test
    void image_apiServerRestarted_goesOnWithWhatHappensAfterwards(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        controlPlane.addNodes(FakeNodes.of("again", 1));
        client.resource(pod("before", "again")).create();
        eventually().until(() -> has(namespace, "before"));

        controlPlane.restartApiServer();
        client.resource(pod("after", "again")).create();
        client.pods().withName("before").withGracePeriod(0).delete();

        eventually().until(() -> has(namespace, "after") && !has(namespace, "before"));
        long restarted = System.currentTimeMillis();
        eventually().until(() -> image().confirmedAtMillis() > restarted);
    }

    @Test
    void usage_ofKwokPods_comesFromTheMetricsApiIntoTheImage(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        controlPlane.addNodes(FakeNodes.of("used", 1));
        client.resource(new PodBuilder(pod("busy", "used"))
                        .editMetadata()
                        .addToAnnotations(FakeNodes.USAGE_CPU, "750m")
                        .addToAnnotations(FakeNodes.USAGE_MEMORY, "300Mi")
                        .endMetadata()
                        .build())
                .create();
        assertThat(observer.sources())
                .singleElement()
                .satisfies(source -> assertThat(source.name()).isEqualTo("metrics-api"));
        controlPlane.startMetricsServer();

        eventually()
                .until(() -> image().pod(new PodKey(namespace.name(), "busy"))
                        .flatMap(pod -> pod.usage())
                        .filter(usage -> usage.memoryBytes() == 300L << 20 && Math.abs(usage.cpuMillis() - 750) <= 10)
                        .isPresent());
        assertThat(image().node("used-0").orElseThrow().signals().get(SignalKind.CPU_USAGE_MILLIS))
                .isPresent();
        controlPlane.stop(Component.METRICS_SERVER);
    }

    @Test
    void eviction_byBudgetUidAndAbsence_isToldApart(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        controlPlane.addNodes(FakeNodes.of("evicts", 1));
        client.resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("guard")
                        .endMetadata()
                        .withNewSpec()
                        .withMinAvailable(new IntOrString(1))
                        .withNewSelector()
                        .addToMatchLabels("app", "guarded")
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        client.resource(new PodBuilder(pod("guarded", "evicts"))
                        .editMetadata()
                        .addToLabels("app", "guarded")
                        .endMetadata()
                        .build())
                .create();
        client.resource(pod("free", "evicts")).create();
        Pod guarded =
                client.pods().withName("guarded").waitUntilCondition(ClusterObserverTest::runs, 30, TimeUnit.SECONDS);
        Pod free = client.pods().withName("free").waitUntilCondition(ClusterObserverTest::runs, 30, TimeUnit.SECONDS);
        eventually()
                .until(() -> image().budgets().stream()
                        .anyMatch(budget -> budget.name().equals("guard")));
        var actions = new ApiActions(server);

        // The disruption controller first has to count the healthy pods; until then the answer is the same refusal.
        assertThat(refusal(
                        actions, evict(namespace, guarded, guarded.getMetadata().getUid())))
                .isEqualTo(Refusal.BUDGET);
        assertThat(refusal(actions, evict(namespace, free, "another-uid"))).isEqualTo(Refusal.CONFLICT);
        assertThat(actions.carryOut(evict(namespace, free, free.getMetadata().getUid())))
                .isEqualTo(new Outcome.Done());
        eventually().until(() -> client.pods().withName("free").get() == null);
        assertThat(refusal(actions, evict(namespace, free, free.getMetadata().getUid())))
                .isEqualTo(Refusal.GONE);
        eventually().until(() -> !has(namespace, "free"));
    }

    /// KWOK's nodes do not declare that they can resize, so the API server refuses there; a pod that waits for a node
    /// may be resized.
    @Test
    void resize_ofAWaitingPodAndOnAnIncapableNode_isDoneAndRefused(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        controlPlane.addNodes(FakeNodes.of("sizes", 1));
        client.resource(pod("placed", "sizes")).create();
        Pod placed =
                client.pods().withName("placed").waitUntilCondition(ClusterObserverTest::runs, 30, TimeUnit.SECONDS);
        Pod waiting = client.resource(pod("waiting", "nowhere")).create();
        var actions = new ApiActions(server);

        assertThat(actions.carryOut(
                        resize(namespace, waiting, waiting.getMetadata().getUid())))
                .isEqualTo(new Outcome.Done());
        eventually()
                .until(() -> image().pod(new PodKey(namespace.name(), "waiting"))
                        .filter(pod -> pod.spec().requests().equals(MORE))
                        .isPresent());
        assertThat(refusal(actions, resize(namespace, waiting, "another-uid"))).isEqualTo(Refusal.CONFLICT);
        assertThat(refusal(
                        actions, resize(namespace, placed, placed.getMetadata().getUid())))
                .isEqualTo(Refusal.INVALID);
    }

    private static Action resize(TestNamespace namespace, Pod pod, String uid) {
        var key = new PodKey(namespace.name(), pod.getMetadata().getName());
        return new Action.Resize(key, uid, Optional.empty(), List.of(new ContainerSpec("main", MORE, Resources.NONE)));
    }

    private ClusterImage image() {
        return writer.get();
    }

    private long boundPods(Owner workload) {
        return image().nodes().stream()
                .flatMap(node -> node.pods().stream())
                .filter(pod -> pod.workload().equals(workload))
                .count();
    }

    private boolean has(TestNamespace namespace, String pod) {
        return image().pod(new PodKey(namespace.name(), pod)).isPresent();
    }

    private static Action evict(TestNamespace namespace, Pod pod, String uid) {
        return new Action.Evict(new PodKey(namespace.name(), pod.getMetadata().getName()), uid);
    }

    private static Refusal refusal(ApiActions actions, Action action) {
        return ((Outcome.Refused) actions.carryOut(action)).reason();
    }

    private static Pod pod(String name, String group) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addToNodeSelector(GROUP, group)
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .withNewResources()
                .addToRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("64Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    private static boolean runs(Pod pod) {
        return pod != null && "Running".equals(pod.getStatus().getPhase());
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200));
    }
}
