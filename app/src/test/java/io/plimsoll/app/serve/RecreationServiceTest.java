package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.MergePatch;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.RunningNodes;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pods that their node cannot resize, under `update.strategy: InPlaceOrRecreate`: the right-sizer and the webhook with
/// their accounts, definitions and rules as shipped, on two real nodes.
@RealControlPlane
@Tag("real-nodes")
class RecreationServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String API = "plimsoll.io/v1alpha1";
    private static final JsonMapper JSON = new JsonMapper();
    private static final long MIB = 1L << 20;
    private static final Quantity TEMPLATE = new Quantity("64Mi");
    private static final Quantity RECOMMENDED = new Quantity("160Mi");
    private static final String RECREATE = "overlays/rightsizer-recreate/rbac.yaml";
    private static final Map<String, String> QUICK =
            Map.of("rightsizer.look-millis", "200", "rightsizer.deferred-seconds-max", "2");

    private static RunningNodes nodes;

    @SuppressWarnings("NullAway.Init")
    private Installation installation;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @BeforeAll
    static void startNodes(ControlPlane controlPlane) {
        nodes = new KubeletNodes().start(controlPlane, 2, controlPlane.folder().resolve(RealNodes.FOLDER));
    }

    @AfterAll
    static void endNodes(ControlPlane controlPlane) {
        CustomResources.unguard(controlPlane);
        if (nodes != null) {
            nodes.close();
        }
    }

    @BeforeEach
    void install(ControlPlane running, KubernetesClient own, TestNamespace test) {
        installation = new Installation(running, own);
        client = own;
        namespace = test.name();
        installation.installRightsizer();
        installation.apply("-k", "overlays/webhook");
        installation.apply("-f", RECREATE);
    }

    @AfterEach
    void uninstall() {
        installation.removeWebhook();
        installation.delete("-f", Installation.manifest(RECREATE));
    }

    /// Two workloads that differ in their budgets only, all of whose pods are on a node that a third one has filled.
    @Test
    void podsWithoutRoomOnTheirNode_whereABudgetLetsOneGo_areRecreatedOneAtATimeAndOtherwiseStay() throws Exception {
        crowd();
        policy("OnCreate");
        try (var _ = installation.startWebhook()) {
            try (var _ = PlimsollService.start(installation.rightsizer(QUICK))) {
                for (var name : List.of("loose", "tight")) {
                    await().atMost(PATIENCE)
                            .untilAsserted(
                                    () -> assertThat(memory(another(name))).isEqualTo(RECOMMENDED));
                }
                var loose = pods("loose");
                var tight = pods("tight");

                policy("InPlaceOrRecreate");

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(phases("loose"))
                                .containsExactlyInAnyOrder("UsageChanged Reverted", "Recreated Applied"));
                recreated(loose);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(skipped("tight"))
                                .contains("not recreated: not evicted: its disruption budget allows none to go now"));
                assertThat(phases("tight")).containsExactly("UsageChanged Reverted");
                assertThat(pods("tight"))
                        .extracting(RecreationServiceTest::standing)
                        .isEqualTo(tight.stream()
                                .map(RecreationServiceTest::standing)
                                .toList());
                assertThat(pods("tight"))
                        .extracting(RecreationServiceTest::memory)
                        .containsOnly(TEMPLATE);
            }
        }
    }

    /// One is another by now, elsewhere and larger; the other one never ceased to be ready.
    private void recreated(List<Pod> before) {
        var former = before.stream().map(RecreationServiceTest::standing).toList();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pods("loose"))
                        .hasSize(2)
                        .allSatisfy(pod -> assertThat(ready(pod)).isPresent()));
        var now = pods("loose");
        assertThat(now)
                .filteredOn(pod -> former.contains(standing(pod)))
                .singleElement()
                .satisfies(pod -> assertThat(memory(pod)).isEqualTo(TEMPLATE));
        assertThat(now)
                .filteredOn(pod -> !former.contains(standing(pod)))
                .singleElement()
                .satisfies(pod -> assertThat(memory(pod)).isEqualTo(RECOMMENDED))
                .satisfies(pod -> assertThat(pod.getSpec().getNodeName())
                        .isEqualTo(nodes.names().getLast()))
                .satisfies(pod ->
                        assertThat(pod.getMetadata().getAnnotations()).containsKey("admission.plimsoll.io/sized"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(installation.kubectl("describe", "-n", namespace, "deployment/loose"))
                        .contains("Recreated", "took its place"));
    }

    /// Fills the first node but for a few MiB, and leaves the second one empty.
    private void crowd() {
        cordon(true);
        for (var name : List.of("loose", "tight")) {
            client.resource(budget(name, name.equals("loose") ? 1 : 2)).create();
            client.resource(deployment(name, 2, TEMPLATE, WorkloadDemand.IDLE.withMemoryBytes(80 * MIB), Map.of()))
                    .create();
        }
        var rest = new Quantity(String.valueOf(allocatable() - 4 * 64 * MIB - 4 * MIB));
        client.resource(deployment(
                        "filler", 1, rest, WorkloadDemand.IDLE, Map.of("opt-out.plimsoll.io/resize", "true")))
                .create();
        for (var name : List.of("loose", "tight", "filler")) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pods(name))
                            .isNotEmpty()
                            .hasSize(replicas(name))
                            .allSatisfy(pod -> assertThat(ready(pod)).isPresent()));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(mayGo("loose")).isEqualTo(1));
        assertThat(mayGo("tight")).isZero();
        cordon(false);
    }

    private void cordon(boolean isCordoned) {
        MergePatch.apply(client.nodes().withName(nodes.names().getLast()), """
                {"spec": {"unschedulable": %s}}""".formatted(isCordoned));
    }

    private long allocatable() {
        var node = client.nodes().withName(nodes.names().getFirst()).get();
        return Quantity.getAmountInBytes(node.getStatus().getAllocatable().get("memory"))
                .longValueExact();
    }

    private int replicas(String name) {
        return client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getSpec()
                .getReplicas();
    }

    private int mayGo(String name) {
        var status = client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getStatus();
        return status == null || status.getCurrentHealthy() == null || status.getCurrentHealthy() < 2
                ? -1
                : status.getDisruptionsAllowed();
    }

    /// What the API server would make of one more pod of the workload.
    private Pod another(String name) {
        var pod = pods(name).getFirst();
        var template = deployment(name, 1, TEMPLATE, WorkloadDemand.IDLE, Map.of());
        return client.resource(new PodBuilder()
                        .withMetadata(new ObjectMetaBuilder()
                                .withNamespace(namespace)
                                .withGenerateName(pod.getMetadata().getGenerateName())
                                .withLabels(pod.getMetadata().getLabels())
                                .withOwnerReferences(pod.getMetadata().getOwnerReferences())
                                .build())
                        .withSpec(template.getSpec().getTemplate().getSpec())
                        .build())
                .dryRun()
                .create();
    }

    private List<Pod> pods(String name) {
        return client.pods().inNamespace(namespace).withLabel("app", name).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static Quantity memory(Pod pod) {
        return Optional.ofNullable(pod.getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests()
                        .get("memory"))
                .orElseThrow();
    }

    /// A pod that was away in between is ready since another time.
    private static List<String> standing(Pod pod) {
        return List.of(
                pod.getMetadata().getUid(),
                ready(pod).map(PodCondition::getLastTransitionTime).orElse("not ready"));
    }

    private static Optional<PodCondition> ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .filter(condition -> condition.getStatus().equals("True"))
                .findFirst();
    }

    /// Of the records of a workload: why, and what became of it.
    private List<String> phases(String name) {
        return client.genericKubernetesResources(API, "ChangeRecord").inNamespace(namespace).list().getItems().stream()
                .map(JSON::<JsonNode>valueToTree)
                .filter(record -> record.at("/spec/workload/name").asText().equals(name))
                .map(record -> record.at("/spec/reason/code").asText() + " "
                        + record.at("/status/phase").asText())
                .toList();
    }

    private String skipped(String name) {
        var found = client.genericKubernetesResources(API, "WorkloadRecommendation")
                .inNamespace(namespace)
                .withName("deployment-" + name)
                .get();
        return JSON.<JsonNode>valueToTree(found)
                .at("/status/lastSkipped/reason")
                .toString();
    }

    /// What new pods get is the same under each of these strategies, and more than the demand in any case.
    private void policy(String strategy) {
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
                 metadata: {name: sized, namespace: %s},
                 spec: {mode: Auto, usage: {minConfidencePercent: 0}, controlled: {resources: [memory]},
                        memory: {min: 160Mi, max: 160Mi}, update: {strategy: %s, interval: 1h}}}""".formatted(namespace, strategy));
    }

    private PodDisruptionBudget budget(String name, int standing) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNewMinAvailable(standing)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .endSpec()
                .build();
    }

    private Deployment deployment(
            String name, int replicas, Quantity memory, WorkloadDemand demand, Map<String, String> labels) {
        var program = WorkloadProgram.pod(name, requests(memory), demand);
        return new DeploymentBuilder(WorkloadProgram.deployment(namespace, name, replicas, program))
                .editMetadata()
                .addToLabels(labels)
                .endMetadata()
                .editSpec()
                .editTemplate()
                .editMetadata()
                .addToLabels(labels)
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static ResourceRequirements requests(Quantity memory) {
        return new ResourceRequirementsBuilder()
                .addToRequests(Map.of("cpu", new Quantity("10m"), "memory", memory))
                .build();
    }
}
