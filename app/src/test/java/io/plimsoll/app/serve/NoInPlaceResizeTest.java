package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// At a real API server that cannot resize pods: it behaves as one of Kubernetes 1.34, of which the feature gate is
/// switched off, as later ones do not let it be.
@Tag("control-plane")
class NoInPlaceResizeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> WITHOUT_RESIZE =
            List.of("--emulated-version=1.34", "--feature-gates=InPlacePodVerticalScaling=false");
    private static final String POLICY = """
            {apiVersion: plimsoll.io/v1alpha1, kind: OptimizationPolicy,
             metadata: {name: %s, namespace: default}, spec: {mode: %s, update: {strategy: %s}}}""";

    /// No pod is there, and nothing is due.
    @Test
    void policyThatOnlyRecommends_isToldBeforeItIsTurnedToAuto(@TempDir Path folder) throws Exception {
        var settings = ControlPlaneSettings.named("no-resize")
                .withoutScheduler()
                .withApiServerFlags(WITHOUT_RESIZE)
                .withProgress(line -> System.err.println("testbed: " + line));
        try (var controlPlane = ControlPlane.start(settings)) {
            var installation = new Installation(controlPlane, controlPlane.client());
            installation.installRightsizer();
            installation.create(POLICY.formatted("running", "Recommend", "InPlaceOnly"));
            installation.create(POLICY.formatted("new-pods", "Auto", "OnCreate"));
            try (var service = PlimsollService.start(installation.rightsizer(Map.of()))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(conditions(controlPlane, "running"))
                                .contains(
                                        "\"type\":\"Able\"",
                                        "NoInPlaceResize",
                                        "it has no pods/resize: switch on the feature gate InPlacePodVerticalScaling"));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(conditions(controlPlane, "new-pods"))
                                .contains("\"type\":\"Ready\"")
                                .doesNotContain("Able"));
                assertThat(metrics(service)).contains("plimsoll_resize_supported 0.0");
            }
            assertThat(previewed(
                            controlPlane,
                            Files.writeString(
                                    folder.resolve("policy.yaml"), POLICY.formatted("tried", "Auto", "InPlaceOnly"))))
                    .contains("cannot resize pods in place, it has no pods/resize");
        }
    }

    private static String conditions(ControlPlane controlPlane, String policy) {
        var found = controlPlane
                .client()
                .genericKubernetesResources("plimsoll.io/v1alpha1", "OptimizationPolicy")
                .inNamespace("default")
                .withName(policy)
                .get();
        return new JsonMapper()
                .<JsonNode>valueToTree(found)
                .at("/status/conditions")
                .toString();
    }

    private static String metrics(PlimsollService service) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.inspectionUrl() + "/metrics"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    /// What it says beside the preview.
    private static String previewed(ControlPlane controlPlane, Path policy) {
        var err = new StringWriter();
        int code = Plimsoll.commandLine()
                .setOut(new PrintWriter(Writer.nullWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "preview",
                        "policy",
                        policy.toString(),
                        "--kubeconfig",
                        controlPlane.kubeconfig().toString());
        assertThat(code).as(err::toString).isZero();
        return err.toString();
    }
}
