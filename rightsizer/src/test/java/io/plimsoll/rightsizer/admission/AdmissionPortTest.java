package io.plimsoll.rightsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.server.BodyRoom;
import io.plimsoll.kubernetes.server.ClientLimits;
import io.plimsoll.kubernetes.server.PortLoop;
import io.plimsoll.kubernetes.tls.TlsFiles;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.testbed.controlplane.CertificateAuthority;
import io.plimsoll.testbed.controlplane.CertificateRequest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that are slow, many or never done, over real HTTPS; beside them an API server must be answered.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class AdmissionPortTest {

    private static final int CONNECTIONS_MAX = 24;
    private static final int BODY_BYTES_MAX = 1 << 20;
    /// Beside the first bytes of each there is room for the rest of two of the largest.
    private static final long BODIES_BYTES_MAX =
            (long) CONNECTIONS_MAX * BodyRoom.FIRST_BYTES + 2L * (BODY_BYTES_MAX - BodyRoom.FIRST_BYTES);

    /// Long enough for a client that is not slow, and gets no processor for a while.
    private static final long SHORT_MILLIS = 2_000;
    private static final long NEVER_MILLIS = 3_600_000;
    private static final int PATIENCE_MILLIS = 60_000;

    private final Instant now = Instant.now();
    private final CertificateAuthority authority = CertificateAuthority.create("test", now);
    private final SSLContext tls = trusting(authority.root().certificatePem());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Socket> clients = new ArrayList<>();
    private final List<Vertx> loops = new ArrayList<>();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private AdmissionPort port;

    @AfterEach
    void stop() throws Exception {
        for (var client : clients) {
            client.close();
        }
        loops.forEach(loop -> loop.close().await());
    }

    @Test
    void bodies_manyBegunAndNeverEnded_stayWithinTheirRoomAndKeepNoReviewOut() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        int hostile = CONNECTIONS_MAX - 2;
        for (int i = 0; i < hostile; i++) {
            begin(secured(), head(BODY_BYTES_MAX) + "x".repeat(2 * BodyRoom.FIRST_BYTES));
        }

        // Two have room for all that they declare; all others are refused.
        await().until(() -> counted("plimsoll.admission.refused", "no-room") == hostile - 2);

        assertThat(port.bodyBytes()).isEqualTo(2 * BODY_BYTES_MAX).isLessThanOrEqualTo(BODIES_BYTES_MAX);
        assertAnswered();
        assertThat(port.bodyBytes()).isLessThanOrEqualTo(BODIES_BYTES_MAX);
    }

    @Test
    void bodies_promisedByAllConnectionsAndNeverSent_keepNoReviewOut() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        for (int i = 0; i < 3 * CONNECTIONS_MAX; i++) {
            send(flood(), head(BODY_BYTES_MAX) + "x");
            assertThat(port.bodyBytes()).isLessThanOrEqualTo(BODIES_BYTES_MAX);
        }

        assertAnswered();

        assertThat(counted("plimsoll.admission.connections.closed", "too-many")).isPositive();
        assertThat(meters.get("plimsoll.admission.connections").gauge().value()).isLessThanOrEqualTo(CONNECTIONS_MAX);
    }

    @Test
    void body_begunAndNeverEnded_isCutOffAndGivesItsRoomBack() throws Exception {
        listen(NEVER_MILLIS, SHORT_MILLIS);
        var silent = secured();
        send(silent, head(BODY_BYTES_MAX) + "x".repeat(2 * BodyRoom.FIRST_BYTES));

        assertClosed(silent);

        assertThat(counted("plimsoll.admission.connections.closed", "slow")).isEqualTo(1);
        await().until(() -> port.bodyBytes() == 0);
        assertAnswered();
    }

    @Test
    void body_comesByteByByte_gainsNoTime() throws Exception {
        listen(NEVER_MILLIS, SHORT_MILLIS);
        var trickling = secured();
        send(trickling, head(BODY_BYTES_MAX));

        await().pollInterval(Duration.ofMillis(20)).until(() -> isRefused(trickling));

        assertThat(counted("plimsoll.admission.connections.closed", "slow")).isEqualTo(1);
    }

    @Test
    void head_neverEnds_isCutOff() throws Exception {
        listen(NEVER_MILLIS, SHORT_MILLIS);
        var slow = secured();
        send(slow, "POST /mutate-pods HTTP/1.1\r\nHost: x\r\nX-Slow: ");

        assertClosed(slow);
    }

    @Test
    void body_tooLarge_isRefusedBeforeItComes() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        var client = secured();
        send(client, head(BODY_BYTES_MAX + 1) + "x");

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 413")
                .endsWith("{\"error\":\"more than 1048576 bytes\"}");
        assertThat(counted("plimsoll.admission.refused", "too-large")).isEqualTo(1);
        assertThat(port.bodyBytes()).isZero();
    }

    @Test
    void body_chunkedAndTooLarge_isCutOff() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        var client = secured();
        send(client, "POST /mutate-pods HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        var chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

        await().pollInterval(Duration.ofMillis(1)).until(() -> isRefused(client, chunk));

        assertThat(counted("plimsoll.admission.refused", "too-large")).isEqualTo(1);
    }

    @Test
    void body_largestOne_isAnswered() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        var review = review() + " ".repeat(BODY_BYTES_MAX - review().length());

        assertThat(post(review).body()).contains("\"allowed\":true", "\"patch\"");
        await().until(() -> port.bodyBytes() == 0);
    }

    @Test
    void requests_sentBeforeTheAnswerToTheFormer_loseTheirConnection() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        var client = secured();
        send(client, (head(review().length()) + review()).repeat(2));

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("HTTP/1.1 200 OK"))
                .hasSizeLessThanOrEqualTo(2);
        assertThat(counted("plimsoll.admission.connections.closed", "pipelined"))
                .isEqualTo(1);
        assertAnswered();
    }

    @Test
    void requests_oneAfterAnotherOnOneConnection_areAllAnswered() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
            for (int i = 0; i < 100; i++) {
                assertThat(post(client, review()).body()).contains("\"patch\"");
            }
        }

        assertThat(meters.find("plimsoll.admission.connections.closed").counters())
                .isEmpty();
    }

    @Test
    void client_thatPrefersHttp2_isAnsweredByHttp1() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);

        assertThat(post(review()).version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void handshake_neverBegun_isCutOff() throws Exception {
        listen(SHORT_MILLIS, NEVER_MILLIS);
        var silent = connected();

        assertClosed(silent);
        await().until(() -> counted("plimsoll.admission.connections.closed", "handshake") == 1);
        assertAnswered();
    }

    /// Of 128 that are allowed at one time.
    @Test
    void handshakes_manyNeverBegun_closeTheOldestNotTheApiServer() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        for (int i = 0; i < 300; i++) {
            connected();
        }

        assertClosed(clients.getFirst());
        assertAnswered();
    }

    /// Each call of the honest one has a flood between its connection's beginning and its first byte.
    @Test
    void connections_floodOfServedOnesFromAnotherAddress_costTheHonestOneNone() throws Exception {
        listen(NEVER_MILLIS, NEVER_MILLIS);
        for (int i = 0; i < CONNECTIONS_MAX - 1; i++) {
            served(flood());
        }
        var honest = secured();
        ((SSLSocket) honest).startHandshake();
        for (int call = 0; call < 3; call++) {
            for (int i = 0; i < CONNECTIONS_MAX; i++) {
                served(flood());
            }

            send(honest, head(review().length()) + review());

            assertThat(answer(honest)).contains("\"allowed\":true", "\"patch\"");
        }
        assertThat(counted("plimsoll.admission.connections.closed", "too-many")).isEqualTo(3 * CONNECTIONS_MAX);
    }

    /// The loop stands still, so that it closes none itself; 24, 128 and 256 more may be open.
    @Test
    void connections_moreThanMayBeOpenAtAll_areCounted() throws Exception {
        var standing = new CompletableFuture<byte[]>().completeOnTimeout(new byte[0], 60, TimeUnit.SECONDS);
        var reached = new CompletableFuture<Boolean>();
        listen(NEVER_MILLIS, NEVER_MILLIS, body -> {
            reached.complete(true);
            return standing.join();
        });
        send(secured(), head(2) + "{}");
        reached.get(60, TimeUnit.SECONDS);
        for (int i = 0; i < 500; i++) {
            connected();
        }
        assertClosed(clients.getLast());

        standing.complete(new byte[0]);

        await().until(() -> counted("plimsoll.admission.connections.closed", "too-many") == 501 - (24 + 128 + 256));
    }

    @ParameterizedTest
    @CsvSource({"POST, /, 404", "POST, /mutate-pods/x, 404", "GET, /mutate-pods, 405"})
    void request_notForReviews_isRefusedAndItsConnectionIdleThen(String method, String path, int status)
            throws Exception {
        listen(NEVER_MILLIS, SHORT_MILLIS);
        var client = secured();
        send(client, method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
        assertThat(answer(client)).startsWith("HTTP/1.1 " + status);
        send(client, "{}");

        var slow = secured();
        send(slow, "POST ");
        assertClosed(slow);

        send(client, head(review().length()) + review());
        assertThat(answer(client)).contains("\"patch\"");
        assertThat(counted("plimsoll.admission.connections.closed", "slow")).isEqualTo(1);
    }

    @Test
    void request_notForReviewsAndItsBodyNeverEnds_isCutOff() throws Exception {
        listen(NEVER_MILLIS, SHORT_MILLIS);
        var client = secured();
        send(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{");
        assertThat(answer(client)).startsWith("HTTP/1.1 404");

        assertClosed(client);

        assertThat(counted("plimsoll.admission.connections.closed", "slow")).isEqualTo(1);
    }

    private void listen(long handshakeMillisMax, long requestMillisMax) throws Exception {
        var reviews =
                new Webhook().recommends(new Owner("shop", "Deployment", "web")).build();
        listen(handshakeMillisMax, requestMillisMax, reviews::answer);
    }

    private void listen(long handshakeMillisMax, long requestMillisMax, UnaryOperator<byte[]> reviews)
            throws Exception {
        var issued = authority.issue(CertificateRequest.server("webhook", List.of(), now));
        Files.writeString(folder.resolve("tls.crt"), issued.certificatePem());
        Files.writeString(folder.resolve("tls.key"), issued.privateKeyPem());
        var files = new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"), Optional.empty(), 60_000);
        var limits = new ClientLimits(
                BODY_BYTES_MAX, BODIES_BYTES_MAX, CONNECTIONS_MAX, handshakeMillisMax, requestMillisMax, 120_000);
        port = new AdmissionPort(
                new AdmissionSettings("127.0.0.1", 0, Duration.ofSeconds(30), limits),
                Optional.of(files),
                reviews,
                meters,
                InstantSource.system(),
                () -> System.nanoTime() / 1_000_000);
        var loop = PortLoop.create(new VertxOptions().setUseDaemonThread(true), limits);
        loops.add(loop);
        loop.deployVerticle(port).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void assertAnswered() throws Exception {
        assertThat(post(review()).body()).contains("\"allowed\":true", "\"patch\"");
    }

    private HttpResponse<String> post(String body) throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
            return post(client, body);
        }
    }

    private HttpResponse<String> post(HttpClient client, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port.port() + AdmissionPort.PATH))
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /// A pod of the Deployment `web`, as the API server asks about it.
    private static String review() {
        return """
                {"request": {"uid": "u-1", "operation": "CREATE", "namespace": "shop",
                 "kind": {"group": "", "version": "v1", "kind": "Pod"},
                 "object": {
                  "metadata": {"generateName": "web-", "labels": {"pod-template-hash": "7d4b9c"},
                   "ownerReferences": [{"kind": "ReplicaSet", "name": "web-7d4b9c", "controller": true}]},
                  "spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "1"}}}]}}}}""";
    }

    private static String head(int declaredBytes) {
        return "POST /mutate-pods HTTP/1.1\r\nHost: x\r\nContent-Length: " + declaredBytes + "\r\n\r\n";
    }

    private Socket connected() throws IOException {
        return client(new Socket(InetAddress.getLoopbackAddress(), port.port()));
    }

    private Socket secured() throws IOException {
        return client(tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port.port()));
    }

    /// From an address that no other client here has.
    private Socket flood() throws IOException {
        return client(tls.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port.port(), InetAddress.getByName("127.0.0.2"), 0));
    }

    /// Sends at once, as Go's clients do, and is closed with the test.
    private Socket client(Socket socket) throws IOException {
        clients.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void served(Socket socket) throws IOException {
        send(socket, head(2) + "{}");
        assertThat(answer(socket)).startsWith("HTTP/1.1 200");
    }

    /// One that comes whole, in one record of TLS.
    private static String answer(Socket socket) throws IOException {
        var bytes = new byte[16 << 10];
        int length = socket.getInputStream().read(bytes);
        return length < 0 ? "closed" : new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /// One that is refused may lose its connection before all of this is sent.
    private static void begin(Socket socket, String text) {
        try {
            send(socket, text);
        } catch (IOException e) {
            assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private static boolean isRefused(Socket socket) {
        return isRefused(socket, "x");
    }

    private static boolean isRefused(Socket socket, String text) {
        try {
            send(socket, text);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// At the end of a stream, or by an exception: a client that is cut off gets no goodbye of TLS.
    private static void assertClosed(Socket socket) {
        int read;
        try {
            read = socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open after " + PATIENCE_MILLIS + " ms", e);
        } catch (IOException e) {
            read = -1;
        }
        assertThat(read).isEqualTo(-1);
    }

    private double counted(String name, String cause) {
        var counter = meters.find(name).tag("cause", cause).counter();
        return counter == null ? 0 : counter.count();
    }

    private static SSLContext trusting(String certificatePem) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(certificatePem.getBytes(StandardCharsets.UTF_8))));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
