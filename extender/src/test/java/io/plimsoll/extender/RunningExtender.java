package io.plimsoll.extender;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PlacementConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/// An extender on free loopback ports, on an image that tests change, at a time that stands still.
public final class RunningExtender implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExtenderServer server;

    public RunningExtender(ExtenderConfig config, Supplier<ClusterImage> images) throws Exception {
        server = new ExtenderServer(
                        config.onFreePorts(),
                        images,
                        PlacementConfig.DEFAULT,
                        () -> Instant.ofEpochMilli(Clusters.NOW_MILLIS),
                        registry)
                .start();
    }

    public static RunningExtender on(ClusterImage image) throws Exception {
        return new RunningExtender(ExtenderConfig.DEFAULT, () -> image);
    }

    public ExtenderServer server() {
        return server;
    }

    public HttpResponse<String> post(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(scheduler(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    public String filter(String body) throws Exception {
        return post("/scheduler/filter", body).body();
    }

    public String prioritize(String body) throws Exception {
        return post("/scheduler/prioritize", body).body();
    }

    public HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(health(path)).build(), BodyHandlers.ofString());
    }

    public URI scheduler(String path) {
        return URI.create("http://127.0.0.1:" + server.schedulerPort() + path);
    }

    public URI health(String path) {
        return URI.create("http://127.0.0.1:" + server.healthPort() + path);
    }

    /// The value of one line of the metrics, e.g. `plimsoll_extender_neutral_total{cause="shadow",verb="filter"}`.
    public double metric(String line) throws Exception {
        return get("/metrics")
                .body()
                .lines()
                .filter(l -> l.startsWith(line + " "))
                .mapToDouble(l -> Double.parseDouble(l.substring(line.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + line));
    }

    /// Waits until it is so. Looks at it a hundred times a second, which leaves the cores to what is waited for.
    public static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(30))
                .until(condition);
    }

    @Override
    public void close() {
        server.close();
        http.close();
    }
}
