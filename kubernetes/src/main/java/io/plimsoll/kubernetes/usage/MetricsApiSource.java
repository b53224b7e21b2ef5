package io.plimsoll.kubernetes.usage;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Usage as the Kubernetes metrics API (metrics-server) tells it: CPU over its window and working set, of nodes and of
/// containers. Two requests a cycle; nothing of pressure or network.
final class MetricsApiSource implements UsageSource {

    static final String NAME = "metrics-api";
    private static final String ROOT = "/apis/metrics.k8s.io/v1beta1/";
    private static final double NANOS_PER_MILLI = 1e6;

    private final UsageSourceContext context;

    MetricsApiSource(UsageSourceContext context) {
        this.context = context;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public UsageBatch sample(ClusterImage image) {
        var cycle = new Cycle(NAME, image, context.clock());
        read("nodes", cycle);
        read("pods", cycle);
        return cycle.end();
    }

    private void read(String resource, Cycle cycle) {
        try (var answer = context.server().open(ROOT + resource, Patience.of(context.timeout()));
                var parser = Json.parser(answer)) {
            if (!readList(parser, cycle)) {
                cycle.failed("what the metrics API says of " + resource + " is no list: see which server answers for"
                        + " the APIService v1beta1.metrics.k8s.io");
            }
        } catch (IOException e) {
            cycle.failed(explained(resource, e));
        }
    }

    /// Whether it is a list; Go's empty one may be `null`.
    private static boolean readList(JsonParser parser, Cycle cycle) throws IOException {
        if (parser.nextToken() == null) {
            return false;
        }
        var listed = new boolean[1];
        Json.object(parser, (field, p) -> {
            if (field.equals("items")) {
                var token = p.currentToken();
                listed[0] = token == JsonToken.START_ARRAY || token == JsonToken.VALUE_NULL;
                Json.array(p, item -> readItem(item, cycle));
            } else {
                p.skipChildren();
            }
        });
        return listed[0];
    }

    private static String explained(String resource, IOException e) {
        if (e instanceof ApiException answer && answer.code() == 404) {
            return "the metrics API is not there (404): install metrics-server or choose another usage source";
        }
        if (e instanceof ApiException answer && answer.code() == 503) {
            return "the metrics API has no server behind it (503): see whether metrics-server runs and is ready";
        }
        return "cannot read " + resource + " of the metrics API: " + e.getMessage();
    }

    private static void readItem(JsonParser parser, Cycle cycle) throws IOException {
        var item = new Draft();
        Json.object(parser, item::read);
        for (var container : item.containers) {
            cycle.container(
                    new PodKey(item.namespace, item.name),
                    container.name,
                    container.cpuMillis,
                    item.atMillis,
                    container.memoryBytes,
                    item.atMillis);
        }
        if (item.namespace.isEmpty()) {
            cycle.node(item.name, SignalKind.CPU_USAGE_MILLIS, item.cpuMillis, item.atMillis);
            cycle.node(item.name, SignalKind.MEMORY_WORKING_SET_BYTES, item.memoryBytes, item.atMillis);
        }
    }

    /// A node's, a pod's or a container's metrics while they are read; what is missing stays `NaN` and is rejected.
    private static final class Draft {

        String name = "";
        String namespace = "";
        long atMillis;
        double cpuMillis = Double.NaN;
        double memoryBytes = Double.NaN;
        final List<Draft> containers = new ArrayList<>();

        void read(String field, JsonParser parser) throws IOException {
            switch (field) {
                case "metadata", "usage" -> Json.object(parser, this::read);
                case "name" -> name = Json.text(parser);
                case "namespace" -> namespace = Json.text(parser);
                case "timestamp" -> atMillis = Json.millis(parser);
                case "cpu" -> cpuMillis = amount(Json.text(parser), true);
                case "memory" -> memoryBytes = amount(Json.text(parser), false);
                case "containers" -> Json.array(parser, this::readContainer);
                default -> parser.skipChildren();
            }
        }

        private void readContainer(JsonParser parser) throws IOException {
            var container = new Draft();
            Json.object(parser, container::read);
            containers.add(container);
        }

        /// `Quantities` reads what is no quantity as 0; here that would be a lie.
        private static double amount(String text, boolean cpu) {
            if (text.isEmpty() || text.startsWith("-") || !Character.isDigit(text.charAt(0))) {
                return Double.NaN;
            }
            return cpu ? Quantities.nano(text) / NANOS_PER_MILLI : Quantities.value(text);
        }
    }
}
