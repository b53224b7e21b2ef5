package io.plimsoll.app.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the JVM is shown when the image is built, so that it starts faster (JEP 483) and knows what is hot (JEP
/// 515): the service as it runs, beside an API server of a few made-up objects, answering some thousand requests.
///
/// No test and no stand-in for Kubernetes: nothing is decided by what happens here, only which classes are loaded and
/// which methods run often. It needs no network but loopback, and ends by itself.
final class TrainingRun {

    private static final int NODES = 500;
    private static final int PODS = 2_000;
    private static final int REQUESTS = 4_000;
    private static final int CHANGES = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(10);

    private TrainingRun() {}

    public static void main(String[] arguments) throws Exception {
        var apiServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        apiServer.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        apiServer.createContext("/", TrainingRun::answer);
        apiServer.start();
        int schedulerPort = FreePorts.next();
        int healthPort = FreePorts.next();
        var configuration = configuration(apiServer.getAddress().getPort(), schedulerPort, healthPort);
        Thread.ofVirtual().start(() -> {
            // The service is told to end as it is in a cluster: by the end of its process.
            System.exit(asked("http://127.0.0.1:" + schedulerPort, "http://127.0.0.1:" + healthPort) ? 0 : 1);
        });
        Plimsoll.main(new String[] {"serve", "--config", configuration.toString()});
    }

    private static Path configuration(int apiServerPort, int schedulerPort, int healthPort) throws IOException {
        var folder = Files.createTempDirectory("training");
        var kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: training, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: training, context: {cluster: training, user: training}}]
                users: [{name: training, user: {}}]
                current-context: training
                """.formatted(apiServerPort));
        return Files.writeString(folder.resolve("serve.yaml"), """
                apiVersion: plimsoll.io/v1alpha1
                kind: ServeConfiguration
                cluster:
                  kubeconfig: %s
                usage:
                  interval-seconds: 5
                scheduler-port:
                  port: %d
                  drain-millis: 0
                health-port:
                  port: %d
                """.formatted(kubeconfig, schedulerPort, healthPort));
    }

    /// Whether the service got ready and was asked everything.
    private static boolean asked(String schedulerPort, String healthPort) {
        try (var http = HttpClient.newHttpClient()) {
            var deadline = Instant.now().plus(PATIENCE);
            while (!isReady(http, healthPort)) {
                if (Instant.now().isAfter(deadline)) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            for (int i = 0; i < REQUESTS; i++) {
                var verb = i % 2 == 0 ? "/scheduler/filter" : "/scheduler/prioritize";
                var request = HttpRequest.newBuilder(URI.create(schedulerPort + verb))
                        .POST(BodyPublishers.ofString(request(i)))
                        .timeout(REQUEST_PATIENCE)
                        .build();
                if (http.send(request, BodyHandlers.discarding()).statusCode() != 200) {
                    throw new IOException(verb + " was not answered with 200");
                }
            }
            for (var path : List.of("/metrics", "/livez", "/inspect/nodes", "/inspect/decisions?format=table")) {
                get(http, healthPort + path);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            System.err.println("the training run failed: " + e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isReady(HttpClient http, String healthPort) throws InterruptedException {
        try {
            return get(http, healthPort + "/readyz") == 200;
        } catch (IOException e) {
            // It does not listen yet.
            return false;
        }
    }

    private static int get(HttpClient http, String address) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(address)).timeout(REQUEST_PATIENCE);
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private static String request(int i) {
        return "{\"Pod\":" + pod(i, "") + ",\"Nodes\":null,\"NodeNames\":[" + joined(NODES, n -> "\"" + node(n) + "\"")
                + "]}";
    }

    // The API server

    private static void answer(HttpExchange exchange) throws IOException {
        var query = String.valueOf(exchange.getRequestURI().getQuery());
        var resource = exchange.getRequestURI().getPath().replaceAll(".*/", "");
        boolean metrics = exchange.getRequestURI().getPath().contains("metrics.k8s.io");
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (var body = exchange.getResponseBody()) {
            if (query.contains("watch=true")) {
                if (resource.equals("pods")) {
                    for (int i = 0; i < CHANGES; i++) {
                        body.write(
                                bytes("{\"type\":\"MODIFIED\",\"object\":" + pod(i % PODS, node(i % NODES)) + "}\n"));
                    }
                }
                body.flush();
                Thread.sleep(PATIENCE);
            } else {
                var items = metrics ? measured(resource) : listed(resource);
                body.write(bytes("{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" + items + "]}"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String listed(String resource) {
        return switch (resource) {
            case "nodes" -> joined(NODES, i -> """
                    {"metadata":{"name":"%s","uid":"n%d","resourceVersion":"1"},"status":{"allocatable":{"cpu":"4","memory":\
                    "16Gi","pods":"110"},"capacity":{"cpu":"4","memory":"16Gi","pods":"110"},\
                    "conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"bootID":"b%d"}}}""".formatted(node(i), i, i));
            case "pods" -> joined(PODS, i -> pod(i, node(i % NODES)));
            case "namespaces" -> """
                    {"metadata":{"name":"training","resourceVersion":"1"}}""";
            default -> "";
        };
    }

    private static String measured(String resource) {
        var now = Instant.now().toString();
        return resource.equals("nodes")
                ? joined(NODES, i -> """
                        {"metadata":{"name":"%s"},"timestamp":"%s","window":"10s","usage":{"cpu":"%dm","memory":"4Gi"}}""".formatted(node(i), now, 100 + i))
                : joined(PODS, i -> """
                        {"metadata":{"name":"web-%d","namespace":"training"},"timestamp":"%s","window":"10s",\
                        "containers":[{"name":"main","usage":{"cpu":"%dm","memory":"300Mi"}}]}""".formatted(i, now, 50 + i % 200));
    }

    private static String pod(int i, String node) {
        return """
                {"metadata":{"name":"web-%1$d","namespace":"training","uid":"u%1$d","resourceVersion":"%1$d",\
                "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web"},"ownerReferences":[{"apiVersion":\
                "apps/v1","kind":"ReplicaSet","name":"web-%2$d","uid":"o","controller":true}]},"spec":{"nodeName":"%3$s",\
                "containers":[{"name":"main","image":"i","env":[{"name":"A","value":"b"}],"resources":{"requests":\
                {"cpu":"250m","memory":"512Mi"},"limits":{"memory":"1Gi"}}}]},"status":{"phase":"%4$s","conditions":\
                [{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""".formatted(i, i % 100, node, node.isEmpty() ? "Pending" : "Running");
    }

    private static String node(int i) {
        return "node-" + i + ".example.internal";
    }

    private static String joined(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
    }
}
