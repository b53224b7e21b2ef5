package io.plimsoll.rightsizer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.plimsoll.kubernetes.api.ApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// The way of one process to a real API server, on loopback: a test says what becomes of each request. No way for
/// watches, since an answer is passed on as a whole.
final class ApiLink implements AutoCloseable {

    /// What is asked for.
    ///
    /// @param path with its query
    record Asked(String method, String path) {

        boolean isWrite() {
            return !method.equals("GET");
        }
    }

    /// What becomes of a request.
    sealed interface Fate {

        /// The API server's answer comes back.
        record Answered() implements Fate {}

        /// The API server never sees it, and the connection breaks.
        record Lost() implements Fate {}

        /// The API server carries it out, and the connection breaks instead of its answer.
        record Unanswered() implements Fate {}

        /// The API server carries it out, and nothing comes until the link is closed.
        record Silent() implements Fate {}

        /// The API server never sees it; the link says this instead.
        record Refused(int code, String retryAfterSeconds) implements Fate {}
    }

    /// Decides; called by several threads.
    @FunctionalInterface
    interface Fates {
        Fate of(Asked asked);

        /// Nothing more comes of this one.
        default void met(Asked asked) {}
    }

    private final KubernetesClient real;
    private final Fates fates;
    private final HttpServer entrance;
    private final KubernetesClient client;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// @param real the way on, with all rights; its owner closes it
    ApiLink(KubernetesClient real, Fates fates) {
        var once = new ConfigBuilder(real.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        this.real = new KubernetesClientBuilder().withConfig(once).build();
        this.fates = fates;
        try {
            this.entrance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entrance.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        entrance.createContext("/", this::pass);
        entrance.start();
        var address = "http://127.0.0.1:" + entrance.getAddress().getPort();
        this.client = new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder(Config.empty()).withMasterUrl(address).build())
                .build();
    }

    /// The API server as the process sees it; its owner closes it.
    ApiServer server() {
        return new ApiServer(client);
    }

    /// An exchange that is closed without an answer has its connection broken.
    private void pass(HttpExchange exchange) throws IOException {
        var asked =
                new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString());
        try (exchange) {
            switch (fates.of(asked)) {
                case Fate.Answered() -> {
                    var answer = carriedOut(exchange, asked);
                    answer(exchange, answer.code(), answer.body());
                }
                case Fate.Unanswered() -> carriedOut(exchange, asked);
                case Fate.Silent() -> {
                    carriedOut(exchange, asked);
                    awaitClosed();
                }
                case Fate.Lost() -> {}
                case Fate.Refused(var code, var seconds) -> {
                    exchange.getResponseHeaders().add("Retry-After", seconds);
                    var status =
                            "{\"kind\": \"Status\", \"code\": %d, \"message\": \"as the test says\"}".formatted(code);
                    answer(exchange, code, status.getBytes(StandardCharsets.UTF_8));
                }
            }
        } finally {
            fates.met(asked);
        }
    }

    private void awaitClosed() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private HttpResponse<byte[]> carriedOut(HttpExchange exchange, Asked asked) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"));
        var request = real.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(real.getMasterUrl().toString().replaceAll("/+$", "") + asked.path()))
                .header("Accept", exchange.getRequestHeaders().getFirst("Accept"));
        if (asked.isWrite()) {
            request.method(asked.method(), type.orElseThrow(), new String(body, StandardCharsets.UTF_8));
        }
        try {
            return real.getHttpClient().sendAsync(request.build(), byte[].class).join();
        } catch (CompletionException e) {
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        closed.countDown();
        entrance.stop(0);
        client.close();
        real.close();
    }
}
