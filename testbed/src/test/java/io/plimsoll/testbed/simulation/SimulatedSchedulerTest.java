package io.plimsoll.testbed.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedSchedulerTest {

    private static final long MIB = 1L << 20;
    private static final Resources NODE = new Resources(4000, 8192 * MIB);
    private static final Resources SMALL = new Resources(100, 64 * MIB);

    private final SimulatedCluster cluster = new SimulatedCluster(SimulationSettings.seeded(1), event -> {});
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, String> asked = new ConcurrentHashMap<>();
    private HttpServer server;

    SimulatedSchedulerTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void startExtender() {
        server.createContext("/", exchange -> {
            var verb = exchange.getRequestURI().getPath().substring("/scheduler/".length());
            asked.put(verb, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var body = answers.getOrDefault(verb, "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answers.containsKey(verb) ? 200 : 500, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopExtender() {
        server.stop(0);
    }

    @Test
    void place_byRequests_takesTheNodeWithTheFewest() {
        nodes(2);
        occupy("n0", "a", new Resources(2000, 1024 * MIB));

        var placement = byRequests("web", SMALL);

        assertThat(placement.node()).contains("n1");
        assertThat(placement.candidates()).isEqualTo(2);
    }

    @Test
    void place_whenNoNodeHasRoom_leavesThePodPending() {
        nodes(2);

        var placement = byRequests("web", new Resources(4001, MIB));

        assertThat(placement.node()).isEmpty();
        assertThat(cluster.pod(key("web")).orElseThrow().spec().nodeName()).isEmpty();
    }

    @Test
    void place_withEqualNodes_dependsOnTheSeedAlone() {
        nodes(50);

        var first = byRequests("a", SMALL).node();
        cluster.delete(key("a"));
        var second = byRequests("a", SMALL).node();

        assertThat(first).isPresent().isEqualTo(second);
    }

    @Test
    void extender_withHighScores_outweighsTheDefaultOnes() {
        nodes(2);
        // Requests: n0 is half full, worth about 50 points less than n1. Ten of the extender are worth 10·5·10 = 500.
        occupy("n0", "a", new Resources(2000, 4096 * MIB));
        answers.put("filter", "{\"NodeNames\":[\"n0\",\"n1\"],\"FailedNodes\":null,\"Error\":\"\"}");
        answers.put("prioritize", "[{\"Host\":\"n0\",\"Score\":10},{\"Host\":\"n1\",\"Score\":0}]");

        var placement = asking("web");

        assertThat(placement.node()).contains("n0");
        assertThat(placement.extenderScores()).isEqualTo(Map.of("n0", 10, "n1", 0));
        assertThat(placement.extenderFailures()).isZero();
    }

    @Test
    void extender_isAskedInKubeSchedulersWords() {
        nodes(2);
        answers.put("filter", "{\"NodeNames\":[\"n0\",\"n1\"]}");
        answers.put("prioritize", "[]");

        asking("web");

        assertThat(asked.get("filter"))
                .isEqualTo(
                        "{\"Pod\":{\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"uid-of-shop/web\","
                                + "\"labels\":{\"app\":\"web\"},\"ownerReferences\":[{\"apiVersion\":\"apps/v1\","
                                + "\"kind\":\"ReplicaSet\",\"name\":\"web-7d\",\"uid\":\"uid-of-web-7d\",\"controller\":true}]},"
                                + "\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":{\"cpu\":\"100m\","
                                + "\"memory\":\"67108864\"}}}],\"schedulerName\":\"default-scheduler\",\"priority\":0},"
                                + "\"status\":{\"phase\":\"Pending\"}},\"Nodes\":null,\"NodeNames\":[\"n0\",\"n1\"]}");
        assertThat(asked.get("prioritize")).isEqualTo(asked.get("filter"));
    }

    @Test
    void extender_thatLeavesOneNode_isNotAskedToPrioritize() {
        nodes(2);
        answers.put("filter", "{\"NodeNames\":[\"n1\"],\"FailedAndUnresolvableNodes\":{\"n0\":\"hot\"}}");

        var placement = asking("web");

        assertThat(placement.node()).contains("n1");
        assertThat(asked).containsOnlyKeys("filter");
    }

    @Test
    void extender_thatAnswersWithErrors_isPassedOver() {
        nodes(2);
        occupy("n0", "a", new Resources(2000, 1024 * MIB));

        var placement = asking("web");

        assertThat(placement.node()).contains("n1");
        assertThat(placement.extenderFailures()).isEqualTo(2);
    }

    @Test
    void extender_thatNamesAnUnknownNodeOrAFraction_isPassedOver() {
        nodes(2);
        answers.put("filter", "{\"NodeNames\":[\"n0\",\"stranger\"]}");
        answers.put("prioritize", "[{\"Host\":\"n0\",\"Score\":7.5}]");

        var placement = asking("web");

        assertThat(placement.candidates()).isEqualTo(2);
        assertThat(placement.extenderScores()).isEmpty();
        assertThat(placement.extenderFailures()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"50,50", "100,100", "200,100", "500,230", "1000,420", "3125,781", "5000,500", "15000,750"})
    void candidatesWanted_byNodes_isKubeSchedulersNumber(int nodes, int wanted) {
        assertThat(SimulatedScheduler.candidatesWanted(nodes)).isEqualTo(wanted);
    }

    @Test
    void place_onManyNodes_looksAtASampleAndGoesOnFromThere() {
        nodes(200);
        answers.put("prioritize", "[]");

        try (var scheduler = SimulatedScheduler.byRequests(cluster, 1)) {
            var first = place(scheduler, "a", SMALL);
            var second = place(scheduler, "b", SMALL);

            // 200 nodes: 100 are enough, so the second search takes the other half of the sorted names.
            assertThat(first.candidates()).isEqualTo(100);
            assertThat(first.node().orElseThrow()).isLessThan("n189");
            assertThat(second.node().orElseThrow()).isGreaterThanOrEqualTo("n189");
        }
    }

    private Placement byRequests(String name, Resources requests) {
        try (var scheduler = SimulatedScheduler.byRequests(cluster, 1)) {
            return place(scheduler, name, requests);
        }
    }

    private Placement asking(String name) {
        var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/scheduler");
        try (var scheduler = SimulatedScheduler.asking(cluster, patient(uri), 1)) {
            return place(scheduler, name, SMALL);
        }
    }

    private Placement place(SimulatedScheduler scheduler, String name, Resources requests) {
        var owner = Optional.of(new Owner("shop", "ReplicaSet", name + "-7d"));
        var pod = Templates.pod(key(name), owner, requests);
        cluster.createPod(pod, Map.of("app", name), Demand.constant(100, MIB));
        return scheduler.place(key(name));
    }

    private void nodes(int count) {
        for (int i = 0; i < count; i++) {
            cluster.applyNode(Templates.node("n" + i, NODE));
        }
    }

    private void occupy(String node, String name, Resources requests) {
        cluster.createPod(Templates.pod(key(name), Optional.empty(), requests), Map.of(), Demand.constant(0, 0));
        cluster.bind(key(name), node);
    }

    private static PodKey key(String name) {
        return new PodKey("shop", name);
    }

    /// Waits long enough that a busy machine does not look like an extender that hangs.
    private static ExtenderSettings patient(URI uri) {
        return ExtenderSettings.at(uri).withHttpTimeout(Duration.ofSeconds(60));
    }
}
