package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Policies that select a custom resource by its labels, with the right-sizer's account as shipped, and with the
/// overlay that lets it read these.
@RealControlPlane
class CustomOwnersServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OVERLAY = "overlays/custom-owners";
    private static final String DEFINITION = """
            {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
             metadata: {name: rollouts.argoproj.io},
             spec: {group: argoproj.io, scope: Namespaced,
               names: {kind: Rollout, plural: rollouts, singular: rollout},
               versions: [{name: v1alpha1, served: true, storage: true,
                 schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}},
                 subresources: {status: {},
                   scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}}]}}""";

    @SuppressWarnings("NullAway.Init")
    private Installation installation;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @BeforeEach
    void install(ControlPlane controlPlane, KubernetesClient own, TestNamespace test) {
        client = own;
        namespace = test.name();
        installation = new Installation(controlPlane, own);
        installation.installRightsizer();
        installation.create(DEFINITION);
        installation.kubectl("wait", "--for=condition=established", "crd/rollouts.argoproj.io");
        controlPlane.addNodes(FakeNodes.of("owned", 1));
        createRollout();
        policy("by-label", 0, "{matchLabels: {tier: web}}");
        policy("others", 5, "{matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}");
    }

    @AfterEach
    void leaveNothing(ControlPlane controlPlane) {
        installation.delete("-n", namespace, "optimizationpolicies", "--all");
        installation.delete("-k", Installation.manifest(OVERLAY));
        installation.delete("crd", "rollouts.argoproj.io");
        CustomResources.unguard(controlPlane);
    }

    /// Without the right, the heavier policy may select it or not: nobody acts, and it says why. With it, it does not.
    @Test
    void customOwner_isHeldInDoubtUntilItsLabelsMayBeReadAndThenSelectedByThem() throws Exception {
        try (var _ = PlimsollService.start(installation.rightsizer(Map.of()))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(able("others"))
                            .contains(
                                    "\"False\"",
                                    "CannotAct",
                                    "it is not known whether it selects workloads of kind Rollout",
                                    "403 rollouts.argoproj.io is forbidden",
                                    "cannot list resource",
                                    OVERLAY + "/rbac.yaml"));
            assertThat(status("by-label").path("matchedWorkloads").asInt()).isZero();
        }

        installation.apply("-k", OVERLAY);
        await().atMost(PATIENCE)
                .untilAsserted(() -> installation.kubectl(
                        "auth",
                        "can-i",
                        "list",
                        "rollouts.argoproj.io",
                        "--as=system:serviceaccount:" + Installation.NAMESPACE + ":" + Installation.RIGHTSIZER));

        try (var _ = PlimsollService.start(installation.rightsizer(Map.of()))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    status("by-label").path("governedWorkloads").asInt())
                            .isEqualTo(1));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(able("others")).contains("\"True\""));
            assertThat(status("others").path("matchedWorkloads").asInt()).isZero();
            assertThat(able("by-label")).isEmpty();
        }
    }

    private void createRollout() {
        installation.create("""
                {apiVersion: argoproj.io/v1alpha1, kind: Rollout,
                 metadata: {name: web, namespace: %s, labels: {tier: web}}, spec: {replicas: 1}}""".formatted(namespace));
        var rollout = client.genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
                .inNamespace(namespace)
                .withName("web")
                .get();
        installation.create("""
                {apiVersion: apps/v1, kind: ReplicaSet,
                 metadata: {name: web-1, namespace: %s, ownerReferences: [
                   {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web, controller: true, uid: %s}]},
                 spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}},
                   spec: {nodeName: owned-0, containers: [{name: app, image: none}]}}}}""".formatted(namespace, uid(rollout)));
    }

    private static String uid(GenericKubernetesResource object) {
        return object.getMetadata().getUid();
    }

    private void policy(String name, int weight, String selector) {
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy, metadata: {name: %s, namespace: %s},
                 spec: {mode: Auto, weight: %d, workloads: {selector: %s}}}""".formatted(name, namespace, weight, selector));
    }

    private String able(String policy) {
        for (var condition : status(policy).path("conditions")) {
            if (condition.path("type").asText().equals("Able")) {
                return condition.toString();
            }
        }
        return "";
    }

    private JsonNode status(String policy) {
        var found = client.genericKubernetesResources("plimsoll.io/v1alpha1", "OptimizationPolicy")
                .inNamespace(namespace)
                .withName(policy)
                .get();
        return new JsonMapper().<JsonNode>valueToTree(found).path("status");
    }
}
