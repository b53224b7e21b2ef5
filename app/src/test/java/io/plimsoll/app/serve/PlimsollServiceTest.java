package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.app.settings.SettingsReader;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The whole way: the real scheduler, started with the file as shipped, asks the service about a pod.
@RealControlPlane
class PlimsollServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path FILE = Path.of("..", "scheduler-config", "kubeadm-static-pod.yaml");

    @Test
    void service_askedByTheRealScheduler_placesThePodAndExplainsIt(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) throws Exception {
        controlPlane.addNodes(FakeNodes.of("served", 3).withCapacity(4, 8L << 30));
        try (var service = PlimsollService.start(configuration(controlPlane, Map.of()))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(readiness(service)).startsWith("200 "));
            controlPlane.restartScheduler(SchedulerSettings.of(Files.readString(FILE)
                    .replace(
                            "http://127.0.0.1:8888/scheduler",
                            service.schedulerUrl().orElseThrow())));

            client.pods().inNamespace(namespace.name()).resource(pod()).create();
            client.pods()
                    .inNamespace(namespace.name())
                    .withName("asked")
                    .waitUntilCondition(
                            found -> found != null && found.getSpec().getNodeName() != null,
                            PATIENCE.toSeconds(),
                            TimeUnit.SECONDS);

            assertThat(explained(service, "decisions")).contains("asked");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(explained(service, "pod", namespace.name() + "/asked"))
                            .contains("served-"));
        } finally {
            controlPlane.restartScheduler(SchedulerSettings.stock());
        }
    }

    /// Its probes and metrics are there all the same, and so is what is known of nodes.
    @Test
    void service_asARightsizerAlone_opensNoSchedulersPortAndTakesTheLease(
            ControlPlane controlPlane, TestNamespace namespace) throws Exception {
        controlPlane.addNodes(FakeNodes.of("sized", 1));
        var further = Map.of("roles", "rightsizer", "rightsizer.lease.namespace", namespace.name());
        try (var service = PlimsollService.start(configuration(controlPlane, further))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(readiness(service)).startsWith("200 "));
            await().atMost(PATIENCE).until(service::isRightsizing);

            assertThat(service.schedulerUrl()).isEmpty();
            assertThat(service.described()).startsWith("right-sizing as policies say, inspection at http://");
            assertThat(answer(service, "/livez?verbose").body())
                    .contains("[+]lease ok", "[+]rightsizer ok", "[+]observer ok")
                    .doesNotContain("scheduler-port");
            assertThat(answer(service, "/metrics").body())
                    .contains("plimsoll_resize_acting 1.0")
                    .doesNotContain("plimsoll_extender");
            assertThat(explained(service, "node", "sized-0")).contains("sized-0");
        }
    }

    /// What deletes old records ends of a fault that it does not know; the right-sizer beside it lives on.
    @Test
    void livez_withADeadHousekeeper_answers503AndNamesTheLoop(ControlPlane controlPlane, TestNamespace namespace)
            throws Exception {
        var further = Map.of("roles", "rightsizer", "rightsizer.lease.namespace", namespace.name());
        var isDoomed = new AtomicBoolean();
        Pauses pauses = time -> {
            while (Thread.currentThread().getName().equals("housekeeper")) {
                if (isDoomed.get()) {
                    throw new OutOfMemoryError("Java heap space");
                }
                Pauses.REAL.pause(Duration.ofMillis(20));
            }
            Pauses.REAL.pause(time);
        };
        try (var service = PlimsollService.start(configuration(controlPlane, further), pauses)) {
            await().atMost(PATIENCE).until(service::isRightsizing);
            assertThat(answer(service, "/livez").statusCode()).isEqualTo(200);

            isDoomed.set(true);

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(answer(service, "/livez").statusCode()).isEqualTo(503));
            assertThat(answer(service, "/livez?verbose").body())
                    .contains("[-]rightsizer")
                    .contains("the loop housekeeper has died of java.lang.OutOfMemoryError: Java heap space: restart")
                    .contains("[+]lease ok");
        }
    }

    /// But for the certificates, which this one has none of.
    @Test
    void metrics_thatAlertsAndTheDashboardSpeakOf_areServedBeforeAnythingHappens(
            ControlPlane controlPlane, TestNamespace namespace) throws Exception {
        var monitoring = Path.of("..", "manifests", "monitoring");
        var expressions = Files.readString(monitoring.resolve("alerts.yaml"))
                + Files.readString(monitoring.resolve("dashboard.json"));
        var metrics = Pattern.compile("plimsoll_[a-z_]+")
                .matcher(expressions)
                .results()
                .map(MatchResult::group)
                .filter(metric -> !metric.contains("_certificate_"))
                .distinct()
                .toList();
        var further = Map.of(
                "roles",
                "extender,rightsizer,webhook,rebalancer",
                "rightsizer.lease.namespace",
                namespace.name(),
                "webhook.namespace",
                namespace.name(),
                "webhook.port",
                "0");

        try (var service = PlimsollService.start(configuration(controlPlane, further))) {
            await().atMost(PATIENCE).until(service::isRightsizing);

            assertThat(metrics).isNotEmpty();
            assertThat(answer(service, "/metrics").body()).contains(metrics);
        }
    }

    private static ServeConfiguration configuration(ControlPlane controlPlane, Map<String, String> further) {
        var reader = new SettingsReader(ServeSettings.API_VERSION, ServeSettings.KIND, ServeSettings.all());
        further.forEach((key, value) -> reader.flag(key, value, key));
        Map.of(
                        "cluster.kubeconfig", controlPlane.kubeconfig().toString(),
                        "scheduler-port.port", "0",
                        "scheduler-port.drain-millis", "0",
                        "health-port.port", "0")
                .forEach((key, value) -> reader.flag(key, value, key));
        return ServeConfiguration.of(reader.read());
    }

    private static io.fabric8.kubernetes.api.model.Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("asked")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("none")
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("64Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    private static String explained(PlimsollService service, String... question) {
        var out = new StringWriter();
        var err = new StringWriter();
        var arguments = new java.util.ArrayList<>(java.util.List.of("explain", "--server", service.inspectionUrl()));
        arguments.addAll(java.util.List.of(question));
        int code = Plimsoll.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    /// Status and body, so that a failure says what is not ready.
    private static String readiness(PlimsollService service) throws Exception {
        var answer = answer(service, "/readyz");
        return answer.statusCode() + " " + answer.body();
    }

    private static HttpResponse<String> answer(PlimsollService service, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.inspectionUrl() + path))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString());
        }
    }
}
