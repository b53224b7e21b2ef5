package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.manifests.CustomResources;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pods that name owners which there cannot be, as anybody may make them who may make pods, beside a Deployment under
/// one policy for all.
@RealControlPlane
class HostileOwnersServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String API = "plimsoll.io/v1alpha1";

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
        controlPlane.addNodes(FakeNodes.of("hostile", 1));
    }

    @AfterEach
    void leaveNothing(ControlPlane controlPlane) {
        installation.delete("-n", namespace, "optimizationpolicies", "--all");
        installation.delete("-n", namespace, "pods", "--all", "--grace-period=0", "--force");
        CustomResources.unguard(controlPlane);
    }

    /// One of them would be told of before the Deployment, the other one after it.
    @Test
    void pods_ofOwnersThatThereCannotBe_countAsBareAndKeepNobodyFromBeingToldOf() throws Exception {
        createPod("first", "?", "a#b");
        createPod("last", "We?rd#", "a b");
        createDeployment();
        installation.create("""
                {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy, metadata: {name: all, namespace: %s},
                 spec: {mode: Recommend, usage: {minConfidencePercent: 0}}}""".formatted(namespace));
        var prometheus = prometheus();
        try (var service = PlimsollService.start(installation.rightsizer(Map.of(
                "usage.sources",
                "prometheus",
                "usage.prometheus-url",
                "http://127.0.0.1:" + prometheus.getAddress().getPort())))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(recommendation()
                                    .at("/status/containers/0/target/memory")
                                    .asText())
                            .isNotEmpty());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    policy().at("/status/matchedWorkloads").asInt())
                            .isEqualTo(1));

            assertThat(recommendations()).containsExactly("deployment-web");
            assertThat(metrics(service)).contains("plimsoll_resize_passes_skipped_total 0.0");
        } finally {
            prometheus.stop(0);
        }
    }

    private void createPod(String name, String ownerKind, String ownerName) {
        installation.create("""
                {apiVersion: v1, kind: Pod,
                 metadata: {name: %s, namespace: %s, ownerReferences: [
                   {apiVersion: any/v1, kind: "%s", name: "%s", controller: true, uid: any}]},
                 spec: {nodeName: hostile-0, containers: [{name: app, image: none,
                   resources: {requests: {cpu: 50m, memory: 32Mi}}}]}}""".formatted(name, namespace, ownerKind, ownerName));
    }

    private void createDeployment() {
        installation.create("""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: %s},
                 spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}},
                   spec: {nodeName: hostile-0, containers: [{name: app, image: none,
                     resources: {requests: {cpu: 50m, memory: 32Mi}}}]}}}}""".formatted(namespace));
    }

    /// Says of each pod of the namespace that it uses 50m and 200 MiB.
    private HttpServer prometheus() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query", exchange -> {
            var query = URLDecoder.decode(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
            double seconds = System.currentTimeMillis() / 1000.0;
            var value = query.contains("timestamp(") ? seconds : query.contains("rate(") ? 0.05 : (double) (200L << 20);
            var series = query.contains("pod, container")
                    ? client.pods().inNamespace(namespace).list().getItems().stream()
                            .map(pod ->
                                    """
                                    {"metric":{"namespace":"%s","pod":"%s","container":"app"},"value":[%.3f,"%.3f"]}""".formatted(namespace, pod.getMetadata().getName(), seconds, value))
                            .collect(Collectors.joining(","))
                    : "";
            var body = ("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + series + "]}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        return server;
    }

    private List<String> recommendations() {
        return client
                .genericKubernetesResources(API, "WorkloadRecommendation")
                .inNamespace(namespace)
                .list()
                .getItems()
                .stream()
                .map(found -> found.getMetadata().getName())
                .toList();
    }

    private JsonNode recommendation() {
        return json(client.genericKubernetesResources(API, "WorkloadRecommendation")
                .inNamespace(namespace)
                .withName("deployment-web")
                .get());
    }

    private JsonNode policy() {
        return json(client.genericKubernetesResources(API, "OptimizationPolicy")
                .inNamespace(namespace)
                .withName("all")
                .get());
    }

    private static JsonNode json(GenericKubernetesResource object) {
        return new JsonMapper().valueToTree(object);
    }

    private static String metrics(PlimsollService service) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.inspectionUrl() + "/metrics"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }
}
