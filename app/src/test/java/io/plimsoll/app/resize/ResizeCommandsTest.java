package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.CommandRun;
import io.plimsoll.app.Kubectl;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands on records and pods of a real API server. Fake nodes have no kubelet that resizes: there the
/// API server refuses, and its refusal is what is shown.
@RealControlPlane
class ResizeCommandsTest {

    private static final long MIB = 1L << 20;

    private ControlPlane controlPlane;
    private ApiServer server;
    private ApiChangeJournal journal;
    private String namespace;

    @BeforeEach
    void connect(ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        CustomResources.serve(controlPlane);
        this.controlPlane = controlPlane;
        this.namespace = namespace.name();
        server = new ApiServer(client);
        journal = new ApiChangeJournal(server, Clock.systemUTC(), new Random(1));
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    @Test
    void history_ofANamespace_showsItsChangesAndThoseOfAWorkloadAlone() {
        written("web", "gone", "uid", ChangePhase.REVERTED, "no room on the node");
        written("api", "gone", "uid", ChangePhase.APPLIED, "");

        var all = run("history", "-n", namespace);
        var one = run("history", "-n", namespace, "--workload", "deployment/api");
        var none = run("history", "-n", namespace, "--workload", "job/api");
        var last = run("history", "-n", namespace, "--last", "1");

        assertThat(all.code()).isZero();
        assertThat(all.out())
                .hasLineCount(3)
                .contains("Deployment/web", "REVERTED", "main: CPU 100m → 150m", "test [no room on the node]");
        assertThat(one.out())
                .hasLineCount(2)
                .contains("Deployment/api", "APPLIED")
                .doesNotContain("Deployment/web");
        assertThat(last.out()).hasLineCount(2);
        assertThat(last.err())
                .isEqualTo("These are the latest 1 of 2 changes: --last 2 shows all, -n and --workload those of one"
                        + " namespace or workload.\n");
        assertThat(none.out()).isEqualTo("Nothing was changed in namespace " + namespace + " of job/api.\n");
    }

    @Test
    void undo_ofAPodThatIsGone_saysSoAndChangesNothing() {
        var id = written("web", "gone", "uid", ChangePhase.APPLIED, "");

        var run = run("undo", id, "--yes");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("main: CPU 150m → 100m", "not now: the pod is gone");
        assertThat(run.err()).isEqualTo("plimsoll: no pod of " + id + " can be set back now; nothing was changed\n");
        assertThat(run("history", "-n", namespace).out()).hasLineCount(2);
    }

    @Test
    void undo_onANodeThatCannotResize_showsTheApiServersRefusal(KubernetesClient client) {
        var pod = running(client);
        var id = written("web", "sized", pod.getMetadata().getUid(), ChangePhase.APPLIED, "");

        var run = run("undo", id, "--dry-run");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("sized", "main: CPU 150m → 100m", "not now: PATCH ");
        assertThat(run.err()).contains("nothing was changed");
    }

    @Test
    void undo_ofAChangeThatWasTakenBackAlready_saysItsPhase() {
        var id = written("web", "gone", "uid", ChangePhase.REVERTED, "no room");

        var run = run("undo", id);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(id + " is REVERTED");
    }

    @Test
    void undo_ofAnIdThatIsNone_saysWhereToLook() {
        var run = run("undo", namespace + "/nothing");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("there is no change " + namespace + "/nothing");
    }

    /// As a repository takes it over: what the cluster wants written out, through the command and kubectl's
    /// Kustomize.
    @Test
    void recommend_asAKustomizeComponent_patchesTheOverlayThatNamesIt(@TempDir Path folder) throws Exception {
        new ApiRecommendations(server)
                .write(
                        new Owner(namespace, "Deployment", "web"),
                        Json.MAPPER.readValue("""
                                {"template": [
                                  {"container": "app", "requests": {"cpu": "150m", "memory": "96Mi"}, "limits": {"memory": "192Mi"}},
                                  {"container": "side", "init": true, "requests": {"memory": "64Mi"}}]}
                                """, WorkloadRecommendationStatus.class));
        Files.writeString(folder.resolve("web.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: %s}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      initContainers:
                        - {name: side, image: side:1, restartPolicy: Always, resources: {requests: {cpu: 10m, memory: 1Gi}}}
                      containers:
                        - {name: other, image: other:1, resources: {requests: {cpu: 1}}}
                        - {name: app, image: app:1, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 2Gi}}}
                """.formatted(namespace));
        Files.writeString(folder.resolve("kustomization.yaml"), """
                resources: [web.yaml]
                components: [plimsoll]
                """);

        var written = run(
                "recommend",
                "-n",
                namespace,
                "--kustomize",
                folder.resolve("plimsoll").toString());
        var built = new YAMLMapper().readTree(new Kubectl(controlPlane).run("kustomize", folder.toString()));

        assertThat(written.code()).as(written.err()).isZero();
        var pod = built.at("/spec/template/spec");
        assertThat(pod.at("/initContainers")).isEqualTo(new YAMLMapper().readTree("""
                [{name: side, image: "side:1", restartPolicy: Always, resources: {requests: {cpu: 10m, memory: 64Mi}}}]
                """));
        assertThat(resources(pod, "app")).isEqualTo(new YAMLMapper().readTree("""
                {requests: {cpu: 150m, memory: 96Mi}, limits: {memory: 192Mi}}"""));
        assertThat(resources(pod, "other")).isEqualTo(new YAMLMapper().readTree("{requests: {cpu: 1}}"));
        assertThat(pod.at("/containers")).hasSize(2);
    }

    private static JsonNode resources(JsonNode pod, String container) {
        for (var found : pod.at("/containers")) {
            if (found.path("name").asText().equals(container)) {
                return found.path("resources");
            }
        }
        throw new AssertionError("there is no container " + container + " in " + pod);
    }

    private CommandRun run(String... arguments) {
        var all = new java.util.ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", controlPlane.kubeconfig().toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /// Writes down that a pod went from 100m to 150m, and how that ended.
    private String written(String workload, String pod, String uid, ChangePhase phase, String message) {
        var change = new Change(
                new Owner(namespace, "Deployment", workload),
                namespace + "/sizes",
                "Test",
                "test",
                Optional.empty(),
                List.of(new PodChange(
                        new PodKey(namespace, pod),
                        uid,
                        List.of(new ContainerSpec("main", new Resources(100, 64 * MIB), Resources.NONE)),
                        List.of(new ContainerSpec("main", new Resources(150, 64 * MIB), Resources.NONE)))));
        var entry = journal.intend(change);
        assertThat(entry).isInstanceOf(Entry.Written.class);
        var name = ((Entry.Written) entry).name();
        assertThat(journal.close(name, ChangeResult.of(name, change, phase, message)))
                .isEqualTo(new Closing.Written());
        return name;
    }

    private Pod running(KubernetesClient client) {
        controlPlane.addNodes(FakeNodes.of("undo", 1).withCapacity(4, 8L << 30));
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("sized")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("undo-0")
                        .addNewContainer()
                        .withName("main")
                        .withImage("none")
                        .withNewResources()
                        .withRequests(Map.of("cpu", new Quantity("150m"), "memory", new Quantity("64Mi")))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        return client.pods()
                .withName("sized")
                .waitUntilCondition(
                        pod -> pod != null && "Running".equals(pod.getStatus().getPhase()), 60, TimeUnit.SECONDS);
    }
}
