package io.plimsoll.extender.http;

import static io.plimsoll.extender.Clusters.NOW_MILLIS;
import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.Requests;
import io.plimsoll.extender.RunningExtender;
import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.extender.decision.NeutralCause;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What kube-scheduler sends, and what it must get back, over real HTTP.
@TestInstance(Lifecycle.PER_CLASS)
class SchedulerContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALL_OF_IT = ",\"FailedNodes\":{},\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}";
    private static final String CALM_NODE = "{\"metadata\":{\"name\":\"calm\",\"creationTimestamp\":null},\"spec\":{},"
            + "\"status\":{\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":0}}}}";
    private static final String HOT_NODE = "{\"metadata\":{\"name\":\"hot\"}, \"x\" : 1.50}";

    private final AtomicReference<ClusterImage> image = new AtomicReference<>(ClusterImage.EMPTY);
    private RunningExtender extender;

    @BeforeAll
    void start() throws Exception {
        image.set(cluster()
                .node("calm", 0.3, 0.3)
                .node("fair", 0.5, 0.5)
                .node("hot", 0.97, 0.3)
                .pod("a", "calm", 1_000)
                .pod("b", "hot", 3_900)
                .pod("c", "fair", 2_000)
                .namespace("private", Set.of(OptOut.SCORE))
                .image());
        extender = new RunningExtender(ExtenderConfig.DEFAULT, image::get);
    }

    @AfterAll
    void stop() {
        extender.close();
    }

    @Test
    void filter_hotNodeAmongOthers_rejectsItAsUnresolvable() throws Exception {
        var reply = extender.filter(Requests.names("calm", "hot", "new"));

        assertThat(reply).isEqualTo("""
                        {"Nodes":null,"NodeNames":["calm","new"],"FailedNodes":{},"FailedAndUnresolvableNodes":\
                        {"hot":"node CPU use is above the safe load"},"Error":""}""");
    }

    @Test
    void filter_onlyHotNodes_keepsTheLeastBad() throws Exception {
        var reply = extender.filter(Requests.names("hot"));

        assertThat(reply).isEqualTo("{\"Nodes\":null,\"NodeNames\":[\"hot\"]" + ALL_OF_IT);
    }

    @Test
    void filter_wholeNodes_echoesThemByteByByte() throws Exception {
        var reply = extender.filter(Requests.nodes(CALM_NODE, HOT_NODE));

        assertThat(reply)
                .startsWith("{\"Nodes\":{\"metadata\":{},\"items\":[" + CALM_NODE + "]},\"NodeNames\":null,")
                .contains("{\"hot\":\"node CPU use is above the safe load\"}");
    }

    @Test
    void prioritize_wholeNodes_scoresThemByName() throws Exception {
        var reply = extender.prioritize(Requests.nodes(CALM_NODE, HOT_NODE));

        assertThat(reply).matches("\\[\\{\"Host\":\"calm\",\"Score\":10},\\{\"Host\":\"hot\",\"Score\":0}]");
    }

    @Test
    void prioritize_lowercaseEnvelope_isRead() throws Exception {
        var body = Requests.names("calm", "hot").replace("\"Pod\"", "\"pod\"").replace("NodeNames", "nodenames");

        assertThat(extender.prioritize(body)).isEqualTo(extender.prioritize(Requests.names("calm", "hot")));
    }

    @Test
    void filter_bothListsNull_answersNoNodes() throws Exception {
        var reply = extender.filter("{\"Pod\":" + Requests.POD + ",\"Nodes\":null,\"NodeNames\":null}");

        assertThat(reply).isEqualTo("{\"Nodes\":null,\"NodeNames\":[]" + ALL_OF_IT);
    }

    @Test
    void filter_itemsNull_answersNoNodes() throws Exception {
        var reply = extender.filter("{\"Pod\":" + Requests.POD + ",\"Nodes\":{\"metadata\":{},\"items\":null}}");

        assertThat(reply).isEqualTo("{\"Nodes\":{\"metadata\":{},\"items\":null},\"NodeNames\":null" + ALL_OF_IT);
    }

    @Test
    void prioritize_duplicateNames_answersEach() throws Exception {
        var reply = JSON.readTree(extender.prioritize(Requests.names("calm", "hot", "calm")));

        assertThat(reply.findValuesAsText("Host")).containsExactly("calm", "hot", "calm");
        assertThat(reply.get(0)).isEqualTo(reply.get(2));
    }

    @Test
    void filter_exoticNames_echoesThemByteByByte() throws Exception {
        var names = "[\"caf\\u00e9\", \"a\\/b\",\"\\\"\",\"日本\"]";

        var reply = extender.filter("{\"Pod\":" + Requests.POD + ",\"NodeNames\":" + names + "}");

        assertThat(reply).contains("\"NodeNames\":" + names + ",");
    }

    @Test
    void prioritize_fifteenThousandNames_answersAllInOrder() throws Exception {
        var names = IntStream.range(0, 15_000)
                .mapToObj(i -> "ip-10-0-" + i + ".eu-central-1.compute.internal")
                .toList();
        var all = new ArrayList<>(names);
        all.add("calm");

        var reply = JSON.readTree(extender.prioritize(Requests.names(all)));

        assertThat(reply.findValuesAsText("Host")).isEqualTo(all);
    }

    @Test
    void prioritize_officialSample_isAnswered() throws Exception {
        var sample = """
                {"Pod":{"metadata":{"name":"podname"},"spec":{"containers":null},"status":{}},"Nodes":{"metadata":{},\
                "items":[{"metadata":{"name":"nodename"},"spec":{},"status":{}}]},"NodeNames":["node1"]}""";

        assertThat(extender.prioritize(sample)).isEqualTo("[{\"Host\":\"node1\",\"Score\":0}]");
    }

    @Test
    void prioritize_podUnreadable_givesEqualScoresAndCountsIt() throws Exception {
        var line = "plimsoll_extender_neutral_total{cause=\"pod-unreadable\",verb=\"prioritize\"}";
        double before = extender.metric(line);

        var reply = extender.prioritize("{\"Pod\":{\"spec\":{\"containers\":7}},\"NodeNames\":[\"calm\"]}");

        assertThat(reply).isEqualTo("[{\"Host\":\"calm\",\"Score\":0}]");
        assertThat(extender.metric(line)).isEqualTo(before + 1);
    }

    @Test
    void filter_noPod_acceptsAll() throws Exception {
        var reply = extender.filter("{\"NodeNames\":[\"hot\",\"calm\"]}");

        assertThat(reply).isEqualTo("{\"Nodes\":null,\"NodeNames\":[\"hot\",\"calm\"]" + ALL_OF_IT);
    }

    @Test
    void filter_podOfOptedOutNamespace_acceptsAll() throws Exception {
        var body = Requests.names("hot", "calm").replace("\"shop\"", "\"private\"");

        assertThat(extender.filter(body)).contains("\"NodeNames\":[\"hot\",\"calm\"]");
        assertThat(extender.server().decisions().latest(1).getFirst().neutral().map(c -> c.label()))
                .contains("opted-out");
    }

    @Test
    void preempt_metaVictims_comeBack() throws Exception {
        var victims = "{\"foo\":{\"Pods\":[{\"UID\":\"u1\"}],\"NumPDBViolations\":1}}";

        var reply = extender.post("/scheduler/preempt", "{\"Pod\":{},\"NodeNameToMetaVictims\":" + victims + "}");

        assertThat(reply.body()).isEqualTo("{\"NodeNameToMetaVictims\":" + victims + "}");
    }

    @Test
    void preempt_wholeVictims_comeBackByUid() throws Exception {
        var reply = extender.post("/scheduler/preempt", """
                {"Pod":{},"NodeNameToVictims":{"foo":{"Pods":[{"metadata":{"name":"p","uid":"u1"}}],\
                "NumPDBViolations":2}},"NodeNameToMetaVictims":null}""");

        assertThat(reply.body())
                .isEqualTo(
                        "{\"NodeNameToMetaVictims\":{\"foo\":{\"Pods\":[{\"UID\":\"u1\"}],\"NumPDBViolations\":2}}}");
    }

    @Test
    void preempt_severalNodesAndVictims_comeBackInOrder() throws Exception {
        var reply = extender.post("/scheduler/preempt", """
                {"Pod":{},"NodeNameToVictims":{"a":{"Pods":[{"metadata":{"uid":"u1"}},{"metadata":{"name":"p"}}],\
                "NumPDBViolations":0},"b":{"Pods":null},"c":null},"NodeNameToMetaVictims":null}""");

        assertThat(reply.body()).isEqualTo("""
                {"NodeNameToMetaVictims":{"a":{"Pods":[{"UID":"u1"},{"UID":""}],"NumPDBViolations":0},\
                "b":{"Pods":[],"NumPDBViolations":0}}}""");
    }

    @Test
    void preempt_noVictims_answersNone() throws Exception {
        var reply = extender.post("/scheduler/preempt", "{\"Pod\":{}}");

        assertThat(reply.body()).isEqualTo("{\"NodeNameToMetaVictims\":{}}");
    }

    @Test
    void preempt_victimsOfTheWrongType_isRefused() throws Exception {
        var reply = extender.post("/scheduler/preempt", "{\"NodeNameToMetaVictims\":[]}");

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).contains("the victims must be an object");
    }

    @Test
    void request_unreadable_isRefusedWithReason() throws Exception {
        for (var body : List.of("", "[]", "nonsense", "{\"NodeNames\":[1]}", "{\"NodeNames\":\"n\"}", "{\"Nodes\":{")) {

            var reply = extender.post("/scheduler/filter", body);

            assertThat(reply.statusCode()).as(body).isEqualTo(400);
            assertThat(JSON.readTree(reply.body()).path("error").asText()).startsWith("not an extender request");
        }
    }

    @Test
    void request_veryDeep_isRefusedOrNeutral() throws Exception {
        var deep = "[".repeat(100_000);

        var reply = extender.post("/scheduler/filter", "{\"NodeNames\":[\"calm\"],\"Pod\":" + deep);

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).contains("levels of nesting");
    }

    @Test
    void request_wrongPathOrMethod_isToldSo() throws Exception {
        assertThat(extender.post("/scheduler/bind", "{}").statusCode()).isEqualTo(404);
        assertThat(extender.post("/filter", "{}").statusCode()).isEqualTo(404);
        assertThat(raw("GET /scheduler/filter HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void reply_hasContentLengthAndNothingBehind() throws Exception {
        var body = Requests.names("calm");

        var reply =
                raw("POST /scheduler/prioritize HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body);

        assertThat(reply).contains("content-length: 27\r\n").endsWith("\r\n\r\n[{\"Host\":\"calm\",\"Score\":5}]");
    }

    @Test
    void connection_thousandCalls_staysOpen() throws Exception {
        try (var socket = connect()) {
            var body = Requests.names("calm");
            var call = ("POST /scheduler/prioritize HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.UTF_8);
            var in = socket.getInputStream();
            int length = 0;
            for (int i = 0; i < 1_000; i++) {
                socket.getOutputStream().write(call);
                if (i == 0) {
                    length = untilEnd(in, "5}]");
                } else {
                    assertThat(in.readNBytes(length)).hasSize(length);
                }
            }
        }
    }

    /// An hour old; or of an hour that has not come yet, since the clock was set back.
    @ParameterizedTest
    @ValueSource(longs = {-3_600_000, 3_600_000})
    void filter_imageOfAnotherTime_acceptsAllAndIsNotReady(long awayMillis) throws Exception {
        var old = cluster().node("hot", 0.97, 0.3).node("n", 0.1, 0.1).imageAt(NOW_MILLIS + awayMillis);
        try (var late = RunningExtender.on(old)) {

            assertThat(late.filter(Requests.names("hot", "n"))).contains("\"NodeNames\":[\"hot\",\"n\"]");
            assertThat(late.metric("plimsoll_extender_neutral_total{cause=\"image-old\",verb=\"filter\"}"))
                    .isEqualTo(1);
            assertThat(late.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(late.get("/livez").body()).isEqualTo("ok");
        }
    }

    @Test
    void prioritize_imageSupplierFails_givesEqualScores() throws Exception {
        try (var broken = new RunningExtender(ExtenderConfig.DEFAULT, () -> {
            throw new IllegalStateException("no image");
        })) {

            assertThat(broken.prioritize(Requests.names("a", "b")))
                    .isEqualTo("[{\"Host\":\"a\",\"Score\":0},{\"Host\":\"b\",\"Score\":0}]");
        }
    }

    @Test
    void request_failsBeforeItsNodesAreKnown_isAnsweredAndCounted() throws Exception {
        @SuppressWarnings("NullAway") // what a broken source of images may do
        Supplier<ClusterImage> none = () -> null;
        try (var broken = new RunningExtender(ExtenderConfig.DEFAULT, none)) {

            var scored = broken.post("/scheduler/prioritize", Requests.names("a", "b"));
            var filtered = broken.post("/scheduler/filter", Requests.names("a", "b"));

            assertThat(scored.statusCode()).isEqualTo(200);
            assertThat(scored.body()).isEqualTo("[]");
            assertThat(filtered.statusCode()).isEqualTo(500);
            assertThat(filtered.body()).contains("the decision failed");
            assertThat(broken.server().decisions().latest(1).getFirst().neutral())
                    .contains(NeutralCause.ERROR);
        }
    }

    @Test
    void shadowMode_podIsBoundToAWorseNode_countsTheRegret() throws Exception {
        var seen = new AtomicReference<>(image.get());
        var settings = new DecisionSettings(100, 60_000, true);
        try (var shadow = new RunningExtender(ExtenderConfig.DEFAULT.withDecisions(settings), seen::get)) {
            var line = "plimsoll_extender_shadow_regret_count{judged=\"at-once\"}";

            var scored = shadow.prioritize(Requests.names("fair", "calm", "hot"));
            seen.set(cluster()
                    .node("calm", 0.3, 0.3)
                    .node("fair", 0.5, 0.5)
                    .node("hot", 0.97, 0.3)
                    .pod("web-1", "hot", 250)
                    .image());
            RunningExtender.await(() -> shadow.get("/metrics").body().contains(line + " 1"));

            assertThat(scored).doesNotContain("\"Score\":1", "\"Score\":5");
            assertThat(shadow.metric(line)).isEqualTo(1);
            assertThat(shadow.metric("plimsoll_extender_shadow_regret_sum{judged=\"at-once\"}"))
                    .isGreaterThan(10);
        }
    }

    @Test
    void filter_shadowMode_acceptsAllAndRecordsWhatItWouldHaveSaid() throws Exception {
        var settings = new DecisionSettings(100, 60_000, true);
        try (var shadow = new RunningExtender(ExtenderConfig.DEFAULT.withDecisions(settings), image::get)) {

            var filtered = shadow.filter(Requests.names("hot", "calm"));
            var scored = shadow.prioritize(Requests.names("hot", "calm"));

            assertThat(filtered).contains("\"NodeNames\":[\"hot\",\"calm\"]");
            assertThat(scored).isEqualTo("[{\"Host\":\"hot\",\"Score\":0},{\"Host\":\"calm\",\"Score\":0}]");
            var decisions = shadow.server().decisions().latest(2);
            assertThat(decisions.get(1).rejectedCount()).isEqualTo(1);
            assertThat(decisions.get(0).top().getFirst().node()).isEqualTo("calm");
        }
    }

    @Test
    void readyz_warmAndSynced_turnsReady() throws Exception {
        RunningExtender.await(() -> extender.get("/readyz").statusCode() == 200);

        assertThat(extender.get("/readyz?verbose").body()).contains("[+]warm-up ok\n", "[+]image ok\n");
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), extender.server().schedulerPort());
    }

    private String raw(String request) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int untilEnd(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            text.append((char) in.read());
        }
        return text.length();
    }
}
