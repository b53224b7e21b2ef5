package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ApiWebhookCertificate;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.tls.ManagedCertificate;
import io.plimsoll.kubernetes.tls.ManagedCertificate.Timing;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.rightsizer.admission.AdmissionSettings;
import io.plimsoll.rightsizer.admission.AdmissionWebhook;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The webhook as the overlay ships it, asked by a real API server about pods that real controllers make. It runs with
/// the rights of its own service account and with a certificate of its own making; only its address is a test's.
@RealControlPlane
class WebhookTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TEMPLATE_CPU = "1";
    private static final String RECOMMENDED_CPU = "250m";
    private static final String RECOMMENDED_MEMORY = "96Mi";

    @SuppressWarnings("NullAway.Init")
    private Installation installation;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private PlimsollService service;

    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void serve(ControlPlane controlPlane, KubernetesClient own, TestNamespace test) throws Exception {
        installation = new Installation(controlPlane, own);
        client = own;
        namespace = test.name();
        CustomResources.serve(controlPlane);
        assertThat(installation.apply("-k", "overlays/webhook")).doesNotContain("Warning");
        apply("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: all}
                spec: {mode: Auto, containers: {includeInitContainers: true}}
                """);
        recommend("Deployment", "web");
        recommend("CronJob", "report");
        service = installation.startWebhook();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metrics()).contains("plimsoll_admission_workloads 2.0"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/readyz")).isEqualTo("ok"));
    }

    @AfterEach
    void end() {
        service.close();
        installation.removeWebhook();
    }

    @Test
    void pods_ofADeploymentAndOfACronJob_startAsRecommendedUnlessTheyOptOutOrTheWebhookIsGone() throws Exception {
        // The API server takes up a new configuration within a second or so.
        apply(deployment("web", ""));
        await().atMost(PATIENCE).untilAsserted(() -> {
            installation.kubectl(
                    "-n", namespace, "delete", "pod", "-l", "app=web", "--wait=false", "--grace-period=0", "--force");
            assertThat(cpu(pod("app=web"))).isEqualTo(RECOMMENDED_CPU);
        });
        var sized = pod("app=web");
        assertThat(resources(sized).getRequests()).containsEntry("memory", new Quantity(RECOMMENDED_MEMORY));
        assertThat(resources(sized).getLimits()).containsEntry("memory", new Quantity("128Mi"));
        assertThat(limitsOfInitContainers(sized)).containsExactly(new Quantity("64Mi"), new Quantity("164Mi"));
        assertThat(sized.getMetadata().getAnnotations().get("admission.plimsoll.io/sized"))
                .contains("\"policy\":\"" + namespace + "/all\"", "\"before\":{\"requests\":{\"cpu\":\"1\"");

        apply(cronJob());
        // Named as the CronJob's controller names its Jobs: the pod may come before the image has seen the Job.
        installation.kubectl("-n", namespace, "create", "job", "--from=cronjob/report", "report-29384756");
        assertThat(cpu(pod("app=report"))).isEqualTo(RECOMMENDED_CPU);

        apply(deployment("web", "opt-out.plimsoll.io/resize: \"true\""));
        var optedOut = pod("app=web,opt-out.plimsoll.io/resize=true");
        assertThat(cpu(optedOut)).isEqualTo(TEMPLATE_CPU);
        assertThat(limitsOfInitContainers(optedOut)).containsExactly(new Quantity("64Mi"), new Quantity("64Mi"));

        assertThat(metrics()).as("what matters to roles that look at nodes").doesNotContain("plimsoll_neighbour");
        assertThat(metrics())
                .contains("plimsoll_admission_certificate_expiry_timestamp_seconds")
                .contains("plimsoll_admission_reviews_total{outcome=\"Sized\"")
                .doesNotContain("plimsoll_admission_reviews_total{outcome=\"Failed\",reason=\"\"} 1");

        service.close();
        apply(deployment("web", "after: gone"));
        assertThat(cpu(pod("app=web,after=gone"))).isEqualTo(TEMPLATE_CPU);
    }

    @Test
    void pods_whereTheServiceRunsDry_startAsTheirTemplateHasThem() throws Exception {
        service.close();
        installation.removeWebhook();
        installation.apply("-k", "overlays/webhook");
        service = installation.startWebhook(Map.of("rightsizer.dry-run", "true"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/readyz")).isEqualTo("ok"));

        await().atMost(PATIENCE).untilAsserted(() -> {
            apply(deployment("web", "asked: \"" + System.nanoTime() + "\""));
            assertThat(metrics())
                    .containsPattern(
                            "plimsoll_admission_reviews_total\\{outcome=\"Left\",reason=\"NoRecommendation\"} [1-9]");
        });

        assertThat(metrics()).contains("plimsoll_admission_reviews_total{outcome=\"Sized\",reason=\"\"} 0.0");
        assertThat(cpu(pod("app=web"))).isEqualTo(TEMPLATE_CPU);
    }

    /// Whatever is sent, the pod is allowed, over a connection that the Secret's authority vouches for.
    @Test
    void port_sentGarbage_allowsOverTheCertificateThatTheSecretHolds() throws Exception {
        var secret = client.secrets()
                .inNamespace("plimsoll")
                .withName("plimsoll-webhook-tls")
                .get();
        var authority = Files.write(
                folder.resolve("ca.crt"),
                Base64.getDecoder().decode(secret.getData().get("ca.crt")));

        var answer = Tls.post(authority, service.webhookPort().orElseThrow(), "/mutate-pods", "no review");

        assertThat(answer).contains("\"allowed\":true").doesNotContain("patch");
        assertThat(client.admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName("plimsoll-webhook")
                        .get()
                        .getWebhooks())
                .extracting(webhook -> webhook.getClientConfig().getCaBundle())
                .containsExactly(secret.getData().get("ca.crt"));
    }

    /// A certificate of twelve seconds, whose first is over when the test ends. No pod of the namespace could be made
    /// without the webhook's answer: each call is asked over a certificate that the API server trusts.
    @Test
    void certificate_renewedAtItsTime_failsNoCallOfTheApiServer() throws Exception {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("renewed")
                        .endMetadata()
                        .build())
                .create();
        client.resource(strict("https://127.0.0.1:1/")).create();
        var meters = new SimpleMeterRegistry();
        var renewed = new Timing(Duration.ofSeconds(12), Duration.ofSeconds(1));
        try (var server = new ApiServer(client);
                var webhook = new AdmissionWebhook(
                        AdmissionSettings.DEFAULT.onFreePort(),
                        new ManagedCertificate(
                                new ApiWebhookCertificate(server, namespace, "renewed", "renewed"),
                                List.of("localhost"),
                                List.of("127.0.0.1"),
                                renewed,
                                Clock.systemUTC()),
                        server,
                        () -> ClusterImage.EMPTY,
                        List::of,
                        Map::of,
                        false,
                        LoopContext.real(Clock.systemUTC(), meters))) {
            webhook.start();
            await().atMost(PATIENCE).until(() -> webhook.port().isPresent());
            client.admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName("renewed")
                    .edit(found -> {
                        found.getWebhooks()
                                .getFirst()
                                .getClientConfig()
                                .setUrl("https://127.0.0.1:" + webhook.port().orElseThrow() + "/mutate-pods");
                        return found;
                    });
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(this::dryPod);
            var first = certificate();

            var end = first.getNotAfter().toInstant().plusSeconds(1);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .failFast(this::dryPod)
                    .until(() -> Instant.now().isAfter(end));

            assertThat(certificate().getSerialNumber()).isNotEqualTo(first.getSerialNumber());
        } finally {
            client.admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName("renewed")
                    .delete();
        }
    }

    /// One of this namespace alone, without which no pod is made.
    private MutatingWebhookConfiguration strict(String url) {
        return Serialization.unmarshal("""
                ---
                {apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,
                 metadata: {name: renewed},
                 webhooks: [{name: renewed.plimsoll.io, clientConfig: {url: "%s"}, failurePolicy: Fail,
                   sideEffects: None, admissionReviewVersions: [v1], timeoutSeconds: 5,
                   namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}},
                   rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}]}""".formatted(url, namespace), MutatingWebhookConfiguration.class);
    }

    private void dryPod() {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("dry")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
        assertThat(client.resource(pod).dryRun().create()).isNotNull();
    }

    private X509Certificate certificate() throws Exception {
        var secret = client.secrets().inNamespace(namespace).withName("renewed").get();
        var pem = Base64.getDecoder().decode(secret.getData().get("tls.crt"));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private void recommend(String kind, String name) throws IOException {
        var amounts = new ResourceAmounts(new Quantity(RECOMMENDED_CPU), new Quantity(RECOMMENDED_MEMORY));
        var container = new ContainerRecommendation(
                "app", null, amounts, amounts, amounts, amounts, amounts, null, 90, null, null, null, null, List.of(),
                "");
        // It was killed, and never measured.
        var more = new ResourceAmounts(new Quantity("50m"), new Quantity("164Mi"));
        var migrate = new ContainerRecommendation(
                "migrate",
                true,
                new ResourceAmounts(new Quantity("50m"), new Quantity("32Mi")),
                more,
                more,
                more,
                more,
                null,
                0,
                null,
                null,
                null,
                null,
                List.of("AtCreation", "NoHistory", "OomKilled"),
                "");
        try (var server = new ApiServer(client)) {
            new ApiRecommendations(server)
                    .write(
                            new Owner(namespace, kind, name),
                            new WorkloadRecommendationStatus(
                                    1L,
                                    null,
                                    null,
                                    List.of(container, migrate),
                                    List.of(),
                                    null,
                                    null,
                                    null,
                                    null,
                                    null,
                                    List.of()));
        }
    }

    private void apply(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("object.yaml"), yaml);
        installation.kubectl("-n", namespace, "apply", "--server-side", "--force-conflicts", "-f", file.toString());
    }

    private static String deployment(String name, String label) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s%2$s}}
                    spec: %3$s
                """.formatted(name, label.isEmpty() ? "" : ", " + label, podSpec("Always"));
    }

    private static String cronJob() {
        return """
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: report}
                spec:
                  schedule: "0 0 1 1 *"
                  jobTemplate:
                    spec:
                      template:
                        metadata: {labels: {app: report}}
                        spec: %s
                """.formatted(podSpec("Never"));
    }

    private static String podSpec(String restartPolicy) {
        return """
                {restartPolicy: %s, initContainers: [
                  {name: wait, image: none, resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {memory: 64Mi}}},
                  {name: migrate, image: none, resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {memory: 64Mi}}}],
                 containers: [{name: app, image: none,
                   resources: {requests: {cpu: %s, memory: 64Mi}, limits: {memory: 128Mi}}}]}""".formatted(restartPolicy, TEMPLATE_CPU).replace("\n", " ");
    }

    /// One that a controller has made and that is to stay.
    private Pod pod(String labels) {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabels(labels(labels))
                .informOnCondition(pods -> pods.stream().anyMatch(WebhookTest::isToStay))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .stream()
                .filter(WebhookTest::isToStay)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isToStay(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null;
    }

    private static Map<String, String> labels(String text) {
        var labels = new HashMap<String, String>();
        for (var label : text.split(",")) {
            labels.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
        }
        return labels;
    }

    private static ResourceRequirements resources(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getResources();
    }

    private static List<Quantity> limitsOfInitContainers(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .map(container -> Optional.ofNullable(
                                container.getResources().getLimits().get("memory"))
                        .orElseThrow())
                .toList();
    }

    private static String cpu(Pod pod) {
        return String.valueOf(resources(pod).getRequests().get("cpu"));
    }

    private String metrics() throws Exception {
        return get("/metrics");
    }

    private String get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.inspectionUrl() + path))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8))
                    .body();
        }
    }
}
