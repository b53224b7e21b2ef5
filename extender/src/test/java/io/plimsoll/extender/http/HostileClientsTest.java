package io.plimsoll.extender.http;

import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.Requests;
import io.plimsoll.extender.RunningExtender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are slow, many, or send what no scheduler would; beside them a scheduler must be answered.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class HostileClientsTest {

    private static final int CONNECTIONS_MAX = 8;
    private static final int BODY_BYTES_MAX = 1 << 20;
    /// Long enough for a client that is not slow, and gets no processor for a while.
    private static final int REQUEST_MILLIS = 2_000;
    private static final String HALF_A_HEAD = "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    private static final String HALF_A_BODY =
            "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"NodeNames\":[";

    private RunningExtender extender;

    @BeforeEach
    void start() throws Exception {
        var port = new SchedulerPortConfig(
                "127.0.0.1",
                0,
                "/scheduler",
                Optional.empty(),
                BODY_BYTES_MAX,
                2 * BODY_BYTES_MAX,
                CONNECTIONS_MAX,
                REQUEST_MILLIS,
                120_000);
        var image = cluster().node("n1", 0.2, 0.2).node("n2", 0.3, 0.2).image();
        extender = new RunningExtender(ExtenderConfig.DEFAULT.withScheduler(port), () -> image);
    }

    @AfterEach
    void stop() {
        extender.close();
    }

    @Test
    void client_neverEndsItsHead_isClosed() throws Exception {
        try (var slow = connect(HALF_A_HEAD)) {

            assertAnswered();

            assertThat(slow.getInputStream().read()).isEqualTo(-1);
            assertThat(extender.metric("plimsoll_extender_connections_closed_total{cause=\"slow\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void client_neverEndsItsBody_isClosed() throws Exception {
        try (var slow = connect(HALF_A_BODY)) {

            assertAnswered();

            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void clients_moreThanAllowed_closeTheQuietestNotTheScheduler() throws Exception {
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 3 * CONNECTIONS_MAX; i++) {
                clients.add(connect(HALF_A_HEAD));
                assertAnswered();
            }

            assertThat(clients.getFirst().getInputStream().read()).isEqualTo(-1);
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void request_toAPathThatThereIsNot_isRefusedAndItsConnectionIdleThen() throws Exception {
        try (var lost = connect("POST /scheduler HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
                var slow = connect(HALF_A_HEAD)) {
            assertThat(lost.getInputStream().read()).isEqualTo('H');
            write(lost, "{}");

            assertThat(slow.getInputStream().read()).isEqualTo(-1);

            write(lost, call(Requests.names("n1"), "Connection: close\r\n"));
            assertThat(new String(lost.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("HTTP/1.1 200 OK");
            assertThat(extender.metric("plimsoll_extender_connections_closed_total{cause=\"slow\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void body_declaredTooLarge_isRefusedBeforeItComes() throws Exception {
        try (var client = connect("POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n{")) {

            var reply = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(reply).startsWith("HTTP/1.1 413").contains("the body is larger than 1048576 bytes");
            assertAnswered();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Connection: close", "Connection: keep-alive"})
    void body_tooLargeAndSentToItsEndAllTheSame_isAnsweredNotReset(String header) throws Exception {
        int length = 40_000_000;
        try (var client = connect("POST /scheduler/filter HTTP/1.1\r\nHost: x\r\n" + header + "\r\nContent-Length: "
                + length + "\r\n\r\n")) {
            client.getOutputStream().write(new byte[length]);

            var reply = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(reply).startsWith("HTTP/1.1 413").endsWith("the body is larger than 1048576 bytes\"}");
            assertAnswered();
            assertThat(extender.get("/metrics").body()).doesNotContain("connections_closed_total{cause=\"slow\"}");
        }
    }

    @Test
    void body_chunkedTooLarge_isCutOff() throws Exception {
        var chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        try (var client = connect("POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")) {

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            write(client, chunk);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(extender.metric("plimsoll_extender_refused_total{cause=\"too-large\",verb=\"filter\"}"))
                    .isEqualTo(1);
            assertAnswered();
        }
    }

    @Test
    void bodies_largeOnesThatNeverEnd_letNamesPassAndAreClosed() throws Exception {
        var part = "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx";
        try (var first = connect(part);
                var second = connect(part);
                var third = connect(part)) {

            assertAnswered();

            for (var client : List.of(first, second, third)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(extender.metric("plimsoll_extender_connections_closed_total{cause=\"slow\"}"))
                    .isEqualTo(3);
            assertAnswered();
        }
    }

    @Test
    void bodies_promisedAndNeverSent_keepNobodyOut() throws Exception {
        var part = "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY_BYTES_MAX + "\r\n\r\nx";
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < CONNECTIONS_MAX - 2; i++) {
                clients.add(connect(part));
            }

            assertAnswered();

            assertThat(extender.get("/metrics").body()).doesNotContain("connections_closed_total{cause=\"slow\"}");
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void bodies_begunAndNeverEnded_loseTheirRoomToOthersLongBeforeTheirTimeIsOver() throws Exception {
        var patient = new SchedulerPortConfig(
                "127.0.0.1",
                0,
                "/scheduler",
                Optional.empty(),
                BODY_BYTES_MAX,
                2 * BODY_BYTES_MAX,
                CONNECTIONS_MAX,
                600_000,
                120_000);
        extender.close();
        extender = new RunningExtender(
                ExtenderConfig.DEFAULT.withScheduler(patient),
                () -> cluster().node("n1", 0.2, 0.2).node("n2", 0.3, 0.2).image());
        var part = "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY_BYTES_MAX + "\r\n\r\n"
                + "x".repeat(100_000);
        try (var first = connect(part);
                var second = connect(part)) {
            awaitRoomTaken(2 * BODY_BYTES_MAX);

            assertAnswered();

            for (var client : List.of(first, second)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void client_neverReadsItsAnswer_isClosedAndGivesItsRoomBack() throws Exception {
        var names = "\"" + "n".repeat(900) + "\",";
        var body = "{\"NodeNames\":[" + names.repeat(1_000) + "\"n\"]}";
        var call = "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (var deaf = connect("")) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            write(deaf, call);
                        }
                    })
                    .isInstanceOf(SocketException.class);

            assertAnswered();
        }
    }

    @Test
    void requests_pipelined_areAnsweredInOrder() throws Exception {
        var first = Requests.names("n1");
        var second = Requests.names("n2");
        try (var client = connect(call(first, "") + call(second, "") + call(first, "Connection: close\r\n"))) {

            var replies = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(replies.split("HTTP/1.1 200 OK")).hasSize(4);
            assertThat(replies).containsSubsequence("[\"n1\"]", "[\"n2\"]", "[\"n1\"]");
        }
    }

    @Test
    void head_tooLarge_isRefused() throws Exception {
        try (var client = connect(HALF_A_HEAD + "x".repeat(40_000) + "\r\n\r\n")) {

            assertThat(firstLine(client)).isEqualTo("HTTP/1.1 431 Request Header Fields Too Large");
            assertAnswered();
        }
    }

    @Test
    void line_tooLong_isRefused() throws Exception {
        try (var client = connect("POST /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")) {

            assertThat(firstLine(client)).isEqualTo("HTTP/1.0 414 Request-URI Too Long");
            assertAnswered();
        }
    }

    @Test
    void bytes_notHttp_areRefused() throws Exception {
        try (var client = connect("\u0016\u0003\u0001 nonsense\r\n\r\n")) {

            assertThat(firstLine(client)).isEqualTo("HTTP/1.0 400 Bad Request");
            assertAnswered();
        }
    }

    private static String call(String body, String header) {
        return "POST /scheduler/filter HTTP/1.1\r\nHost: x\r\n" + header + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private void awaitRoomTaken(int bytes) {
        RunningExtender.await(() -> extender.metric("plimsoll_extender_bodies") >= bytes);
    }

    private void assertAnswered() throws Exception {
        assertThat(extender.filter(Requests.names("n1", "n2"))).contains("\"NodeNames\":[\"n1\",\"n2\"]");
    }

    private Socket connect(String firstBytes) throws IOException {
        var socket =
                new Socket(InetAddress.getLoopbackAddress(), extender.server().schedulerPort());
        write(socket, firstBytes);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String firstLine(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("closed without a word");
    }
}
