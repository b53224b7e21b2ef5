package io.plimsoll.testbed.controlplane;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Tells Prometheus over HTTP which nodes there are, at `/kwok` and `/real`.
///
/// Debian builds Prometheus without its Kubernetes discovery, so this takes its place: each question lists the nodes.
final class NodeTargets implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final KubernetesClient client;
    private final HttpServer server;

    /// One node in the form of Prometheus' HTTP discovery.
    record Target(List<String> targets, Map<String, String> labels) {}

    private NodeTargets(KubernetesClient client, HttpServer server) {
        this.client = client;
        this.server = server;
    }

    static NodeTargets serve(KubernetesClient client) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()), 0);
            NodeTargets targets = new NodeTargets(client, server);
            server.createContext("/kwok", exchange -> targets.answer(exchange, NodeTargets::isKwok));
            server.createContext("/real", exchange -> targets.answer(exchange, node -> !isKwok(node)));
            server.start();
            return targets;
        } catch (IOException e) {
            throw new TestbedException("cannot serve the list of nodes to Prometheus", e);
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, Predicate<Node> wanted) throws IOException {
        try {
            send(exchange, 200, JSON.writeValueAsBytes(targets(wanted)));
        } catch (KubernetesClientException e) {
            // Prometheus keeps the nodes it knew, and shows this in its list of targets.
            send(exchange, 503, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private List<Target> targets(Predicate<Node> wanted) {
        return client.nodes().list().getItems().stream()
                .filter(wanted)
                .flatMap(node -> target(node).stream())
                .toList();
    }

    private static Optional<Target> target(Node node) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("node", node.getMetadata().getName());
        String path = node.getMetadata().getAnnotations().get(FakeNodeWriter.USAGE_PATH);
        if (path != null) {
            labels.put("__metrics_path__", path);
        }
        return address(node).map(address -> new Target(List.of(address + ":" + kubeletPort(node)), labels));
    }

    private static Optional<String> address(Node node) {
        return node.getStatus().getAddresses().stream()
                .filter(address -> address.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .findFirst();
    }

    private static int kubeletPort(Node node) {
        return node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort();
    }

    private static boolean isKwok(Node node) {
        return FakeNodeWriter.MARKED.equals(node.getMetadata().getAnnotations().get(FakeNodeWriter.MARK));
    }
}
