package io.plimsoll.extender.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.extender.Requests;
import io.plimsoll.testbed.controlplane.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/// Bodies as large as they may be, against an extender with the flags of the manifests, whose heap of 256 MiB is as
/// full as 150,000 pods make it.
@TestInstance(Lifecycle.PER_CLASS)
class LargeBodiesTest {

    private static final int LIMIT = SchedulerPortConfig.DEFAULT.bodyBytesMax();
    private static final int ROUNDS = 2;
    private static final String NODE = "{\"metadata\":{\"name\":\"calm\"},\"status\":{\"images\":\"%s\"}}";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process server;
    private int port;
    private int healthPort;

    @BeforeAll
    void start() throws IOException {
        server = new ProcessBuilder(JavaCommand.of(
                        List.of(
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Dio.netty.allocator.type=pooled",
                                "--enable-native-access=ALL-UNNAMED"),
                        LargeBodyServer.class,
                        List.of()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var ports = server.inputReader(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("ports "))
                .findFirst()
                .orElseThrow()
                .split(" ");
        port = Integer.parseInt(ports[1]);
        healthPort = Integer.parseInt(ports[2]);
    }

    @AfterAll
    void stop() {
        server.destroy();
        http.close();
    }

    @Test
    void filter_bodiesAtTheLimitInARow_areAllEchoed() throws Exception {
        var body = wholeNodes(LIMIT);
        for (int round = 0; round < ROUNDS; round++) {

            var reply = filter(body);

            assertEchoed(body, reply);
        }
        assertNothingWentWrong();
    }

    @Test
    void filter_twoBodiesAtTheLimitAtOneTime_areBothEchoed() throws Exception {
        var body = wholeNodes(LIMIT);
        for (int round = 0; round < ROUNDS; round++) {

            var replies = Stream.of(1, 2)
                    .map(i -> http.sendAsync(request("filter", body), BodyHandlers.ofByteArray()))
                    .toList();

            for (var reply : replies) {
                assertEchoed(body, reply.get());
            }
        }
        assertNothingWentWrong();
    }

    @Test
    void prioritize_bodyAtTheLimit_scoresItsNodes() throws Exception {
        var reply = http.send(request("prioritize", wholeNodes(LIMIT)), BodyHandlers.ofString());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).startsWith("[{\"Host\":\"calm\",\"Score\":5},{\"Host\":\"calm\",\"Score\":5}");
    }

    @Test
    void prioritize_oneByteBeyondTheLimit_givesNoScoresAndCountsIt() throws Exception {
        var line = "plimsoll_extender_neutral_total{cause=\"too-large\",verb=\"prioritize\"}";

        var reply = http.send(declared("prioritize", LIMIT + 1), BodyHandlers.ofString());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("[]");
        assertThat(metrics()).contains(line + " 1.0");
    }

    @Test
    void filter_oneByteBeyondTheLimit_isRefusedSinceNoAnswerWouldBeNeutral() throws Exception {
        var reply = http.send(declared("filter", LIMIT + 1), BodyHandlers.ofString());

        assertThat(reply.statusCode()).isEqualTo(413);
        assertThat(reply.body()).contains("the body is larger than " + LIMIT + " bytes");
        assertThat(metrics()).contains("plimsoll_extender_refused_total{cause=\"too-large\",verb=\"filter\"} 1.0");
    }

    @Test
    void filter_millionsOfNames_areEchoedWithoutLookingAtEach() throws Exception {
        var names = "\"n\",".repeat(LIMIT / 4 - 1_000);
        var body =
                ("{\"Pod\":" + Requests.POD + ",\"NodeNames\":[" + names + "\"n\"]}").getBytes(StandardCharsets.UTF_8);

        var filtered = filter(body);
        var scored = http.send(request("prioritize", body), BodyHandlers.ofString());

        assertThat(filtered.statusCode()).isEqualTo(200);
        assertThat(filtered.body()).hasSizeGreaterThan(names.length());
        assertThat(scored.body()).isEqualTo("[]");
        assertThat(metrics())
                .contains("plimsoll_extender_neutral_total{cause=\"too-many-nodes\",verb=\"prioritize\"} 1.0");
    }

    @Test
    void preempt_wholeVictimsAtTheLimit_comeBackByUid() throws Exception {
        var pod = "{\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},\"spec\":{\"x\":\"" + "i".repeat(16_000) + "\"}},";
        var pods = pod.repeat(LIMIT / pod.length() - 2);
        var body = "{\"Pod\":{},\"NodeNameToVictims\":{\"n1\":{\"Pods\":[" + pods
                + "{\"metadata\":{\"uid\":\"last\"}}],\"NumPDBViolations\":2}},\"NodeNameToMetaVictims\":null}";

        var reply = http.send(request("preempt", body.getBytes(StandardCharsets.US_ASCII)), BodyHandlers.ofString());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body())
                .startsWith("{\"NodeNameToMetaVictims\":{\"n1\":{\"Pods\":[{\"UID\":\"u\"},{\"UID\":\"u\"}")
                .endsWith("{\"UID\":\"last\"}],\"NumPDBViolations\":2}}}");
    }

    private HttpResponse<byte[]> filter(byte[] body) throws Exception {
        return http.send(request("filter", body), BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String verb, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/scheduler/" + verb))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    /// A request whose body is announced and waits for the server to ask for it.
    private HttpRequest declared(String verb, int length) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/scheduler/" + verb))
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(new byte[length]))
                .build();
    }

    private String metrics() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPort + "/metrics"))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private void assertNothingWentWrong() throws Exception {
        assertThat(server.isAlive()).isTrue();
        assertThat(metrics())
                .doesNotContain("cause=\"no-memory\",verb=\"filter\"} 1")
                .doesNotContain("cause=\"error\",verb=\"filter\"} 1")
                .doesNotContain("cause=\"deadline\",verb=\"filter\"} 1");
    }

    /// The list of nodes lies in the body and in the answer byte for byte.
    private static void assertEchoed(byte[] body, HttpResponse<byte[]> reply) {
        assertThat(reply.statusCode()).isEqualTo(200);
        int from = new String(body, 0, 4_096, StandardCharsets.US_ASCII).indexOf("{\"metadata\":{},\"items\"");
        int to = body.length - ",\"NodeNames\":null}".length();
        int at = "{\"Nodes\":".length();
        assertThat(Arrays.equals(body, from, to, reply.body(), at, at + to - from))
                .as("nodes echoed byte for byte")
                .isTrue();
    }

    /// A request of exactly that many bytes, nodes of 16 kB with the last one larger.
    private static byte[] wholeNodes(int length) {
        var node = NODE.formatted("i".repeat(16_000));
        var items = new StringBuilder(length);
        int room = length - Requests.nodes("").length() - NODE.length();
        while (room > 2 * node.length()) {
            items.append(node).append(',');
            room -= node.length() + 1;
        }
        items.append(NODE.formatted("i".repeat(room)));
        var body = Requests.nodes(items.toString());
        body = body.replace("\"name\":\"web-1\"", "\"name\":\"web-1" + "x".repeat(length - body.length()) + "\"");
        return body.getBytes(StandardCharsets.US_ASCII);
    }
}
