package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.OptOut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@SuppressWarnings("try")
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
    void watch_goneAsAnEvent_listsAgainAfterAPauseAndTellsWhatIsGone() throws Exception {
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
            assertThat(api.asked()).containsExactly(LIST, watch("7"), LIST, watch("20"));
            assertThat(waited).hasSize(1);
            assertThat(counted("expirations")).isEqualTo(1);
            assertThat(counted("failures")).isZero();
            assertThat(reflector.status().failure()).isEmpty();
            end.countDown();
        }
    }

    @Test
    void watch_goneAsAnHttpStatus_listsAgain() throws Exception {
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                exchange -> LoopbackApi.json(exchange, 410, "{\"kind\":\"Status\",\"code\":410}"),
                exchange -> LoopbackApi.json(exchange, 200, page("20", "", "b")),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            take(5);

            assertThat(api.asked()).containsExactly(LIST, watch("7"), LIST, watch("20"));
            assertThat(counted("expirations")).isEqualTo(1);
            assertThat(reflector.status().failure()).isEmpty();
            end.countDown();
        }
    }

    @Test
    void list_continuationGone_isReadAgainFromTheStart() throws Exception {
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "more", "a")),
                exchange -> LoopbackApi.json(exchange, 410, "{\"kind\":\"Status\",\"code\":410}"),
                exchange -> LoopbackApi.json(exchange, 200, page("20", "", "b")),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            assertThat(take(3))
                    .containsExactly(applied("a"), applied("b"), new ClusterEvent.NamespacesListed(Set.of("b")));
            assertThat(api.asked()).startsWith(LIST, LIST + "&continue=more", LIST);
            assertThat(waited).hasSize(1);
            end.countDown();
        }
    }

    /// Without a pause that outlasts a list that works, this is a loop as fast as the API server can answer.
    @Test
    void watch_goneAgainAndAgain_pausesDouble() throws Exception {
        var gone = new LoopbackApi.Answer[] {
            exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
            exchange -> LoopbackApi.json(exchange, 410, "{\"kind\":\"Status\",\"code\":410}")
        };
        var answers = script(gone[0], gone[1], gone[0], gone[1], gone[0], gone[1], gone[0], this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            take(9);

            assertDoubling(waited.subList(0, 3));
            assertThat(waited).hasSize(3);
            end.countDown();
        }
    }

    @Test
    void watch_endedAtOnceAgainAndAgain_pausesDouble() throws Exception {
        LoopbackApi.Answer nothing = exchange -> exchange.sendResponseHeaders(200, -1);
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                nothing,
                exchange -> stream(exchange, event("ADDED", "c", "8")),
                nothing,
                nothing,
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            take(4);

            assertThat(waited).hasSize(4);
            assertDoubling(waited);
            assertThat(api.asked()).containsExactly(LIST, watch("7"), watch("7"), watch("8"), watch("8"), watch("8"));
            end.countDown();
        }
    }

    @Test
    void watch_livedAndEnded_isOpenedAgainAtOnceAndPausesStartOver() throws Exception {
        LoopbackApi.Answer lives = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            nanos.addAndGet(Reflector.LIVED_MIN.toNanos());
        };
        LoopbackApi.Answer nothing = exchange -> exchange.sendResponseHeaders(200, -1);
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                nothing,
                nothing,
                nothing,
                lives,
                nothing,
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            take(3);

            // Three short ones; none after the one that lived; then from the start.
            assertThat(waited).hasSize(4);
            assertDoubling(waited.subList(0, 3));
            assertDoubling(waited.subList(3, 4));
            end.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 2]",
                "\"all is well\"",
                "<html>Welcome</html>",
                "{\"kind\":\"Status\"}",
                "{\"type\":\"ADDED\"}"
            })
    void watch_answeredWithSomethingElse_isACountedFailure(String body) throws Exception {
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                exchange -> LoopbackApi.json(exchange, 200, body),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            take(3);

            assertThat(counted("failures")).isEqualTo(1);
            assertThat(failures).singleElement().asString().startsWith("Cannot watch namespaces: ");
            assertThat(api.asked()).containsExactly(LIST, watch("7"), watch("7"));
            end.countDown();
        }
    }

    /// Of a kind that nothing ever happened to, no bookmarks come either: its silence is no failure.
    @Test
    void watch_openAndSilent_isOpenedAgainFromItsLastVersionWithoutAFailure() throws Exception {
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")),
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().flush();
                    nanos.addAndGet(Reflector.LIVED_MIN.toNanos());
                    reopened.await();
                },
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api, new Patience(Duration.ofMillis(200), Duration.ofMinutes(5)))) {
            assertThat(take(3)).last().isEqualTo(applied("z"));

            assertThat(api.asked().subList(1, 3)).allMatch(asked -> asked.endsWith("resourceVersion=7"));
            assertThat(waited).isEmpty();
            assertThat(counted("failures")).isZero();
            assertThat(reflector.status().failure()).isEmpty();
            reopened.countDown();
            end.countDown();
        }
    }

    /// The time of day is told and stored, never waited by.
    @Test
    void clock_setBackAndForth_watchStaysOpen() throws Exception {
        var answers = script(exchange -> LoopbackApi.json(exchange, 200, page("7", "", "a")), exchange -> {
            exchange.sendResponseHeaders(200, 0);
            write(exchange, event("ADDED", "b", "8"));
            stepped.await();
            write(exchange, event("ADDED", "c", "9"));
            end.await();
        });
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            take(3);
            clockMillis.set(1000 + Duration.ofDays(1).toMillis());
            assertThat(reflector.isLive()).isTrue();
            clockMillis.set(5);
            assertThat(reflector.isLive()).isTrue();
            stepped.countDown();

            assertThat(take(1)).containsExactly(applied("c"));
            assertThat(waited).isEmpty();
            assertThat(api.asked()).hasSize(2);
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
            assertDoubling(waited);
            assertThat(failures)
                    .anySatisfy(failure -> assertThat(failure)
                            .contains("does not let us list namespaces (403)", "list and watch", "is forbidden"));
            end.countDown();
        }
    }

    @Test
    void list_truncated_isReadAgainFromTheStart() throws Exception {
        var whole = page("7", "", "a");
        var answers = script(
                exchange -> LoopbackApi.json(exchange, 200, whole.substring(0, whole.length() - 2)),
                exchange -> LoopbackApi.json(exchange, 200, whole),
                this::holdOpen);
        try (var api = new LoopbackApi(answers);
                var reflector = start(api)) {
            assertThat(take(3))
                    .containsExactly(applied("a"), applied("a"), new ClusterEvent.NamespacesListed(Set.of("a")));
            assertThat(reflector.awaitListed(Duration.ofSeconds(10))).isTrue();
            assertThat(waited).hasSize(1);
            assertThat(counted("failures")).isEqualTo(1);
            end.countDown();
        }
    }

    private static final String LIST = "GET /api/v1/namespaces?limit=500";

    private static String watch(String version) {
        return "GET /api/v1/namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion="
                + version;
    }

    /// From half a second, each between half of it and all of it.
    private static void assertDoubling(List<Duration> waited) {
        for (int i = 0; i < waited.size(); i++) {
            assertThat(waited.get(i).toMillis()).as("pause %d", i).isBetween(250L << i, 500L << i);
        }
    }

    private double counted(String what) {
        return meters.counter("plimsoll.watch." + what, "resource", "namespaces")
                .count();
    }

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong clockMillis = new AtomicLong(1000);
    private final CountDownLatch reopened = new CountDownLatch(1);
    private final CountDownLatch stepped = new CountDownLatch(1);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private Reflector<?> start(LoopbackApi api) {
        return start(api, Reflector.WATCH_PATIENCE);
    }

    private Reflector<?> start(LoopbackApi api, Patience watchPatience) {
        var holder = new Reflector<?>[1];
        var context = new LoopContext(
                () -> Instant.ofEpochMilli(clockMillis.get()),
                nanos::get,
                duration -> {
                    waited.add(duration);
                    holder[0].status().failure().ifPresent(failures::add);
                },
                new Random(1),
                meters);
        holder[0] = new Reflectors(new ApiServer(api.client()), events::add, context, watchPatience).namespaces();
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
        write(exchange, event("ADDED", "z", "30"));
        end.await();
    }

    private static void write(HttpExchange exchange, String event) throws IOException {
        exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    private static void stream(HttpExchange exchange, String... lines) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        for (var line : lines) {
            write(exchange, line + "\n");
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
