package io.plimsoll.extender.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PlacementConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LivenessTest {

    private final AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.empty());

    @Test
    void livez_whileWhatTheProcessNeedsHasDied_fails() throws Exception {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var server = new ExtenderServer(
                                ExtenderConfig.DEFAULT.onFreePorts(),
                                () -> ClusterImage.EMPTY,
                                PlacementConfig.DEFAULT,
                                InstantSource.system(),
                                registry,
                                List.of(new HealthCheck("writer", problem::get)))
                        .start();
                var http = HttpClient.newHttpClient()) {
            var before = ask(http, server);
            problem.set(Optional.of("it has died"));
            var after = ask(http, server);

            assertThat(before.statusCode()).isEqualTo(200);
            assertThat(after.statusCode()).isEqualTo(503);
            assertThat(after.body()).contains("[-]writer failed: it has died");
        }
    }

    private static HttpResponse<String> ask(HttpClient http, ExtenderServer server) throws Exception {
        var livez = URI.create("http://127.0.0.1:" + server.healthPort() + "/livez");
        return http.send(HttpRequest.newBuilder(livez).build(), HttpResponse.BodyHandlers.ofString());
    }
}
