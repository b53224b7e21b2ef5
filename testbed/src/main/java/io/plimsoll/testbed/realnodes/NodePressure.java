package io.plimsoll.testbed.realnodes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.plimsoll.testbed.controlplane.ScrapeTarget;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long tasks of each real node have waited for CPU and memory, for Prometheus: by the names that node_exporter
/// gives these figures of a machine, from the kernel's own (PSI) of the node's control group.
///
/// Kubelets tell them on control groups version 2 alone; the kernel counts them on hybrid machines as well.
public final class NodePressure implements AutoCloseable {
    private static final Pattern TOTAL = Pattern.compile("(some|full) .* total=(\\d+)");

    private final RunningNodes nodes;
    private final HttpServer server;

    private NodePressure(RunningNodes nodes, HttpServer server) {
        this.nodes = nodes;
        this.server = server;
    }

    /// Answers on loopback until it is closed.
    public static NodePressure serve(RunningNodes nodes) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            NodePressure pressure = new NodePressure(nodes, server);
            server.createContext("/metrics", pressure::answer);
            server.start();
            return pressure;
        } catch (IOException e) {
            throw new TestbedException("cannot serve the pressure of real nodes", e);
        }
    }

    public ScrapeTarget target() {
        return new ScrapeTarget(
                "node-pressure", "127.0.0.1:" + server.getAddress().getPort(), "/metrics");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = metrics().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String metrics() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String node : nodes.names()) {
            text.append(metrics(node, "cpu", nodes.pressure(node, "cpu")));
            text.append(metrics(node, "memory", nodes.pressure(node, "memory")));
        }
        return text.toString();
    }

    /// @param pressure as the kernel writes it, in microseconds: `some avg10=… total=…`, and the same with `full`
    static String metrics(String node, String thing, String pressure) {
        StringBuilder text = new StringBuilder();
        Matcher line = TOTAL.matcher(pressure);
        while (line.find()) {
            String kind = line.group(1).equals("some") ? "waiting" : "stalled";
            double seconds = Long.parseLong(line.group(2)) / 1e6;
            text.append(String.format(
                    Locale.ROOT, "node_pressure_%s_%s_seconds_total{node=\"%s\"} %.6f\n", thing, kind, node, seconds));
        }
        return text.toString();
    }
}
