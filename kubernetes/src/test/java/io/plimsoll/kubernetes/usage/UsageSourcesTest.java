package io.plimsoll.kubernetes.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageSource;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What each source makes of answers written by hand.
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class UsageSourcesTest {

    private static final String TIME = "2026-01-01T00:00:00Z";
    private static final long AT = Instant.parse(TIME).toEpochMilli();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(AT + 20_000));

    @Test
    void metricsApi_soundAndUnsoundItems_soundOnesAreSampledAndTheRestCounted() {
        var nodes = """
            {"kind":"NodeMetricsList","items":[
              {"metadata":{"name":"n1"},"timestamp":"%1$s","window":"20s","usage":{"cpu":"1234567890n","memory":"2048Ki"}},
              {"metadata":{"name":"n2"},"timestamp":"%1$s","usage":{"cpu":"-5m","memory":"1Mi"}},
              {"metadata":{"name":"n3"},"usage":{"cpu":"5m","memory":"1Mi"}},
              {"metadata":{"name":"n4"},"timestamp":"2026-01-01T00:02:00Z","usage":{"cpu":"5m"}}]}""".formatted(TIME);
        var pods = """
            {"items":[{"metadata":{"name":"web","namespace":"shop"},"timestamp":"%s","window":"15s","containers":[
              {"name":"main","usage":{"cpu":"250m","memory":"64Mi"}},
              {"name":"odd","usage":{"cpu":"250m"}},
              {"name":"zeros","usage":{"cpu":"0","memory":"0"}},
              {"name":"absurd","usage":{"cpu":"100000","memory":"1Mi"}}]}]}""".formatted(TIME);
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(
                exchange, 200, exchange.getRequestURI().getPath().endsWith("nodes") ? nodes : pods))) {

            var batch = sample(api, MetricsApiSource.NAME, Map.of());

            // Rejected: n2's CPU; n3 twice, it has no time; n4 twice, it is 100 s ahead; three containers.
            assertThat(batch)
                    .isEqualTo(new UsageBatch(
                            "metrics-api",
                            AT + 20_000,
                            List.of(
                                    node("n1", SignalKind.CPU_USAGE_MILLIS, 1234.56789, "metrics-api"),
                                    node("n1", SignalKind.MEMORY_WORKING_SET_BYTES, 2 << 20, "metrics-api"),
                                    node("n2", SignalKind.MEMORY_WORKING_SET_BYTES, 1 << 20, "metrics-api")),
                            List.of(new ContainerUsage(
                                    new PodKey("shop", "web"),
                                    "main",
                                    new Sample(250, AT, "metrics-api"),
                                    new Sample(64 << 20, AT, "metrics-api"))),
                            8,
                            List.of()));
        }
    }

    @Test
    void metricsApi_notThere_saysWhatToDoAndMeasuresNothing() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 404, "404 page not found"))) {

            var batch = sample(api, MetricsApiSource.NAME, Map.of());

            assertThat(batch.nodes()).isEmpty();
            assertThat(batch.failures()).singleElement().asString().contains("install metrics-server");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"items\":7}", "{\"kind\":\"Status\"}", "[]", "7", ""})
    void metricsApi_answerThatIsNoList_isAFailureNotAnEmptyCluster(String answer) {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, answer))) {

            var batch = sample(api, MetricsApiSource.NAME, Map.of());

            assertThat(batch.failures())
                    .hasSize(2)
                    .allSatisfy(failure -> assertThat(failure).contains("is no list"));
        }
    }

    @Test
    void metricsApi_emptyList_isNoFailure() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{\"items\":null}"))) {

            var batch = sample(api, MetricsApiSource.NAME, Map.of());

            assertThat(batch.failures()).isEmpty();
        }
    }

    @Test
    void kubelets_oneDown_othersAreMeasuredAndCountersBecomeRates() {
        var turn = new AtomicInteger();
        try (var api = new LoopbackApi(exchange -> {
            if (exchange.getRequestURI().getPath().contains("/n2/")) {
                LoopbackApi.json(exchange, 502, "{\"message\":\"dial tcp: connection refused\"}");
            } else {
                boolean first = turn.getAndIncrement() == 0;
                // 10 s later: 50 faults more, 3,000 bytes more.
                LoopbackApi.json(
                        exchange, 200, first ? summary(TIME, 100, 5000) : summary("2026-01-01T00:00:10Z", 150, 8000));
            }
        })) {
            var source = source(api, KubeletSummarySource.NAME, Map.of());

            var first = source.sample(image());
            var second = source.sample(image());

            assertThat(first.nodes())
                    .containsExactly(
                            node("n1", SignalKind.CPU_USAGE_MILLIS, 500, "kubelet-summary"),
                            node("n1", SignalKind.MEMORY_WORKING_SET_BYTES, 3000, "kubelet-summary"),
                            node("n1", SignalKind.MEMORY_AVAILABLE_BYTES, 7000, "kubelet-summary"),
                            node("n1", SignalKind.CPU_PSI_SOME_60, 0.25, "kubelet-summary"));
            assertThat(first.containers())
                    .containsExactly(new ContainerUsage(
                            new PodKey("shop", "web"),
                            "main",
                            new Sample(20, AT, "kubelet-summary"),
                            new Sample(1000, AT, "kubelet-summary")));
            assertThat(first.failures()).singleElement().asString().contains("kubelet of n2", "connection refused");
            assertThat(second.nodes())
                    .contains(
                            new NodeSample(
                                    "n1",
                                    SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND,
                                    new Sample(5, AT + 10_000, "kubelet-summary")),
                            new NodeSample(
                                    "n1",
                                    SignalKind.NETWORK_BYTES_PER_SECOND,
                                    new Sample(300, AT + 10_000, "kubelet-summary")));
        }
    }

    /// `quiet` has never waited for memory; of `old` the kernel tells nothing, so all of it is zero; `odd` makes no
    /// sense.
    @Test
    void kubelets_thatTellPressureOfPods_giveWhatTheyWaitedAsShares() {
        var psi = "\"psi\":{\"full\":{\"total\":%1$d,\"avg10\":0,\"avg60\":90,\"avg300\":0},"
                + "\"some\":{\"total\":%1$d,\"avg10\":99,\"avg60\":%2$s,\"avg300\":99}}";
        var pod = "{\"podRef\":{\"name\":\"%s\",\"namespace\":\"shop\"},\"cpu\":{\"time\":\"" + TIME
                + "\",\"usageNanoCores\":1,%s},\"memory\":{\"time\":\"" + TIME
                + "\",\"workingSetBytes\":1000,%s},\"containers\":[]}";
        var pods = String.join(
                ",",
                pod.formatted("web", psi.formatted(7, "12.5"), psi.formatted(9, "3.25")),
                pod.formatted("quiet", psi.formatted(7, "0.5"), psi.formatted(0, "0")),
                pod.formatted("old", psi.formatted(0, "0"), psi.formatted(0, "0")),
                pod.formatted("odd", psi.formatted(7, "250"), psi.formatted(7, "1")),
                "{\"podRef\":{\"name\":\"untold\",\"namespace\":\"shop\"},\"containers\":[]}");
        try (var api = new LoopbackApi(exchange ->
                LoopbackApi.json(exchange, 200, "{\"node\":{\"nodeName\":\"n1\"},\"pods\":[" + pods + "]}"))) {

            var batch = source(api, KubeletSummarySource.NAME, Map.of()).sample(image("boot", "n1"));

            assertThat(batch.stalls())
                    .containsExactly(
                            new PodStalls(new PodKey("shop", "web"), 0.125, 0.0325, AT),
                            new PodStalls(new PodKey("shop", "quiet"), 0.005, 0, AT));
            assertThat(batch.rejected()).isEqualTo(1);
        }
    }

    /// 2026-01-01T00:00:10Z: the machine was started again, and has counted past where it was.
    @Test
    void kubelets_machineRestartedAndCountedPastTheOldValue_giveNoRate() {
        var turn = new AtomicInteger();
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(
                exchange,
                200,
                turn.getAndIncrement() == 0
                        ? summary(TIME, 100, 5000)
                        : summary("2026-01-01T00:00:10Z", 100_000, 5_000_000)))) {
            var source = source(api, KubeletSummarySource.NAME, Map.of());

            source.sample(image("boot-1", "n1"));
            var second = source.sample(image("boot-2", "n1"));

            assertThat(second.nodes())
                    .extracting(NodeSample::kind)
                    .doesNotContain(SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND, SignalKind.NETWORK_BYTES_PER_SECOND)
                    .contains(SignalKind.CPU_USAGE_MILLIS);
        }
    }

    /// More of what was sent makes up for what was received before the interface's counter fell: no sum must
    /// hide it.
    @Test
    void kubelets_oneOfTwoCountersReset_giveNoRate() {
        var turn = new AtomicInteger();
        var later = summary("2026-01-01T00:00:10Z", 150, 10).replace("\"txBytes\":1,", "\"txBytes\":90000,");
        try (var api = new LoopbackApi(exchange ->
                LoopbackApi.json(exchange, 200, turn.getAndIncrement() == 0 ? summary(TIME, 100, 5000) : later))) {
            var source = source(api, KubeletSummarySource.NAME, Map.of());

            source.sample(image("boot", "n1"));
            var second = source.sample(image("boot", "n1"));

            assertThat(second.nodes())
                    .extracting(NodeSample::kind)
                    .doesNotContain(SignalKind.NETWORK_BYTES_PER_SECOND)
                    .contains(SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND);
        }
    }

    @Test
    void kubelets_oneStallsInTheMiddle_onlyItIsMissing() {
        var end = new CountDownLatch(1);
        try (var api = new LoopbackApi(exchange -> {
            if (exchange.getRequestURI().getPath().contains("/n2/")) {
                stall(exchange, end);
            } else {
                LoopbackApi.json(exchange, 200, summary(TIME, 100, 5000));
            }
        })) {
            var source = source(api, KubeletSummarySource.NAME, Duration.ofSeconds(2), Map.of());

            var batch = source.sample(image());

            assertThat(batch.nodes()).extracting(NodeSample::node).containsOnly("n1");
            assertThat(batch.failures())
                    .singleElement()
                    .asString()
                    .contains("kubelet of n2")
                    .containsAnyOf("stalled", "not complete");
            end.countDown();
        }
    }

    /// 120 of 121 do not answer, the first by name: 16 at a time, 6 timeouts long, they are more than one
    /// cycle can wait for. The next cycle asks the 25 first that it did not come to.
    @Test
    void kubelets_mostDoNotAnswer_cycleEndsAllTheSameAndTheNextBeginsWithTheOthers() {
        var end = new CountDownLatch(1);
        try (var api = new LoopbackApi(exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/z/")) {
                stall(exchange, end);
            } else {
                LoopbackApi.json(exchange, 200, summary(TIME, 100, 5000));
            }
        })) {
            var names = new ArrayList<String>();
            for (int i = 0; i < 120; i++) {
                names.add("a%03d".formatted(i));
            }
            names.add("z");
            var image = image("boot", names.toArray(String[]::new));
            var source = source(api, KubeletSummarySource.NAME, Duration.ofMillis(200), Map.of());

            var first = source.sample(image);
            var asked = api.asked();
            source.sample(image);

            assertThat(first.failures()).anySatisfy(words -> assertThat(words).contains("kubelets were not asked"));
            assertThat(asked).noneMatch(request -> request.contains("/z/"));
            assertThat(api.asked()).anyMatch(request -> request.contains("/z/"));
            end.countDown();
        }
    }

    private static void stall(HttpExchange exchange, CountDownLatch end) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write("{\"node\":{".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        end.await();
    }

    @Test
    void counterRate_counterReset_isAbsentOnceAndThenGoesOn() {
        var rates = new CounterRates();

        assertThat(rates.perSecond("k", 100, 1000)).isEmpty();
        assertThat(rates.perSecond("k", 110, 2000)).hasValue(10);
        assertThat(rates.perSecond("k", 4, 3000)).isEmpty();
        assertThat(rates.perSecond("k", 6, 4000)).hasValue(2);
        assertThat(rates.perSecond("k", 6, 4000)).isEmpty();
    }

    @Test
    void prometheus_vectors_becomeSamplesWithTheTimeOfTheScrapeAndAFailedQueryIsTold() {
        try (var server = new PrometheusAnswers()) {

            var batch = sample(server.api, PrometheusSource.NAME, Map.of("url", server.api.address()));

            assertThat(batch.nodes())
                    .containsExactly(new NodeSample(
                            "n1", SignalKind.CPU_USAGE_MILLIS, new Sample(700, AT + 5_000, "prometheus")));
            assertThat(batch.containers())
                    .containsExactly(new ContainerUsage(
                            new PodKey("shop", "web"),
                            "main",
                            new Sample(30, AT + 4_000, "prometheus"),
                            new Sample(4096, AT + 4_000, "prometheus")));
            assertThat(batch.stalls())
                    .containsExactly(new PodStalls(new PodKey("shop", "web"), 0.25, Double.NaN, AT + 4_000));
            // A node that the cluster does not have, and a NaN.
            assertThat(batch.rejected()).isEqualTo(2);
            assertThat(batch.failures())
                    .singleElement()
                    .asString()
                    .contains("MEMORY_AVAILABLE_BYTES", "422", "too old");
            assertThat(server.api.asked()).hasSize(16);
        }
    }

    /// 0/0 is how Prometheus says that a container did not run.
    @Test
    void prometheus_askedHowOftenContainersAreHeld_tellsThoseOfThatPodAndLeavesWhatIsNoNumber() {
        var series = "{\"metric\":{\"container\":\"%s\"},\"value\":[1,\"%s\"]}";
        var result = series.formatted("main", "0.25") + "," + series.formatted("idle", "NaN");
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(
                        exchange, 200, "{\"data\":{\"resultType\":\"vector\",\"result\":[" + result + "]}}"));
                var source = source(api, PrometheusSource.NAME, Duration.ofSeconds(10), Map.of("url", api.address()))) {

            var shares = source.throttling().orElseThrow().shares(new PodKey("shop", "web"));

            assertThat(shares).isEqualTo(Map.of("main", 0.25));
            assertThat(URLDecoder.decode(api.asked().getFirst(), StandardCharsets.UTF_8))
                    .contains("namespace=\"shop\",pod=\"web\"");
        }
    }

    @Test
    void prometheus_thatDoesNotAnswerHowOftenContainersAreHeld_tellsNone() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 503, "{\"error\":\"starting\"}"));
                var source = source(api, PrometheusSource.NAME, Duration.ofSeconds(10), Map.of("url", api.address()))) {

            assertThat(source.throttling().orElseThrow().shares(new PodKey("shop", "web")))
                    .isEmpty();
        }
    }

    @Test
    void prometheus_itsPast_isAskedByRangeAndJoinedByTime() {
        var web = "{\"metric\":{\"namespace\":\"shop\",\"pod\":\"%s\",\"container\":\"main\"},\"values\":[%s]}";
        var holder = new LoopbackApi[1];
        try (var api = new LoopbackApi(exchange -> {
            boolean isCpu = holder[0].asked().getLast().contains("rate");
            var result = isCpu
                    ? web.formatted("web", "[1000,\"30\"],[1300,\"50\"],[1600,\"NaN\"]")
                    : web.formatted("web", "[1000,\"4096\"],[1300,\"8192\"]") + ","
                            + web.formatted("gone", "[1000,\"4096\"]");
            LoopbackApi.json(exchange, 200, "{\"data\":{\"resultType\":\"matrix\",\"result\":[" + result + "]}}");
        })) {
            holder[0] = api;
            try (var source =
                    source(api, PrometheusSource.NAME, Duration.ofSeconds(10), Map.of("url", api.address()))) {

                var batch = source.past().orElseThrow().between(imageOfWeb(), 1_000_000, 1_899_999, 300_000);

                assertThat(batch.containers())
                        .containsExactly(
                                new ContainerUsage(
                                        new PodKey("shop", "web"),
                                        "main",
                                        new Sample(30, 1_000_000, "prometheus"),
                                        new Sample(4096, 1_000_000, "prometheus")),
                                new ContainerUsage(
                                        new PodKey("shop", "web"),
                                        "main",
                                        new Sample(50, 1_300_000, "prometheus"),
                                        new Sample(8192, 1_300_000, "prometheus")));
                assertThat(batch.fetchedAtMillis()).isEqualTo(1_899_999);
                assertThat(api.asked())
                        .hasSize(2)
                        .allMatch(request -> request.startsWith("POST /api/v1/query_range "))
                        .allMatch(request -> request.contains("start=1000.000")
                                && request.contains("end=1899.999")
                                && request.contains("step=300.000"));
            }
        }
    }

    @Test
    void prometheus_itsPastIsRefused_saysSo() {
        try (var api = new LoopbackApi(exchange ->
                        LoopbackApi.json(exchange, 422, "{\"status\":\"error\",\"error\":\"too many samples\"}"));
                var source = source(api, PrometheusSource.NAME, Duration.ofSeconds(10), Map.of("url", api.address()))) {

            var batch = source.past().orElseThrow().between(image(), 1_000_000, 1_899_999, 300_000);

            assertThat(batch.failures())
                    .hasSize(2)
                    .allSatisfy(words -> assertThat(words).contains("the past of container", "422 too many samples"));
        }
    }

    /// 40,000 series are 4 MB, twice what may wait between the connection and the reader: it has to be stopped and
    /// started again. 1,000 s after the epoch is when they say that they were measured.
    @Test
    void prometheus_answerLargerThanWhatMayWait_isReadWhole() {
        var series = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            series.append(i == 0 ? "" : ",")
                    .append("{\"metric\":{\"namespace\":\"shop\",\"pod\":\"web-%05d\",\"container\":\"main\"},"
                            .formatted(i))
                    .append("\"value\":[1767225620.5,\"1000\"]}");
        }
        var answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + series + "]}}";
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, answer))) {

            var batch = sample(api, PrometheusSource.NAME, Map.of("url", api.address()));

            assertThat(batch.failures()).isEmpty();
            assertThat(batch.containers()).hasSize(40_000);
            assertThat(batch.containers().getLast())
                    .isEqualTo(new ContainerUsage(
                            new PodKey("shop", "web-39999"),
                            "main",
                            new Sample(1000, 1_000_000, "prometheus"),
                            new Sample(1000, 1_000_000, "prometheus")));
        }
    }

    @Test
    void prometheus_oneAnswerStalls_othersAreAskedAllTheSame() {
        var end = new CountDownLatch(1);
        var holder = new LoopbackApi[1];
        try (var api = new LoopbackApi(exchange -> {
            var query = URLDecoder.decode(holder[0].asked().getLast(), StandardCharsets.UTF_8);
            if (query.contains("node_cpu_seconds_total")) {
                stall(exchange, end);
            } else {
                LoopbackApi.json(exchange, 200, "{\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
            }
        })) {
            holder[0] = api;
            try (var source = source(api, PrometheusSource.NAME, Duration.ofSeconds(2), Map.of("url", api.address()))) {

                var batch = source.sample(image());

                assertThat(batch.failures()).singleElement().asString().contains("CPU_USAGE_MILLIS");
                assertThat(api.asked()).hasSize(16);
                end.countDown();
            }
        }
    }

    @Test
    void prometheus_answeredByAnotherServer_saysItsStatus() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 404, "404 page not found"))) {

            var batch = sample(api, PrometheusSource.NAME, Map.of("url", api.address()));

            assertThat(batch.nodes()).isEmpty();
            assertThat(batch.failures())
                    .hasSize(16)
                    .allSatisfy(words -> assertThat(words).contains(": 404 "));
        }
    }

    @Test
    void prometheus_howLongPodsWait_isAskedOnceForCpuAndOnceForMemoryUnlessSetOtherwise() {
        try (var api = new LoopbackApi(
                exchange -> LoopbackApi.json(exchange, 200, "{\"data\":{\"resultType\":\"vector\",\"result\":[]}}"))) {
            var settings = Map.of("url", api.address());

            sample(api, PrometheusSource.NAME, settings);
            sample(
                    api,
                    PrometheusSource.NAME,
                    Map.of("url", api.address(), "query-pod-cpu-stalls", "", "query-pod-memory-stalls", "mine"));

            var asked = api.asked().stream()
                    .map(request ->
                            URLDecoder.decode(request, StandardCharsets.UTF_8).replaceFirst(".*query=", ""))
                    .toList();
            var pods = "{pod!=\"\",container!=\"POD\"}[1m])";
            var waits = "max by (namespace, pod) (rate(container_pressure_%s_waiting_seconds_total" + pods + ")";
            var held = " unless max by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total" + pods
                    + " / rate(container_cpu_cfs_periods_total" + pods + " >= 0.05)";
            assertThat(asked.subList(0, 16)).containsOnlyOnce(waits.formatted("cpu") + held, waits.formatted("memory"));
            assertThat(asked.subList(16, asked.size())).hasSize(15).containsOnlyOnce("mine");
        }
    }

    @Test
    void prometheus_withoutUrl_saysWhichSettingIsMissing() {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"))) {
            assertThatThrownBy(() -> source(api, PrometheusSource.NAME, Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs the setting url")
                    .hasMessageContaining("not set");
        }
    }

    /// Answers queries as Prometheus does.
    private static final class PrometheusAnswers implements AutoCloseable {

        private final AtomicInteger turn = new AtomicInteger();
        final LoopbackApi api;

        PrometheusAnswers() {
            api = new LoopbackApi(exchange -> {
                var query = URLDecoder.decode(last(), StandardCharsets.UTF_8);
                if (query.contains("query=max by (node) (node_memory_MemAvailable")) {
                    LoopbackApi.json(exchange, 422, "{\"status\":\"error\",\"error\":\"too old\"}");
                } else {
                    LoopbackApi.json(
                            exchange,
                            200,
                            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\"," + "\"result\":["
                                    + result(query) + "]}}");
                }
                turn.incrementAndGet();
            });
        }

        private String last() {
            return api.asked().get(turn.get());
        }

        private static String result(String query) {
            double at = AT / 1000.0;
            var web = "\"namespace\":\"shop\",\"pod\":\"web\",\"container\":\"main\"";
            if (query.contains("query=max by (node) (timestamp(")) {
                return series("\"node\":\"n1:9100\"", "%.3f".formatted(at + 5));
            } else if (query.contains("timestamp(container")) {
                return series(web, "%.3f".formatted(at + 4));
            } else if (query.contains("node_cpu_seconds_total")) {
                return series("\"node\":\"n1:9100\"", "700") + "," + series("\"node\":\"stranger\"", "1") + ","
                        + series("\"node\":\"n2\"", "NaN");
            } else if (query.contains("rate(container_cpu_usage_seconds_total")) {
                // Two paths of the kubelet tell it, and both may be scraped.
                return series(web, query.contains("max by (namespace, pod, container)") ? "30" : "60");
            } else if (query.contains("container_pressure_cpu_waiting_seconds_total")) {
                // Held by its own limit half of the time that it waits.
                return series("\"namespace\":\"shop\",\"pod\":\"web\"", query.contains("throttled") ? "0.25" : "0.5");
            } else if (query.contains("container_pressure_memory_waiting_seconds_total")) {
                return series("\"namespace\":\"shop\",\"pod\":\"web\"", "NaN");
            } else if (query.contains("namespace, pod, container")) {
                return series(web, "4096");
            }
            return "";
        }

        private static String series(String labels, String value) {
            return "{\"metric\":{" + labels + "},\"value\":[1767225620.5,\"" + value + "\"]}";
        }

        @Override
        public void close() {
            api.close();
        }
    }

    /// Memory pressure is all zeros: not measured.
    private static String summary(String time, int faults, int received) {
        return """
            {"node":{"nodeName":"n1",
              "cpu":{"time":"%1$s","usageNanoCores":500000000,"psi":{
                "full":{"total":1,"avg10":1,"avg60":2,"avg300":3},
                "some":{"total":9,"avg10":50,"avg60":25,"avg300":3}}},
              "memory":{"time":"%1$s","availableBytes":7000,"workingSetBytes":3000,"majorPageFaults":%2$d,"psi":{
                "full":{"total":0,"avg10":0,"avg60":0,"avg300":0},
                "some":{"total":0,"avg10":0,"avg60":0,"avg300":0}}},
              "network":{"time":"%1$s","name":"eth0","rxBytes":%3$d,"txBytes":1,
                "interfaces":[{"name":"cni0","rxBytes":99999999,"txBytes":1}]}},
             "pods":[{"podRef":{"name":"web","namespace":"shop"},"containers":[
               {"name":"main","cpu":{"time":"%1$s","usageNanoCores":20000000},
                "memory":{"time":"%1$s","workingSetBytes":1000}},
               {"name":"starting","memory":{"time":"%1$s","workingSetBytes":1000}}]}]}""".formatted(time, faults, received);
    }

    private static UsageBatch sample(LoopbackApi api, String name, Map<String, String> settings) {
        try (var source = source(api, name, settings)) {
            return source.sample(image());
        }
    }

    private static UsageSource source(LoopbackApi api, String name, Map<String, String> settings) {
        return source(api, name, Duration.ofSeconds(10), settings);
    }

    private static UsageSource source(LoopbackApi api, String name, Duration timeout, Map<String, String> settings) {
        var context = new UsageSourceContext(new ApiServer(api.client()), CLOCK, timeout, settings);
        return UsageSourceProvider.named(name).orElseThrow().create().apply(context);
    }

    private static ClusterImage image() {
        return image("boot", "n1", "n2");
    }

    private static ClusterImage imageOfWeb() {
        var delta = new ClusterDelta(image());
        delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", "web"),
                "u",
                Optional.empty(),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(new ContainerSpec("main", Resources.NONE, Resources.NONE)),
                Resources.NONE,
                Set.of())));
        return delta.apply();
    }

    private static ClusterImage image(String bootId, String... names) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (var name : names) {
            var size = new Resources(4000, 8L << 30);
            delta.replay(new ClusterEvent.NodeApplied(
                    new NodeSpec(name, "u", bootId, size, size, 110, NodeSpec.Readiness.READY, false, false, List.of()),
                    1));
        }
        return delta.apply();
    }

    private static NodeSample node(String name, SignalKind kind, double value, String source) {
        return new NodeSample(name, kind, new Sample(value, AT, source));
    }
}
