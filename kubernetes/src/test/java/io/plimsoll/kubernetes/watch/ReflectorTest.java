package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.OptOut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReflectorTest {

    private static final Set<OptOut> NONE = Set.of();

    private final BlockingQueue<ClusterEvent> events = new LinkedBlockingQueue<>();
    private final List<Duration> waited = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void reflector_pagesThenWatch_tellsAllInOrderAndResumesFromTheLastVersion() throws Exception {
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "more", "a")),
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "b")),
                exchange -> stream(
                        exchange, event("ADDED", "c", "8"), event("DELETED", "a", "9"), event("BOOKMARK", "", "12")),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            assertThat(take(6))
                    .containsExactly(
                            applied("a"),
                            applied("b"),
                            new ClusterEvent.NamespacesListed(Set.of("a", "b")),
                            applied("c"),
                            new ClusterEvent.NamespaceDeleted("a"),
                            applied("z"));
            assertThat(reflector.status().listed()).isTrue();
            assertThat(api.asked())
                    .containsExactly(
                            "GET /api/v1/namespaces?limit=500",
                            "GET /api/v1/namespaces?limit=500&continue=more",
                            "GET /api/v1/namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion=7",
                            "GET /api/v1/namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion=12");
            end.countDown();
        }
    }

    @Test
    void watch_expired_listsAgainAndTellsWhatIsGone() throws Exception {
        var expired = "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}}";
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                exchange -> stream(exchange, expired),
                exchange -> LoopbackApi.json(exchange, 200, page("20", "", "b")),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            assertThat(take(5))
                    .containsExactly(
                            applied("a"),
                            new ClusterEvent.NamespacesListed(Set.of("a")),
                            applied("b"),
                            new ClusterEvent.NamespacesListed(Set.of("b")),
                            applied("z"));
            assertThat(waited).isEmpty();
            assertThat(reflector.status().failure()).isEmpty();
            end.countDown();
        }
    }

    @Test
    void list_forbidden_saysWhatToGrantAndTriesAgainLater() throws Exception {
        var refusal = "{\"kind\":\"Status\",\"code\":403,\"message\":\"namespaces is forbidden\"}";
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 403, refusal),
                exchange -> LoopbackApi.json(exchange, 403, refusal),
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            assertThat(take(3)).contains(new ClusterEvent.NamespacesListed(Set.of("a")));
            assertThat(reflector.status().listed()).isTrue();
            assertThat(waited).hasSize(2);
            assertThat(waited.get(0).toMillis()).isBetween(250L, 500L);
            assertThat(waited.get(1).toMillis()).isBetween(500L, 1000L);
            assertThat(failures)
                    .anySatisfy(failure -> assertThat(failure)
                            .contains("does not let us list namespaces (403)", "list and watch", "is forbidden"));
            end.countDown();
        }
    }

    @Test
    void list_truncated_isReadAgainFromTheStart() throws Exception {
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a").substring(0, 60)),
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            assertThat(events.take()).isIn(applied("a"), new ClusterEvent.NamespacesListed(Set.of("a")));
            assertThat(reflector.awaitListed(Duration.ofSeconds(10))).isTrue();
            assertThat(waited).hasSize(1);
            end.countDown();
        }
    }

    private final List<String> failures = new CopyOnWriteArrayList<>();

    private Reflector<?> start(LoopbackApi api) {
        var holder = new Reflector<?>[1];
        var reflectors = new Reflectors(
                new ApiServer(api.client()),
                events::add,
                InstantSource.fixed(Instant.ofEpochMilli(1000)),
                duration -> {
                    waited.add(duration);
                    holder[0].status().failure().ifPresent(failures::add);
                },
                new Random(1),
                new SimpleMeterRegistry());
        holder[0] = reflectors.namespaces();
        holder[0].start();
        return holder[0];
    }

    private List<ClusterEvent> take(int count) throws InterruptedException {
        var taken = new ArrayList<ClusterEvent>();
        for (int i = 0; i < count; i++) {
            var event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).as("event %d after %s", i, taken).isNotNull();
            taken.add(event);
        }
        return taken;
    }

    private static LoopbackApi.Answer script(LoopbackApi.Answer... answers) {
        Queue<LoopbackApi.Answer> left = new ArrayDeque<>(Arrays.asList(answers));
        return exchange -> {
            LoopbackApi.Answer next;
            synchronized (left) {
                next = left.size() > 1 ? left.remove() : left.element();
            }
            next.to(exchange);
        };
    }

    private void holdOpen(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(event("ADDED", "z", "30").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        end.await();
    }

    private static void stream(HttpExchange exchange, String... lines) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        for (var line : lines) {
            exchange.getResponseBody().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
    }

    private static String page(String version, String next, String name) {
        return """
            {"kind":"NamespaceList","metadata":{"resourceVersion":"%s","continue":"%s"},
             "items":[{"metadata":{"name":"%s","resourceVersion":"5"},"spec":{"finalizers":["x"]}}]}""".formatted(version, next, name);
    }

    private static String event(String type, String name, String version) {
        return "{\"type\":\"%s\",\"object\":{\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"%s\"}}}"
                .formatted(type, name, version);
    }

    private static ClusterEvent applied(String name) {
        return new ClusterEvent.NamespaceApplied(name, NONE);
    }
}
