package io.plimsoll.kubernetes.usage;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Usage as a Prometheus server tells it, by a constant number of instant queries a cycle ([PrometheusQueries]).
///
/// A query that fails is told and the others are asked all the same. Settings: `url` (required), `node-label` (the
/// label
/// that holds a node's name, `node` by default; a value such as `n1:9100` counts for `n1`), `bearer-token-file` (read
/// anew each cycle), and `query-…`.
final class PrometheusSource implements UsageSource {

    static final String NAME = "prometheus";

    private final UsageSourceContext context;
    private final String url;
    private final PrometheusQueries queries;
    private final Vertx vertx;
    private final WebClient web;

    PrometheusSource(UsageSourceContext context) {
        this.context = context;
        this.url = context.setting("url")
                .filter(address -> address.matches("https?://.+"))
                .orElseThrow(() -> new IllegalArgumentException("usage source prometheus needs the setting url, such as"
                        + " http://prometheus.monitoring:9090; it is "
                        + context.setting("url").orElse("not set")))
                .replaceAll("/+$", "");
        this.queries = PrometheusQueries.of(context);
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        this.web = WebClient.create(vertx);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public UsageBatch sample(ClusterImage image) {
        var cycle = new Cycle(NAME, image, context.clock());
        var nodeTimes = new HashMap<String, Long>();
        ask(
                "node times",
                queries.nodeTimes(),
                cycle,
                series -> node(series, cycle).ifPresent(name -> nodeTimes.put(name, millis(series.value()))));
        queries.nodes()
                .forEach((kind, query) -> ask(
                        kind.name(),
                        query,
                        cycle,
                        series -> node(series, cycle)
                                .ifPresentOrElse(
                                        name -> cycle.node(
                                                name, kind, series.value(), nodeTimes.getOrDefault(name, 0L)),
                                        cycle::reject)));
        readContainers(cycle);
        return cycle.end();
    }

    private void readContainers(Cycle cycle) {
        var times = new HashMap<Container, Long>();
        var memory = new HashMap<Container, Double>();
        ask(
                "container times",
                queries.containerTimes(),
                cycle,
                series -> times.put(container(series), millis(series.value())));
        ask("container memory", queries.memoryBytes(), cycle, series -> memory.put(container(series), series.value()));
        ask("container cpu", queries.cpuMillis(), cycle, series -> {
            var container = container(series);
            long atMillis = times.getOrDefault(container, 0L);
            double bytes = memory.getOrDefault(container, Double.NaN);
            cycle.container(container.pod(), container.name(), series.value(), atMillis, bytes, atMillis);
        });
    }

    private record Container(PodKey pod, String name) {}

    private static Container container(Series series) {
        var pod = new PodKey(series.label("namespace"), series.label("pod"));
        return new Container(pod, series.label("container"));
    }

    /// The node of the image that a series is about: its label's value, or that without a port.
    private Optional<String> node(Series series, Cycle cycle) {
        var value = series.label(context.setting("node-label").orElse("node"));
        var names = cycle.image().nodeTable();
        if (names.slot(value) >= 0) {
            return Optional.of(value);
        }
        int colon = value.lastIndexOf(':');
        return colon > 0 && names.slot(value.substring(0, colon)) >= 0
                ? Optional.of(value.substring(0, colon))
                : Optional.empty();
    }

    /// One series of an instant vector.
    private record Series(Map<String, String> labels, double value) {

        String label(String name) {
            return labels.getOrDefault(name, "");
        }
    }

    /// What is done with each series of an answer.
    private interface EachSeries {
        void take(Series series);
    }

    private void ask(String what, String query, Cycle cycle, EachSeries each) {
        if (query.isBlank()) {
            return;
        }
        try {
            var response = post(query);
            read(response.body(), each);
        } catch (IOException e) {
            cycle.failed("query for " + what + " at " + url + ": " + e.getMessage());
        }
    }

    private HttpResponse<Buffer> post(String query) throws IOException {
        var request =
                web.postAbs(url + "/api/v1/query").timeout(context.timeout().toMillis());
        var token = context.setting("bearer-token-file");
        if (token.isPresent()) {
            request = request.bearerTokenAuthentication(
                    Files.readString(Path.of(token.get())).strip());
        }
        var pending = request.sendForm(MultiMap.caseInsensitiveMultiMap().add("query", query))
                .toCompletionStage()
                .toCompletableFuture();
        try {
            var response = pending.get(2 * context.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                var said = String.valueOf(response.bodyAsString());
                throw new IOException(response.statusCode() + " " + said.substring(0, Math.min(300, said.length())));
            }
            return response;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + context.timeout(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void read(@Nullable Buffer body, EachSeries each) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(body == null ? new byte[0] : body.getBytes()))) {
            parser.nextToken();
            if (parser.currentToken() == null) {
                throw new IOException("the answer is empty");
            }
            Json.object(parser, (field, p) -> {
                if (field.equals("data")) {
                    Json.object(p, (part, q) -> readData(part, q, each));
                } else {
                    p.skipChildren();
                }
            });
        }
    }

    private static void readData(String field, JsonParser parser, EachSeries each) throws IOException {
        if (field.equals("result")) {
            Json.array(parser, item -> each.take(readSeries(item)));
        } else if (field.equals("resultType") && !Json.text(parser).equals("vector")) {
            throw new IOException("the query yields no instant vector but a " + Json.text(parser));
        } else {
            parser.skipChildren();
        }
    }

    /// `{"metric": {…}, "value": [1700000000.123, "0.5"]}`
    private static Series readSeries(JsonParser parser) throws IOException {
        var labels = new HashMap<String, String>();
        var value = new double[] {Double.NaN};
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metric" -> Json.object(p, (name, q) -> labels.put(name, Json.text(q)));
                case "value" -> Json.array(p, item -> value[0] = number(Json.text(item)));
                default -> p.skipChildren();
            }
        });
        return new Series(labels, value[0]);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static long millis(double seconds) {
        return Double.isFinite(seconds) ? Math.round(seconds * 1000) : 0;
    }

    @Override
    public void close() {
        web.close();
        var closing = vertx.close().toCompletionStage().toCompletableFuture();
        try {
            closing.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the HTTP client for " + url + " does not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
