package io.plimsoll.kubernetes.usage;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.codec.BodyCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// The HTTP API of a Prometheus server, asked by POST and read while it answers. Any thread may use it; calls
/// block.
///
/// Settings of the usage source: `url` (required), `bearer-token-file` (read anew for each query).
public final class PrometheusApi implements AutoCloseable {

    private static final int NO_STATUS = 0;

    private final String url;
    private final Duration timeout;
    private final Optional<Path> tokenFile;
    private final Vertx vertx;
    private final WebClient web;

    /// @throws IllegalArgumentException when there is no usable `url`
    PrometheusApi(UsageSourceContext context) {
        this(
                context.setting("url")
                        .filter(PrometheusApi::isAddress)
                        .orElseThrow(() ->
                                new IllegalArgumentException("usage source prometheus needs the setting url, such as"
                                        + " http://prometheus.monitoring:9090; it is "
                                        + context.setting("url").orElse("not set"))),
                context.timeout(),
                context.setting("bearer-token-file").map(Path::of));
    }

    /// @param url an http or https address
    /// @param timeout how long one answer may take
    /// @param tokenFile holds a bearer token, for a server that wants one
    public PrometheusApi(String url, Duration timeout, Optional<Path> tokenFile) {
        if (!isAddress(url)) {
            throw new IllegalArgumentException("the address of Prometheus must be http or https: " + url);
        }
        this.url = url.replaceAll("/+$", "");
        this.timeout = timeout;
        this.tokenFile = tokenFile;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        this.web = WebClient.create(vertx);
    }

    private static boolean isAddress(String text) {
        return text.matches("https?://.+");
    }

    String url() {
        return url;
    }

    /// One series of an answer.
    ///
    /// @param points seconds since the epoch and value, in turn
    public record Series(Map<String, String> labels, List<Double> points) {

        public String label(String name) {
            return labels.getOrDefault(name, "");
        }

        /// The value of an instant vector's series; not a number where there is none.
        public double value() {
            return points.size() < 2 ? Double.NaN : points.get(1);
        }

        public interface EachPoint {
            void take(double seconds, double value);
        }

        public void forEach(EachPoint each) {
            for (int i = 0; i + 1 < points.size(); i += 2) {
                each.take(points.get(i), points.get(i + 1));
            }
        }
    }

    /// A stretch of time, both ends included, epoch milliseconds.
    public record Range(long fromMillis, long toMillis, long stepMillis) {}

    /// Hands on each series of an instant vector while it comes; what is no success has no series in it.
    public void instant(String query, Consumer<Series> each) throws IOException {
        read("/api/v1/query", Map.of("query", query), "vector", each);
    }

    /// Hands on each series of a range in the same way.
    public void range(String query, Range range, Consumer<Series> each) throws IOException {
        var form = Map.of(
                "query", query,
                "start", seconds(range.fromMillis),
                "end", seconds(range.toMillis),
                "step", seconds(range.stepMillis));
        read("/api/v1/query_range", form, "matrix", each);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    /// The status of an answer is known at its end alone.
    private void read(String path, Map<String, String> form, String type, Consumer<Series> each) throws IOException {
        var pipe = new AnswerPipe(vertx, timeout.multipliedBy(2));
        var pending = post(path, form, pipe);
        var said = "";
        Optional<IOException> broken = Optional.empty();
        try (pipe;
                var parser = Json.parser(pipe)) {
            said = readAnswer(parser, type, each);
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

    private CompletableFuture<HttpResponse<Void>> post(String path, Map<String, String> form, AnswerPipe pipe)
            throws IOException {
        var request = web.postAbs(url + path).timeout(timeout.toMillis()).as(BodyCodec.pipe(pipe));
        if (tokenFile.isPresent()) {
            request = request.bearerTokenAuthentication(
                    Files.readString(tokenFile.get()).strip());
        }
        return request.sendForm(MultiMap.caseInsensitiveMultiMap().addAll(form))
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
    private static String readAnswer(JsonParser parser, String type, Consumer<Series> each) throws IOException {
        if (parser.nextToken() == null) {
            throw new IOException("the answer is empty");
        }
        var error = new String[] {""};
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "data" -> Json.object(p, (part, q) -> readData(part, q, type, each));
                case "error" -> error[0] = Json.text(p);
                default -> p.skipChildren();
            }
        });
        return error[0];
    }

    private static void readData(String field, JsonParser parser, String type, Consumer<Series> each)
            throws IOException {
        switch (field) {
            case "result" -> Json.array(parser, item -> each.accept(readSeries(item)));
            case "resultType" -> requireType(type, Json.text(parser));
            default -> parser.skipChildren();
        }
    }

    private static void requireType(String wanted, String type) throws IOException {
        if (!type.equals(wanted)) {
            throw new IOException("the query yields no " + wanted + " but a " + type);
        }
    }

    /// `{"metric": {…}, "value": [1700000000.123, "0.5"]}`, or `values` with a list of such pairs.
    private static Series readSeries(JsonParser parser) throws IOException {
        var labels = new HashMap<String, String>();
        var points = new ArrayList<Double>(2);
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "metric" -> Json.object(p, (name, q) -> labels.put(name, Json.text(q)));
                case "value" -> readPoint(p, points);
                case "values" -> Json.array(p, point -> readPoint(point, points));
                default -> p.skipChildren();
            }
        });
        return new Series(labels, points);
    }

    private static void readPoint(JsonParser parser, List<Double> points) throws IOException {
        Json.array(parser, item -> points.add(number(Json.text(item))));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
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
