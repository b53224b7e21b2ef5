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
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.codec.BodyCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Usage as a Prometheus server tells it, by a constant number of instant queries a cycle ([PrometheusQueries]).
///
/// A query that fails is told and the others are asked all the same. Settings: `url` (required), `node-label` (the
/// label that holds a node's name, `node` by default; a value such as `n1:9100` counts for `n1`),
/// `bearer-token-file` (read anew each cycle), and `query-…`.
final class PrometheusSource implements UsageSource {

    static final String NAME = "prometheus";
    private static final int NO_STATUS = 0;

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

    /// One reading for each container, filled by two queries and used by the third.
    private void readContainers(Cycle cycle) {
        var readings = new HashMap<Cycle.Container, Reading>();
        ask(
                "container times",
                queries.containerTimes(),
                cycle,
                series -> readings.put(container(series, cycle), new Reading(millis(series.value()))));
        ask("container memory", queries.memoryBytes(), cycle, series -> {
            var reading = readings.get(container(series, cycle));
            if (reading != null) {
                reading.bytes = series.value();
            }
        });
        ask("container cpu", queries.cpuMillis(), cycle, series -> {
            var container = container(series, cycle);
            var reading = readings.getOrDefault(container, Reading.MISSING);
            cycle.container(
                    container.pod(),
                    container.name(),
                    series.value(),
                    reading.atMillis,
                    reading.bytes,
                    reading.atMillis);
        });
    }

    /// What is known of a container while its queries are asked.
    private static final class Reading {

        static final Reading MISSING = new Reading(0);

        final long atMillis;
        double bytes = Double.NaN;

        Reading(long atMillis) {
            this.atMillis = atMillis;
        }
    }

    private static Cycle.Container container(Series series, Cycle cycle) {
        var pod = new PodKey(series.label("namespace"), series.label("pod"));
        return cycle.known(pod, series.label("container"));
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
            read(query, each);
        } catch (IOException e) {
            cycle.failed("query for " + what + " at " + url + ": " + e.getMessage());
        }
    }

    /// Reads the answer while it comes. Its status is known at its end alone; what is no success has no series in it.
    private void read(String query, EachSeries each) throws IOException {
        var pipe = new AnswerPipe(vertx, context.timeout().multipliedBy(2));
        var pending = post(query, pipe);
        var said = "";
        Optional<IOException> broken = Optional.empty();
        try (pipe;
                var parser = Json.parser(pipe)) {
            said = readAnswer(parser, each);
        } catch (IOException e) {
            broken = Optional.of(e);
        }
        int status = status(pending, pipe);
        if (status != 200 && status != NO_STATUS) {
            throw new IOException(status + " " + (said.isEmpty() ? "without a word of Prometheus" : said));
        }
        if (broken.isPresent()) {
            throw broken.get();
        }
    }

    private CompletableFuture<HttpResponse<Void>> post(String query, AnswerPipe pipe) throws IOException {
        var request = web.postAbs(url + "/api/v1/query")
                .timeout(context.timeout().toMillis())
                .as(BodyCodec.pipe(pipe));
        var token = context.setting("bearer-token-file");
        if (token.isPresent()) {
            request = request.bearerTokenAuthentication(
                    Files.readString(Path.of(token.get())).strip());
        }
        return request.sendForm(MultiMap.caseInsensitiveMultiMap().add("query", query))
                .onFailure(pipe::fail)
                .toCompletionStage()
                .toCompletableFuture();
    }

    /// The status of the answer, or [#NO_STATUS] where there is none in time: the reader has noticed that before.
    private static int status(CompletableFuture<HttpResponse<Void>> pending, AnswerPipe pipe) throws IOException {
        try {
            return pending.get(pipe.remainingNanos(), TimeUnit.NANOSECONDS).statusCode();
        } catch (ExecutionException | TimeoutException e) {
            return NO_STATUS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Hands on all series; returns what the server says went wrong, if it does.
    private static String readAnswer(JsonParser parser, EachSeries each) throws IOException {
        if (parser.nextToken() == null) {
            throw new IOException("the answer is empty");
        }
        var error = new String[] {""};
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "data" -> Json.object(p, (part, q) -> readData(part, q, each));
                case "error" -> error[0] = Json.text(p);
                default -> p.skipChildren();
            }
        });
        return error[0];
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
