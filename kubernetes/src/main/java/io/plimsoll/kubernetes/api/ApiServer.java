package io.plimsoll.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Client;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API server, asked over fabric8's own HTTP client: addresses, credentials, proxies and TLS are the ones of its
/// configuration. Calls block and are tried once: whoever calls decides whether and when to try again.
///
/// At most [#REQUESTS_MAX] are on their way at one time, watches included, and others wait for their turn: all share
/// one HTTP/2 connection, on which the API server allows a hundred.
public final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int ERROR_BYTES_MAX = 64 * 1024;
    static final String JSON = "application/json";

    static final int REQUESTS_MAX = 64;

    private static final int NOT_FOUND = 404;

    private final Client client;
    private final HttpClient http;
    private final String root;
    private final ScheduledThreadPoolExecutor watchdog;
    private final Semaphore turns = new Semaphore(REQUESTS_MAX, true);

    /// @param client is asked for its configuration; fabric8's own repetition of failed requests is switched off
    public ApiServer(KubernetesClient client) {
        var config = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        this.client = new KubernetesClientBuilder().withConfig(config).build();
        this.http = this.client.getHttpClient();
        this.root = this.client.getMasterUrl().toString().replaceAll("/+$", "");
        this.watchdog = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("answer-watchdog").daemon().factory());
        watchdog.setRemoveOnCancelPolicy(true);
    }

    /// The server's address without a trailing slash.
    public String root() {
        return root;
    }

    /// Opens the answer to a GET; the caller closes it.
    ///
    /// @param path with its query, beginning with a slash
    /// @throws ApiException when the server answers with anything but a success
    public InputStream open(String path, Patience patience) throws IOException {
        return open(path, JSON, patience);
    }

    /// The same in another form, which the server refuses (406) where it does not know it.
    ///
    /// @param accept a media type, such as `application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`
    public InputStream open(String path, String accept, Patience patience) throws IOException {
        var request = http.newHttpRequestBuilder()
                .uri(uri(path))
                .header("Accept", accept)
                .forStreaming()
                .build();
        return send(request, patience);
    }

    /// Sends something that changes the cluster. Only actions may call this; a test holds that wall.
    ///
    /// The API server is told to give up first, so that what is not answered does not take effect long after it was
    /// given up here: it has two thirds of the time, and the rest is for the way there and back.
    public void write(String method, String path, String contentType, String body, Patience patience)
            throws IOException {
        long seconds = Math.max(1, patience.whole().toSeconds() * 2 / 3);
        var request = http.newHttpRequestBuilder()
                .uri(uri(path + (path.contains("?") ? "&" : "?") + "timeout=" + seconds + "s"))
                .header("Accept", "application/json")
                .method(method, contentType, body)
                .build();
        try (var answer = send(request, patience)) {
            answer.skipNBytes(0);
        }
    }

    /// Deletes an object; one that is not there is deleted already. Only actions may call this too.
    public void delete(String path, Patience patience) throws IOException {
        try {
            write("DELETE", path, "application/json", "{}", patience);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    /// What no object can be called is not there: the server need not be asked.
    private URI uri(String path) throws ApiException {
        if (!ApiPath.isPossible(path.split("\\?", 2)[0])) {
            throw new ApiException(path + ": no object can have such a path", NOT_FOUND);
        }
        return URI.create(root + path);
    }

    /// Its turn ends when the answer is closed.
    private InputStream send(HttpRequest request, Patience patience) throws IOException {
        awaitTurn(request, patience);
        HttpResponse<InputStream> response;
        long start = System.nanoTime();
        try {
            response = await(request, http.sendAsync(request, InputStream.class), patience);
        } catch (IOException | RuntimeException e) {
            turns.release();
            throw e;
        }
        var body = new TimedAnswer(
                String.valueOf(request.uri()), response.body(), patience, start, watchdog, turns::release);
        if (!response.isSuccessful()) {
            throw refusal(request, response, body);
        }
        return body;
    }

    private void awaitTurn(HttpRequest request, Patience patience) throws IOException {
        try {
            if (!turns.tryAcquire(patience.silence().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("no turn for " + request.uri() + " within "
                        + patience.silence().toMillis() + " ms: " + REQUESTS_MAX + " others are not answered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking " + request.uri());
        }
    }

    private static HttpResponse<InputStream> await(
            HttpRequest request, CompletableFuture<HttpResponse<InputStream>> pending, Patience patience)
            throws IOException {
        try {
            return pending.get(patience.silence().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            var closing = pending.thenAccept(ApiServer::closeLate);
            LOG.debug("Gave up on {}; its late answer will be closed: {}", request.uri(), closing);
            throw new IOException(
                    "no answer from " + request.uri() + " within "
                            + patience.silence().toMillis() + " ms",
                    e);
        } catch (ExecutionException e) {
            throw new IOException("cannot ask " + request.uri() + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking " + request.uri());
        }
    }

    private static void closeLate(HttpResponse<InputStream> late) {
        try {
            late.body().close();
        } catch (IOException e) {
            LOG.debug("A late answer did not close", e);
        }
    }

    private static ApiException refusal(HttpRequest request, HttpResponse<?> response, InputStream stream) {
        byte[] body = explanation(stream);
        var status = status(body);
        var said = status.path("message")
                .asText(new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8).strip());
        var budget = budget(status);
        var message = "%s %s: %d %s"
                .formatted(
                        request.method(),
                        request.uri().getRawPath(),
                        response.code(),
                        budget.filter(which -> !which.isEmpty())
                                .map(which -> said + " " + which)
                                .orElse(said));
        var goOnAt =
                Optional.of(status.path("metadata").path("continue").asText()).filter(token -> !token.isEmpty());
        return new ApiException(message, response.code(), budget.isPresent(), retryAfter(status, response), goOnAt);
    }

    /// A refusal whose words do not arrive is a refusal all the same.
    private static byte[] explanation(InputStream stream) {
        try (stream) {
            return stream.readNBytes(ERROR_BYTES_MAX);
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static JsonNode status(byte[] body) {
        try {
            var node = Json.MAPPER.readTree(body);
            return node == null ? Json.MAPPER.createObjectNode() : node;
        } catch (IOException e) {
            return Json.MAPPER.createObjectNode();
        }
    }

    /// What is said of the disruption budget that is the cause, which has its name; nothing where none is.
    private static Optional<String> budget(JsonNode status) {
        for (var cause : status.path("details").path("causes")) {
            if (cause.path("reason").asText().equals("DisruptionBudget")) {
                return Optional.of(cause.path("message").asText());
            }
        }
        return Optional.empty();
    }

    /// From the `Status` or else the header; a wait of zero is no wait that was asked for.
    private static Optional<Duration> retryAfter(JsonNode status, HttpResponse<?> response) {
        long seconds = status.path("details").path("retryAfterSeconds").asLong(0);
        if (seconds <= 0) {
            seconds = response.headers("Retry-After").stream()
                    .filter(value -> value.matches("\\d{1,9}"))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        }
        return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
        client.close();
    }
}
