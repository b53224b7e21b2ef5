package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.plimsoll.app.CommandRun;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server that answers as Prometheus does: 300m of CPU and 200 MiB at all times, for one pod.
class PrometheusRecommendationsTest {

    private static final long MIB = 1 << 20;
    private static final String POD = "web-7d4b9c6f5-x2kqp";

    private HttpServer server;
    private final List<Map<String, String>> ranges = new ArrayList<>();
    private boolean isStateKnown;
    /// Of the only container, where it stands among the initContainers.
    private String initRestartPolicy = "";
    private int status = 200;
    /// Whether it says zero of both resources for every second hour.
    private boolean isFailing;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Test
    void recommend_ofPrometheus_saysWhatTheWorkloadShouldAskForAndWhatItDoes() throws IOException {
        isStateKnown = true;

        var run = recommend("-o", "json", "--window", "1d");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode found = Json.MAPPER.readTree(run.out()).path(0);
        assertThat(found.path("workload").asText()).isEqualTo("StatefulSet/odd");
        var container = found.path("status").path("containers").path(0);
        assertThat(container.path("current").path("cpu").asText()).isEqualTo("2000m");
        assertThat(container.path("current").path("memory").asText()).isEqualTo("1024Mi");
        // The high-water rule of flat usage: a quarter above 300m, a fifth above 200 MiB; bucket widths besides.
        assertThat(millis(container.path("target").path("cpu").asText())).isBetween(300, 450);
        assertThat(container.path("confidencePercent").asInt()).isGreaterThan(90);
        assertThat(run.err()).contains("100 % of 1d read").doesNotContain("guessed");
    }

    /// Twelve of the day's hours are left, at a point each five minutes: 144, and some at the ends.
    @Test
    void recommend_ofPrometheusThatSaysZeroForHalfTheTime_countsTheOtherHalfAlone() {
        isFailing = true;

        var run = recommend("-o", "json", "--window", "1d");

        assertThat(run.out()).containsPattern("1[345][0-9] samples over");
    }

    /// Its patch stands among the pod's initContainers, whose requests are told by a metric of their own.
    @ParameterizedTest
    @CsvSource({"OnFailure", "Always"})
    void recommend_ofAnInitContainerOrSidecar_saysThatItIsOne(String restartPolicy) throws IOException {
        isStateKnown = true;
        initRestartPolicy = restartPolicy;

        var json =
                Json.MAPPER.readTree(recommend("-o", "json", "--window", "6h").out());
        var patch = recommend("-o", "yaml", "--window", "6h").out();

        var container = json.at("/0/status/containers/0");
        assertThat(container.path("init").asBoolean()).isTrue();
        assertThat(container.at("/current/cpu").asText()).isEqualTo("2000m");
        assertThat(patch).contains("initContainers:").doesNotContain("  containers:");
    }

    @Test
    void recommend_withoutKubeStateMetrics_guessesOwnersFromNamesAndSaysSo() {
        var run = recommend("--window", "6h");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Deployment/web", "none → ");
        assertThat(run.err()).contains("owners are guessed from the names of pods");
    }

    /// A day in pieces of two hours, each of both queries: no answer holds more than 25 points of a series.
    @Test
    void recommend_longWindow_isReadInPieces() {
        recommend("--window", "1d", "-n", "shop");

        assertThat(ranges).hasSize(24).allSatisfy(asked -> {
            assertThat(Double.parseDouble(asked.getOrDefault("end", ""))
                            - Double.parseDouble(asked.getOrDefault("start", "")))
                    .isLessThanOrEqualTo(7200);
            assertThat(asked.getOrDefault("query", "")).contains("namespace=\"shop\"");
        });
    }

    @Test
    void recommend_prometheusThatRefusesOrIsNotThere_exits1WithItsWords() {
        status = 422;
        assertThat(recommend().err()).contains("422 said it");
        server.stop(0);

        var run = recommend();

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("Prometheus at http://127.0.0.1", "see that --prometheus is its address");
    }

    @Test
    void recommend_wrongOptions_exit2() {
        assertThat(recommend("--window", "soon").err()).contains("--window is a number with s, m, h or d behind it");
        assertThat(recommend("--step", "5s").code()).isEqualTo(2);
        assertThat(CommandRun.of("recommend", "--prometheus", "9090").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "web-7d4b9c6f5-x2kqp, Deployment, web",
        "report-29384756-x2kqp, CronJob, report",
        "db-0, StatefulSet, db",
        "agent-x2kqp, DaemonSet, agent"
    })
    void owner_ofAPodThatNobodyTellsOf_isReadFromItsName(String pod, String kind, String name) {
        assertThat(new PodOwners().of(new PodKey("shop", pod))).hasValue(new Owner("shop", kind, name));
    }

    @Test
    void owner_toldByKubeStateMetrics_goesUpToTheRoot() {
        var owners = new PodOwners();
        owners.pod(new PodKey("shop", "a"), "ReplicaSet", "a-1");
        owners.parent(new Owner("shop", "ReplicaSet", "a-1"), "Deployment", "a");
        owners.pod(new PodKey("shop", "static"), "Node", "n1");

        assertThat(owners.of(new PodKey("shop", "a"))).hasValue(new Owner("shop", "Deployment", "a"));
        assertThat(owners.of(new PodKey("shop", "static"))).isEmpty();
        assertThat(owners.of(new PodKey("shop", "bare"))).isEmpty();
    }

    private CommandRun recommend(String... further) {
        var arguments = new ArrayList<>(List.of(
                "recommend",
                "--prometheus",
                "http://127.0.0.1:" + server.getAddress().getPort()));
        arguments.addAll(List.of(further));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static int millis(String cpu) {
        return Integer.parseInt(cpu.replace("m", ""));
    }

    // As Prometheus answers

    private void answer(HttpExchange exchange) throws IOException {
        var parameters = new HashMap<String, String>();
        var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (var pair : form.split("&")) {
            int equals = pair.indexOf('=');
            parameters.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        boolean isRange = exchange.getRequestURI().getPath().endsWith("query_range");
        if (isRange) {
            ranges.add(parameters);
        }
        var body = status == 200 ? (isRange ? range(parameters) : instant(parameters)) : "{\"error\":\"said it\"}";
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String range(Map<String, String> parameters) {
        var value = parameters.getOrDefault("query", "").contains("cpu") ? "300" : Long.toString(200 * MIB);
        var points = new ArrayList<String>();
        double end = Double.parseDouble(parameters.getOrDefault("end", ""));
        double step = Double.parseDouble(parameters.getOrDefault("step", ""));
        for (double at = Double.parseDouble(parameters.getOrDefault("start", "")); at <= end; at += step) {
            boolean isZero = isFailing && (long) at / 3600 % 2 == 1;
            points.add("[" + at + ",\"" + (isZero ? "0" : value) + "\"]");
        }
        return result(
                "matrix",
                "{\"metric\":{\"namespace\":\"shop\",\"pod\":\"" + POD + "\",\"container\":\"app\"},\"values\":["
                        + String.join(",", points) + "]}");
    }

    private String instant(Map<String, String> parameters) {
        if (!isStateKnown) {
            return result("vector", "");
        }
        var query = parameters.getOrDefault("query", "");
        if (query.contains("kube_pod_owner")) {
            return result("vector", point("\"owner_kind\":\"StatefulSet\",\"owner_name\":\"odd\"", "1"));
        }
        if (query.contains("kube_pod_init_container_info")) {
            return result(
                    "vector",
                    initRestartPolicy.isEmpty()
                            ? ""
                            : point("\"container\":\"app\",\"restart_policy\":\"" + initRestartPolicy + "\"", "1"));
        }
        if (query.contains(
                initRestartPolicy.isEmpty()
                        ? "kube_pod_container_resource_requests"
                        : "kube_pod_init_container_resource_requests")) {
            return result(
                    "vector",
                    point("\"container\":\"app\",\"resource\":\"cpu\"", "2") + ","
                            + point("\"container\":\"app\",\"resource\":\"memory\"", Long.toString(1024 * MIB)));
        }
        return result("vector", "");
    }

    private static String point(String labels, String value) {
        return "{\"metric\":{\"namespace\":\"shop\",\"pod\":\"" + POD + "\"," + labels + "},\"value\":[1,\"" + value
                + "\"]}";
    }

    private static String result(String type, String series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"" + type + "\",\"result\":[" + series + "]}}";
    }
}
