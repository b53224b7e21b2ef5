package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.CommandRun;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.EncodedHistories;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewPolicyCommandTest {

    @TempDir
    private Path folder = Path.of("");

    /// No cluster is asked: none is named.
    @Test
    void policy_withMistakes_exits1AndNamesEachField() throws IOException {
        var file = write("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: wrong}
                spec: {recommender: magic, cpu: {min: 4, max: 2}}
                ---
                kind: OptimizationPolicy
                metadata: {name: odd}
                spec: {mood: Auto}
                """);

        var run = CommandRun.of("preview", "policy", file.toString(), "--kubeconfig", folder.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("policy wrong: spec.cpu: min 4000m must not be above max 2000m: lower min")
                .contains("policy wrong: spec.recommender: write one of ")
                .contains("policy odd: spec.mood: there is no such field; there are");
    }

    /// As in the pipeline of a repository: the kubeconfig names no cluster.
    @Test
    void policy_thatIsFineAndOnlyChecked_asksNoCluster() throws IOException {
        var file = write("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: fine}
                spec: {mode: Auto, cpu: {min: 50m}}
                """);

        var run = CommandRun.of("preview", "policy", file.toString(), "--check", "--kubeconfig", "/nowhere");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .isEqualTo(file + " is fine: 1 policy; without --check the cluster is asked what that would do\n");
    }

    @Test
    void policy_fileThatIsNone_exits2AndSaysWhatToGive() throws IOException {
        assertThat(CommandRun.of("preview", "policy", folder.resolve("none").toString())
                        .err())
                .contains("does not exist: name the file of a policy");
        assertThat(CommandRun.of("preview", "policy", write("").toString()).code())
                .isEqualTo(2);
        assertThat(CommandRun.of("preview", "policy", write("a: [").toString()).err())
                .contains("is no YAML");
        assertThat(CommandRun.of("preview").code()).isEqualTo(2);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), text);
    }

    /// At a real API server, as its administrator.
    @Nested
    @RealControlPlane
    class AtAnApiServer {

        @Test
        void policy_ofALiveCluster_showsItsWorkloadsTheirTargetsAndTheWinnerOfAConflict(
                ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
            CustomResources.serve(controlPlane);
            var kubectl = new Kubectl(controlPlane);
            kubectl.run("-n", namespace.name(), "apply", "-f", write("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web, labels: {tier: front}}
                    spec:
                      replicas: 0
                      selector: {matchLabels: {app: web}}
                      template:
                        metadata: {labels: {app: web}}
                        spec: {containers: [{name: app, image: none, resources: {requests: {cpu: 1, memory: 1Gi}}}]}
                    ---
                    apiVersion: plimsoll.io/v1alpha1
                    kind: OptimizationPolicy
                    metadata: {name: present}
                    spec: {mode: Recommend, weight: 1}
                    """).toString());
            CustomResources.recommend(
                    client,
                    new Owner(namespace.name(), "Deployment", "web"),
                    new ResourceAmounts(new Quantity("1"), new Quantity("1Gi")),
                    new ResourceAmounts(new Quantity("600m"), new Quantity("768Mi")));
            var file = write("""
                    apiVersion: plimsoll.io/v1alpha1
                    kind: OptimizationPolicy
                    metadata: {name: next}
                    spec:
                      mode: Auto
                      weight: 7
                      workloads: {selector: {matchLabels: {tier: front}}}
                      moves: {approval: Required}
                    """);

            var table = run(controlPlane, namespace, file, "table");
            var json = Json.MAPPER.readTree(run(controlPlane, namespace, file, "json"));

            assertThat(table)
                    .contains("would hold for 1 workload, 1 container, of which 1 should ask for something else")
                    .contains("\nmoves.approval: Required: its workloads' pods are moved once somebody has approved")
                    .contains("Deployment/web", "1000m → 600m", "1.00Gi → 768Mi", "running pods in place, and new pods")
                    .contains("goes before " + namespace.name() + "/present: its weight 7 is above 1");
            assertThat(json).hasSize(1);
            assertThat(json.path(0).path("moves").asText()).startsWith("moves.approval: Required: ");
            JsonNode container = json.path(0).path("containers").path(0);
            assertThat(container.path("cpuMillis").path("then").asLong()).isEqualTo(600);
            assertThat(json.path(0).path("conflicts").path(0).path("holds").asBoolean())
                    .isTrue();
        }

        /// Nobody has ever recommended anything for it; the file asks for twice the median of 200m.
        @Test
        void policy_ofAWorkloadWhoseUseIsKept_isReckonedByTheFile(
                ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws IOException {
            CustomResources.serve(controlPlane);
            new Kubectl(controlPlane)
                    .run("-n", namespace.name(), "apply", "-f", write("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: kept}
                    spec:
                      replicas: 0
                      selector: {matchLabels: {app: kept}}
                      template:
                        metadata: {labels: {app: kept}}
                        spec: {containers: [{name: app, image: none, resources: {requests: {cpu: 500m, memory: 1Gi}}}]}
                    """).toString());
            var history = PolicyPreviewTest.used(200, 100, System.currentTimeMillis());
            try (var server = new ApiServer(client)) {
                new ApiCheckpoints(server)
                        .write(
                                new Owner(namespace.name(), "Deployment", "kept"),
                                new EncodedHistories(history.lastMillis(), Map.of("app", history.encoded())));
            }

            var table = run(controlPlane, namespace, write("""
                    apiVersion: plimsoll.io/v1alpha1
                    kind: OptimizationPolicy
                    metadata: {name: next}
                    spec:
                      mode: Auto
                      recommender: percentile
                      cpu: {percentile: 50, safetyMarginPercent: 100}
                    """), "table");

            assertThat(table).containsPattern("Deployment/kept +app +500m → 4[0-4]\\dm");
        }

        private static String run(ControlPlane controlPlane, TestNamespace namespace, Path file, String format) {
            var run = CommandRun.of(
                    "preview",
                    "policy",
                    file.toString(),
                    "-n",
                    namespace.name(),
                    "-o",
                    format,
                    "--kubeconfig",
                    controlPlane.kubeconfig().toString());
            assertThat(run.code()).as(run.err()).isZero();
            return run.out();
        }
    }
}
