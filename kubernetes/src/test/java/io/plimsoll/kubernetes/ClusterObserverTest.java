package io.plimsoll.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.WatchStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against an API server with one node and nothing else; a turn of a loop happens when the test grants it.
@Timeout(60)
class ClusterObserverTest {

    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(1);
    private static final Duration PULSE_PATIENCE = Duration.ofMillis(500);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nowMillis = new AtomicLong(1_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());
    private final ImageWriter writer = new ImageWriter(clock, meters);
    private final AtomicInteger looks = new AtomicInteger();
    private final Semaphore confirmations = new Semaphore(0);
    private final Semaphore retries = new Semaphore(0);
    private final CountDownLatch endOfNodes = new CountDownLatch(1);
    private final CountDownLatch endOfAll = new CountDownLatch(1);

    @AfterEach
    void end() {
        endOfNodes.countDown();
        endOfAll.countDown();
        writer.close();
    }

    @Test
    void observer_allListed_isSyncedAndConfirmsTheImageAsOfNow() throws Exception {
        try (var api = new LoopbackApi(this::answer);
                var observer = observer(api, List.of())) {
            observer.start();

            assertThat(observer.awaitSynced(Duration.ofSeconds(30))).isTrue();
            eventually().until(this::isConfirmed);
            assertThat(writer.get().nodeTable().names()).containsExactly("n1");
            assertThat(observer.watches())
                    .extracting(WatchStatus::resource)
                    .containsExactly(
                            "deployments",
                            "replicasets",
                            "statefulsets",
                            "daemonsets",
                            "cronjobs",
                            "jobs",
                            "namespaces",
                            "poddisruptionbudgets",
                            "nodes",
                            "pods",
                            "failed pods");
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @Test
    void observer_oneKindRefused_isNeverSyncedNorConfirmedAndSaysWhichAndWhy() throws Exception {
        try (var api = new LoopbackApi(exchange -> {
                    if (exchange.getRequestURI().getPath().endsWith("/pods")) {
                        LoopbackApi.json(exchange, 403, "{\"kind\":\"Status\",\"message\":\"pods is forbidden\"}");
                    } else {
                        answer(exchange);
                    }
                });
                var observer = observer(api, List.of())) {
            observer.start();
            retries.release(3);

            eventually()
                    .until(() -> status(observer, "pods").failure().isPresent()
                            && status(observer, "nodes").open());
            assertThat(observer.isSynced()).isFalse();
            assertThat(status(observer, "pods").failure().orElseThrow())
                    .contains("does not let us list pods (403)", "grant the verbs list and watch");
            writer.settle();
            assertThat(writer.get().confirmedAtMillis()).isZero();
            assertThat(writer.get().nodeCount()).isOne();
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @Test
    void observer_oneWatchDown_confirmsNoMoreUntilItIsOpenAgain() throws Exception {
        try (var api = new LoopbackApi(this::answer);
                var observer = observer(api, List.of())) {
            observer.start();
            assertThat(observer.awaitSynced(Duration.ofSeconds(30))).isTrue();
            eventually().until(this::isConfirmed);

            endOfNodes.countDown();
            eventually().until(() -> !status(observer, "nodes").open());
            nowMillis.set(2_000_000);
            turn();
            writer.settle();
            assertThat(writer.get().confirmedAtMillis()).isEqualTo(1_000_000);

            retries.release();
            eventually()
                    .until(() -> api.asked().stream()
                                    .filter(asked -> asked.contains("/nodes?watch"))
                                    .count()
                            >= 2);
            endOfAll.countDown();
        }
    }

    /// A server that keeps its connections and says nothing more is not known from quiet watches by these.
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"silence", "500", "503"})
    void observer_serverOutOfReachBehindOpenWatches_confirmsNoMoreUntilItIsHeardAgain(String answer) throws Exception {
        var away = new AtomicBoolean();
        var back = new CountDownLatch(1);
        try (var api = new LoopbackApi(exchange -> {
                    if (!away.get()) {
                        answer(exchange);
                    } else if (answer.equals("silence")) {
                        back.await();
                    } else {
                        LoopbackApi.json(exchange, Integer.parseInt(answer), "{}");
                    }
                });
                var observer = observer(api, List.of())) {
            observer.start();
            assertThat(observer.awaitSynced(Duration.ofSeconds(30))).isTrue();
            eventually().until(this::isConfirmed);
            long watches = watches(api);

            away.set(true);
            nowMillis.set(1_010_000);
            turn();
            writer.settle();

            assertThat(writer.get().confirmedAtMillis()).isEqualTo(1_000_000);
            assertThat(watches(api)).as("no watch is opened anew for it").isEqualTo(watches);

            away.set(false);
            back.countDown();
            turn();
            writer.settle();
            assertThat(writer.get().confirmedAtMillis()).isEqualTo(1_010_000);
            assertThat(watches(api)).isEqualTo(watches);
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 429})
    void observer_signOfLifeRefused_isOneAllTheSame(int status) throws Exception {
        try (var api = new LoopbackApi(exchange -> {
                    if (exchange.getRequestURI().getPath().equals("/livez")) {
                        LoopbackApi.json(exchange, status, "{}");
                    } else {
                        answer(exchange);
                    }
                });
                var observer = observer(api, List.of())) {
            observer.start();
            assertThat(observer.awaitSynced(Duration.ofSeconds(30))).isTrue();
            eventually().until(this::isConfirmed);

            nowMillis.set(1_010_000);
            turn();
            writer.settle();

            assertThat(writer.get().confirmedAtMillis()).isEqualTo(1_010_000);
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @Test
    void observer_clockSetBack_confirmsAsOfTheNewTime() throws Exception {
        try (var api = new LoopbackApi(this::answer);
                var observer = observer(api, List.of())) {
            observer.start();
            assertThat(observer.awaitSynced(Duration.ofSeconds(30))).isTrue();
            eventually().until(this::isConfirmed);

            nowMillis.set(400_000);
            turn();
            writer.settle();

            assertThat(writer.get().confirmedAtMillis()).isEqualTo(400_000);
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @Test
    void usage_beforeTheClusterIsSeen_isNotAsked() throws Exception {
        var source =
                new ObserverSettings.Source("metrics-api", Duration.ofSeconds(15), Duration.ofSeconds(10), Map.of());
        try (var api = new LoopbackApi(exchange -> {
                    if (exchange.getRequestURI().getPath().endsWith("/pods")) {
                        LoopbackApi.json(exchange, 500, "{}");
                    } else {
                        answer(exchange);
                    }
                });
                var observer = observer(api, List.of(source))) {
            observer.start();
            retries.release(3);

            eventually().until(() -> status(observer, "pods").failure().isPresent());
            assertThat(api.asked()).noneMatch(asked -> asked.contains("metrics.k8s.io"));
            assertThat(observer.sources())
                    .singleElement()
                    .satisfies(status -> assertThat(status.succeededAtMillis()).isZero());
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @Test
    void observer_loopDiesOfAnError_saysWhichAndOfWhat() throws Exception {
        Pauses fatal = duration -> {
            if (!duration.equals(CONFIRM_EVERY)) {
                retries.acquire();
            }
            throw new StackOverflowError("too deep");
        };
        try (var api = new LoopbackApi(this::answer);
                var observer = observer(api, List.of(), fatal)) {
            assertThat(observer.problem()).isEmpty();

            observer.start();

            eventually().until(() -> observer.problem().isPresent());
            assertThat(observer.problem())
                    .hasValueSatisfying(problem -> assertThat(problem)
                            .contains("observer", "java.lang.StackOverflowError: too deep", "restart"));
            endOfNodes.countDown();
            endOfAll.countDown();
        }
    }

    @Test
    void source_thatDoesNotExist_isRefusedWithThoseThatDo() {
        var source =
                new ObserverSettings.Source("crystal-ball", Duration.ofSeconds(1), Duration.ofSeconds(1), Map.of());
        try (var api = new LoopbackApi(this::answer)) {
            assertThatThrownBy(() -> observer(api, List.of(source)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no usage source 'crystal-ball'")
                    .hasMessageContaining("metrics-api, kubelet-summary and prometheus");
        }
    }

    private static long watches(LoopbackApi api) {
        return api.asked().stream()
                .filter(asked -> asked.contains("watch=true"))
                .count();
    }

    /// A watch may be opened a moment after all was listed: lets the observer look again and again.
    private boolean isConfirmed() {
        turn();
        writer.settle();
        return writer.get().confirmedAtMillis() == 1_000_000;
    }

    /// Lets the observer look once more, and waits until it has.
    private void turn() {
        int before = looks.get();
        confirmations.release();
        eventually().until(() -> looks.get() > before);
    }

    private ClusterObserver observer(LoopbackApi api, List<ObserverSettings.Source> sources) {
        Pauses granted = duration -> {
            if (duration.equals(CONFIRM_EVERY)) {
                looks.incrementAndGet();
                confirmations.acquire();
            } else {
                retries.acquire();
            }
        };
        return observer(api, sources, granted);
    }

    private ClusterObserver observer(LoopbackApi api, List<ObserverSettings.Source> sources, Pauses pauses) {
        var context = new LoopContext(clock, () -> 0L, pauses, new Random(1), meters);
        return new ClusterObserver(
                api.client(), writer, new ObserverSettings(sources), context, Patience.of(PULSE_PATIENCE));
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    private static WatchStatus status(ClusterObserver observer, String resource) {
        return observer.watches().stream()
                .filter(watch -> watch.resource().equals(resource))
                .findFirst()
                .orElseThrow();
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        boolean nodes = exchange.getRequestURI().getPath().endsWith("/nodes");
        if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            (nodes ? endOfNodes : endOfAll).await();
        } else {
            var items = nodes ? "{\"metadata\":{\"name\":\"n1\",\"resourceVersion\":\"1\"}}" : "";
            LoopbackApi.json(exchange, 200, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" + items + "]}");
        }
    }
}
