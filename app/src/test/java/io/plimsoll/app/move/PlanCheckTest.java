package io.plimsoll.app.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.explain.ScriptedInspection;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.MergePatch;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a real API server says to the evictions of a plan, in a dry run.
@RealControlPlane
class PlanCheckTest {

    private KubernetesClient admin;
    private String namespace;
    private ScriptedInspection inspection;

    @BeforeEach
    void start(KubernetesClient client, TestNamespace test) throws IOException {
        admin = client;
        namespace = test.name();
        inspection = new ScriptedInspection("");
    }

    @AfterEach
    void stop() {
        inspection.close();
    }

    @Test
    void check_ofEachMove_isTheApiServersWord_andEvictsNobody(ControlPlane controlPlane) {
        var free = pod("free");
        var guarded = pod("guarded");
        var twice = pod("twice");
        budget("web", "guarded");
        budget("one", "twice");
        budget("two", "twice");
        plan(move("free", free), move("guarded", guarded), move("twice", twice), move("free", "another"), gone());

        assertThat(check(controlPlane.kubeconfig())).isZero();

        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("it is hot  would be taken"),
                        line -> assertThat(line)
                                .contains("refused: its disruption budget allows none to go now: ")
                                .contains("The disruption budget web needs 1 healthy pods and has 1 currently"),
                        line -> assertThat(line).contains("refused: more than one disruption budget covers it"),
                        line -> assertThat(line).contains("refused: it changed in between: ", "another"),
                        line -> assertThat(line).contains("refused: it is gone: ", "\"gone\" not found"));
        assertThat(admin.pods().inNamespace(namespace).list().getItems())
                .hasSize(3)
                .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() == null);
    }

    @Test
    void check_ofSomebodyWhoMayNotEvict_saysWhichRightIsMissing(ControlPlane controlPlane) {
        plan(move("free", pod("free")));

        assertThat(check(controlPlane.kubeconfigFor("nobody", "nobody", List.of())))
                .isZero();

        assertThat(lines().getFirst())
                .contains("not known, you may not ask (the verb create on pods/eviction): ")
                .contains("nobody");
    }

    @Test
    void check_asJson_isAFieldOfTheMove(ControlPlane controlPlane) throws Exception {
        plan(move("free", pod("free")));

        assertThat(check(controlPlane.kubeconfig(), "-o", "json")).isZero();

        var shown = new ObjectMapper().readTree(inspection.out.toString());
        assertThat(shown.at("/moves/0/check").asText()).isEqualTo("would be taken");
        assertThat(shown.at("/moves/0/cost").asDouble()).isEqualTo(2.2);
        assertThat(shown.at("/nodes/0/cpuAfter").asDouble()).isEqualTo(0.4);
    }

    private int check(Path kubeconfig, String... further) {
        var arguments = Stream.concat(Stream.of("--check", "--kubeconfig", kubeconfig.toString()), Stream.of(further));
        return inspection.ask("plan", arguments.toArray(String[]::new));
    }

    private List<String> lines() {
        return inspection
                .out
                .toString()
                .lines()
                .filter(line -> line.startsWith(namespace + "/"))
                .toList();
    }

    private void plan(String... moves) {
        inspection.answer(200, """
                {"at": "2026-11-21T03:12:00Z", "watchedSince": "2026-11-21T02:12:00Z",
                 "hurt": [{"node": "n1", "because": ["cpu at 99%%"]}],
                 "moves": [%s], "resizes": [], "keptByReason": [], "kept": [],
                 "nodes": [{"node": "n1", "cpuBefore": 0.9, "cpuAfter": 0.4, "memoryBefore": 0.5, "memoryAfter": 0.4}]}
                """.formatted(Stream.of(moves).collect(Collectors.joining(", "))));
    }

    private String move(String pod, String uid) {
        return """
                {"pod": "%s/%s", "uid": "%s", "workload": "shop/Deployment/web", "from": "n1", "to": "n2",
                 "benefit": 1, "cost": 2.2, "score": 81, "because": "it is hot", "check": ""}
                """.formatted(namespace, pod, uid);
    }

    private String gone() {
        return move("gone", "u1");
    }

    /// Returns its uid. It counts as running: budgets do not guard what is pending.
    private String pod(String name) {
        var pod = admin.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToLabels("app", name)
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName("nobody")
                        .addNewContainer()
                        .withName("main")
                        .withImage("none")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        MergePatch.apply(admin.resource(pod).subresource("status"), """
                {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}""");
        return pod.getMetadata().getUid();
    }

    /// Of its one pod one must stay. Returns when the controller manager has counted it.
    private void budget(String name, String app) {
        var budgets = admin.policy().v1().podDisruptionBudget().inNamespace(namespace);
        budgets.resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withMinAvailable(new IntOrString(1))
                        .withNewSelector()
                        .addToMatchLabels("app", app)
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            var status = budgets.withName(name).get().getStatus();
            return status.getObservedGeneration() >= 1 && status.getCurrentHealthy() == 1;
        });
    }
}
