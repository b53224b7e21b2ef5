package io.plimsoll.testbed.controlplane;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

@RealControlPlane
class ControlPlaneTest {

    @Test
    void everyComponent_afterTheStart_isWell(ControlPlane controlPlane) {
        List<ComponentHealth> health = controlPlane.health();

        assertThat(health)
                .extracting(ComponentHealth::component)
                .contains(Component.ETCD, Component.API_SERVER, Component.CONTROLLER_MANAGER, Component.KWOK);
        assertThat(health).allMatch(ComponentHealth::healthy);
    }

    @Test
    void pod_onKwokNodes_runsWhereTheSchedulerPutIt(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        controlPlane.addNodes(FakeNodes.of("runs", 2));

        client.resource(pod("web", "runs").build()).create();

        Pod running = client.pods().withName("web").waitUntilCondition(ControlPlaneTest::isRunning, 30, SECONDS);
        assertThat(running.getSpec().getNodeName()).isIn("runs-0", "runs-1");
        assertThat(running.getMetadata().getNamespace()).isEqualTo(namespace.name());
        // Service account admission is on: every pod gets its namespace's account and token.
        assertThat(running.getSpec().getServiceAccountName()).isEqualTo("default");
        assertThat(running.getSpec().getVolumes()).anyMatch(volume -> volume.getProjected() != null);
    }

    @Test
    void apiServer_restarted_hasTheSameAddressAndData(ControlPlane controlPlane, KubernetesClient client) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("kept")
                        .endMetadata()
                        .addToData("k", "v")
                        .build())
                .create();
        var before = controlPlane.process(Component.API_SERVER).orElseThrow().identity();

        controlPlane.restartApiServer();

        assertThat(controlPlane.process(Component.API_SERVER).orElseThrow().identity())
                .isNotEqualTo(before);
        assertThat(client.configMaps().withName("kept").get().getData()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void scheduler_restartedWithAProfile_schedulesForThatName(ControlPlane controlPlane, KubernetesClient client) {
        controlPlane.addNodes(FakeNodes.of("profile", 1));
        controlPlane.restartScheduler(SchedulerSettings.of("""
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            profiles:
            - schedulerName: default-scheduler
            - schedulerName: second
            """));

        client.resource(pod("own", "profile")
                        .editSpec()
                        .withSchedulerName("second")
                        .endSpec()
                        .build())
                .create();

        client.pods().withName("own").waitUntilCondition(ControlPlaneTest::isRunning, 30, SECONDS);
        controlPlane.restartScheduler(SchedulerSettings.stock());
    }

    @Test
    void scheduler_stopped_leavesPodsPendingUntilItStarts(ControlPlane controlPlane, KubernetesClient client) {
        controlPlane.addNodes(FakeNodes.of("pending", 1));
        controlPlane.stop(Component.SCHEDULER);
        client.resource(pod("waits", "pending").build()).create();
        assertThat(client.pods().withName("waits").get().getStatus().getPhase()).isEqualTo("Pending");

        controlPlane.startScheduler(SchedulerSettings.stock());

        client.pods().withName("waits").waitUntilCondition(ControlPlaneTest::isRunning, 30, SECONDS);
        assertThat(controlPlane.metrics(Component.SCHEDULER)).contains("scheduler_schedule_attempts_total");
    }

    @Test
    void scheduler_withABadConfiguration_failsWithItsLastWords(ControlPlane controlPlane) {
        SchedulerSettings bad = SchedulerSettings.of("""
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            parallelism: -1
            """);

        assertThatThrownBy(() -> controlPlane.restartScheduler(bad))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("kube-scheduler does not start")
                .hasMessageContaining("kube-scheduler.log")
                .hasMessageContaining("parallelism");
        controlPlane.restartScheduler(SchedulerSettings.stock());
    }

    @Test
    void stranger_withoutRights_isForbidden(ControlPlane controlPlane) throws Exception {
        Path kubeconfig = controlPlane.kubeconfigFor("stranger.kubeconfig", "stranger", List.of("nobodies"));
        var config = Config.fromKubeconfig(kubeconfig.toFile());

        try (KubernetesClient stranger = controlPlane.newClient(config)) {
            assertThatThrownBy(() -> stranger.nodes().list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(403))
                    .hasMessageContaining("stranger");
        }
    }

    @Test
    void serviceAccount_hasItsOwnRightsAndNoMore(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("reads")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "view")
                        .addNewSubject("", "ServiceAccount", "default", namespace.name())
                        .build())
                .create();

        try (KubernetesClient account = controlPlane.newClientOf(namespace.name(), "default")) {
            eventually()
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(account.pods().list().getItems()).isEmpty());
            assertThatThrownBy(() -> account.secrets().list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(403));
        }
    }

    /// Both at one time, since each waits for two scrapes, 10 and 5 s apart.
    @Test
    void metricsServerAndPrometheus_ofKwokNodes_tellWhatAnnotationsSay(
            ControlPlane controlPlane, KubernetesClient client) {
        controlPlane.addNodes(FakeNodes.of("measured", 1));
        client.resource(pod("busy", "measured")
                        .editMetadata()
                        .addToAnnotations(FakeNodes.USAGE_CPU, "750m")
                        .addToAnnotations(FakeNodes.USAGE_MEMORY, "300Mi")
                        .endMetadata()
                        .build())
                .create();
        controlPlane.startMetricsServer();
        controlPlane.startPrometheus();

        eventually().ignoreExceptions().untilAsserted(() -> {
            PodMetrics metrics = client.top().pods().metrics(client.getNamespace(), "busy");
            assertThat(metrics.getContainers()).hasSize(1);
            var usage = metrics.getContainers().getFirst().getUsage();
            Quantity none = new Quantity("0");
            assertThat(usage.getOrDefault("cpu", none).getNumericalAmount().doubleValue())
                    .isBetween(0.74, 0.76);
            assertThat(usage.getOrDefault("memory", none).getNumericalAmount().longValueExact())
                    .isEqualTo(300L << 20);
        });
        eventually().untilAsserted(() -> {
            assertThat(query(controlPlane, "count(up{job=~\"kube-.*|etcd\"} == 1)"))
                    .contains("\"4\"");
            String usage = "container_memory_working_set_bytes{node=\"measured-0\",pod=\"busy\"}";
            assertThat(query(controlPlane, usage)).contains(Long.toString(300L << 20));
        });
        controlPlane.stop(Component.PROMETHEUS);
        controlPlane.stop(Component.METRICS_SERVER);
    }

    private static String query(ControlPlane controlPlane, String promql) {
        String path = "/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8);
        try (LoopbackHttp http = new LoopbackHttp(read(controlPlane.caCertificate()), controlPlane.adminToken())) {
            return http.get(controlPlane.prometheus().resolve(path)).body();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void controlPlanes_sideBySide_shareNothingNotEvenACrash(ControlPlane controlPlane) {
        Path folder;
        try (ControlPlane other = ControlPlane.start(
                ControlPlaneSettings.named("second").withoutScheduler().withFakeNodes(FakeNodes.of("other", 3)))) {
            folder = other.folder();

            assertThat(names(other.client())).containsExactlyInAnyOrder("other-0", "other-1", "other-2");
            assertThat(names(controlPlane.client())).doesNotContain("other-0");
            assertThat(other.process(Component.SCHEDULER)).isEmpty();
            assertThat(other.apiServer()).isNotEqualTo(controlPlane.apiServer());

            other.kill(Component.API_SERVER);

            assertThat(other.process(Component.API_SERVER)).isEmpty();
            assertThat(controlPlane.health()).allMatch(ComponentHealth::healthy);
            other.startAgain(Component.API_SERVER);
            eventually().until(() -> other.health().stream().allMatch(ComponentHealth::healthy));
        }

        assertThat(Files.exists(folder)).isFalse();
        assertThat(controlPlane.health()).allMatch(ComponentHealth::healthy);
    }

    private static Set<String> names(KubernetesClient client) {
        return client.nodes().list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static PodBuilder pod(String name, String nodeGroup) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addToNodeSelector(FakeNodeWriter.GROUP, nodeGroup)
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .endContainer()
                .endSpec();
    }

    private static boolean isRunning(Pod pod) {
        return pod != null && "Running".equals(pod.getStatus().getPhase());
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500));
    }
}
