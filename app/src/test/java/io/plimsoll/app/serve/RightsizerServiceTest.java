package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.app.settings.SettingsReader;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestNamespace;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.RunningNodes;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The service in both roles, with the account, definitions and rules of admission as shipped, on a real node.
@RealControlPlane
@Tag("real-nodes")
class RightsizerServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path MANIFESTS = Path.of("..", "manifests");
    private static final String ACCOUNT = "plimsoll-rightsizer";
    private static final String API = "plimsoll.io/v1alpha1";
    private static final JsonMapper JSON = new JsonMapper();

    /// Usage from the kubelets, since there is no metrics server here.
    private static final String SUMMARY = """
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: test-summary},
             roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
                       name: plimsoll-extender-kubelet-summary},
             subjects: [{kind: ServiceAccount, name: plimsoll-rightsizer, namespace: plimsoll}]}""";

    private static RunningNodes nodes;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane controlPlane;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @SuppressWarnings("NullAway.Init")
    private Path kubeconfig;

    @BeforeAll
    static void startNode(ControlPlane controlPlane) {
        nodes = new KubeletNodes().start(controlPlane, 1, controlPlane.folder().resolve(RealNodes.FOLDER));
    }

    @AfterAll
    static void endNode(ControlPlane controlPlane) {
        CustomResources.unguard(controlPlane);
        if (nodes != null) {
            nodes.close();
        }
    }

    @BeforeEach
    void install(ControlPlane running, KubernetesClient own, TestNamespace test) {
        controlPlane = running;
        client = own;
        namespace = test.name();
        CustomResources.serve(running);
        apply("overlays/rightsizer/namespace.yaml");
        apply("overlays/rightsizer/rbac.yaml");
        apply("overlays/kubelet-summary/rbac.yaml");
        create(SUMMARY);
        CustomResources.guard(running);
        kubeconfig = Accounts.kubeconfig(running, "plimsoll", ACCOUNT);
    }

    /// From a policy that recommends to one that acts, with a dry run and a missing right in between.
    @Test
    void policy_turnedFromRecommendToAuto_changesNothingUntilItMayAndThenResizesInPlaceAndTells() throws Exception {
        var pod = WorkloadProgram.pod(
                "busy",
                new ResourceRequirementsBuilder()
                        .addToRequests(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("32Mi")))
                        .addToLimits(Map.of("cpu", new Quantity("400m"), "memory", new Quantity("256Mi")))
                        .build(),
                WorkloadDemand.IDLE.withCpuMillis(200).withMemoryBytes(80L << 20));
        client.resource(deployment(pod)).create();
        policy("Recommend");

        try (var service = start(Map.of("rightsizer.dry-run", "true"))) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(skipped()).isEqualTo("RecommendOnly"));
            assertThat(recommendation().at("/status/containers/0/container").asText())
                    .isEqualTo(WorkloadProgram.CONTAINER);

            policy("Auto");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(skipped()).isEqualTo("DryRun"));
            assertThat(metrics(service)).contains("plimsoll_resize_skipped{reason=\"DryRun\"} 1.0");
        }
        mayResize(false);
        try (var service = start(Map.of())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(able())
                            .contains("\"False\"", "cannot patch resource", "pods/resize", "rbac.yaml has the rule"));
            assertThat(skipped()).isEqualTo("CannotAct");
            assertThat(metrics(service)).contains("plimsoll_resize_changes_total{phase=\"abandoned\"} 1.0");
        }
        assertThat(records()).isEmpty();
        assertThat(requests()).containsEntry("cpu", new Quantity("50m"));

        mayResize(true);
        try (var service = start(Map.of())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(requests().get("cpu")).isNotEqualTo(new Quantity("50m")));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(records())
                            .singleElement()
                            .satisfies(record -> assertThat(
                                            record.at("/status/phase").asText())
                                    .isEqualTo("Applied")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(able()).contains("\"True\""));
            assertThat(status().getRestartCount()).isZero();
            assertThat(metrics(service))
                    .contains("plimsoll_resize_changes_total{phase=\"applied\"} 1.0", "plimsoll_resize_acting 1.0");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(described("deployment/busy")).contains("Resized", "plimsoll undo " + namespace + "/busy-");
                assertThat(described("optimizationpolicy/sized")).contains("Resized", "Deployment busy: 1 pod");
            });
        }
    }

    private PlimsollService start(Map<String, String> further) throws Exception {
        var settings = new HashMap<>(Map.of(
                "roles", "extender,rightsizer",
                "cluster.kubeconfig", kubeconfig.toString(),
                "usage.sources", "kubelet-summary",
                "usage.interval-seconds", "1",
                "rightsizer.interval-seconds", "1",
                "rightsizer.lease.namespace", "plimsoll",
                "rightsizer.lease.retry-millis", "200",
                "scheduler-port.port", "0",
                "scheduler-port.drain-millis", "0",
                "health-port.port", "0"));
        settings.putAll(further);
        var reader = new SettingsReader(ServeSettings.API_VERSION, ServeSettings.KIND, ServeSettings.all());
        settings.forEach((key, value) -> reader.flag(key, value, key));
        return PlimsollService.start(ServeConfiguration.of(reader.read()));
    }

    private void policy(String mode) {
        client.load(yaml("""
                        {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy, metadata: {name: sized},
                         spec: {mode: %s, usage: {minConfidencePercent: 10}, update: {canaryWindow: 10s}}}""".formatted(mode))).inNamespace(namespace).serverSideApply();
    }

    private void mayResize(boolean may) {
        apply("overlays/rightsizer/rbac.yaml");
        if (!may) {
            client.rbac().clusterRoles().withName(ACCOUNT).edit(role -> {
                role.getRules().removeIf(rule -> rule.getResources().contains("pods/resize"));
                return role;
            });
        }
    }

    private JsonNode recommendation() {
        return object("WorkloadRecommendation", "deployment-busy");
    }

    private String skipped() {
        return recommendation().at("/status/lastSkipped/reason/code").asText();
    }

    /// The policy's condition of that type, as JSON.
    private String able() {
        for (var condition : object("OptimizationPolicy", "sized").at("/status/conditions")) {
            if (condition.path("type").asText().equals("Able")) {
                return condition.toString();
            }
        }
        return "";
    }

    private JsonNode object(String kind, String name) {
        var found = client.genericKubernetesResources(API, kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
        return JSON.valueToTree(found == null ? Map.of() : found);
    }

    private List<JsonNode> records() {
        return client.genericKubernetesResources(API, "ChangeRecord").inNamespace(namespace).list().getItems().stream()
                .map(JSON::<JsonNode>valueToTree)
                .toList();
    }

    private ContainerStatus status() {
        return pod().getStatus().getContainerStatuses().getFirst();
    }

    /// What it really has, as the kubelet says.
    private Map<String, Quantity> requests() {
        return status().getResources().getRequests();
    }

    private Pod pod() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("app", "busy")
                .list()
                .getItems()
                .getFirst();
    }

    private String described(String object) {
        return kubectl("describe", "-n", namespace, object);
    }

    private static String metrics(PlimsollService service) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.inspectionUrl() + "/metrics"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    private void apply(String file) {
        kubectl(
                "apply",
                "--server-side",
                "--force-conflicts",
                "-f",
                MANIFESTS.resolve(file).toString());
    }

    private void create(String text) {
        client.load(yaml(text)).serverSideApply();
    }

    private static ByteArrayInputStream yaml(String text) {
        return new ByteArrayInputStream(("---\n" + text).getBytes(StandardCharsets.UTF_8));
    }

    private String kubectl(String... arguments) {
        return new Kubectl(controlPlane).run(arguments);
    }

    private Deployment deployment(Pod pod) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("busy")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .addToMatchLabels("app", "busy")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "busy")
                .endMetadata()
                .withSpec(pod.getSpec())
                .endTemplate()
                .endSpec()
                .build();
    }
}
