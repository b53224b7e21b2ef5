package io.plimsoll.extender.http;

import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.Requests;
import io.plimsoll.extender.RunningExtender;
import io.plimsoll.kubernetes.tls.TlsFiles;
import io.plimsoll.testbed.controlplane.Certificate;
import io.plimsoll.testbed.controlplane.CertificateAuthority;
import io.plimsoll.testbed.controlplane.CertificateRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerPortTlsTest {

    private final Instant now = Instant.now();
    private final CertificateAuthority authority = CertificateAuthority.create("test", now);
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder = Path.of("");

    private RunningExtender extender;

    @BeforeEach
    void start() throws Exception {
        install(authority.issue(CertificateRequest.server("extender", List.of(), now)));
        Files.writeString(folder.resolve("ca.crt"), authority.root().certificatePem());
        var files = new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"), 20);
        var config = ExtenderConfig.DEFAULT.withScheduler(SchedulerPortConfig.DEFAULT.withTls(files));
        var image = cluster().node("n1", 0.2, 0.2).image();
        extender = new RunningExtender(config, () -> image);
    }

    @AfterEach
    void stop() {
        extender.close();
        vertx.close().await();
    }

    @Test
    void client_thatPrefersHttp2_isAnsweredOverHttp1() throws Exception {
        var client = authority.issue(CertificateRequest.client("scheduler", List.of(), now));

        var reply = filter(client, authority, HttpVersion.HTTP_2);

        assertThat(reply).isEqualTo("HTTP_1_1 200");
    }

    /// A scheduler without `nodeCacheCapable` sends whole nodes, and a filter call sends them back.
    @Test
    void client_withABodyAtTheLimit_hasItEchoed() throws Exception {
        var body = wholeNodes();

        var reply = send(scheduler(), body, response -> response.body().map(Buffer::toString));

        assertThat(reply).isEqualTo(echoed(body));
    }

    @Test
    void client_withoutHttp2_isAnsweredOverHttp1() throws Exception {
        var client = authority.issue(CertificateRequest.client("scheduler", List.of(), now));

        var reply = filter(client, authority, HttpVersion.HTTP_1_1);

        assertThat(reply).isEqualTo("HTTP_1_1 200");
    }

    @Test
    void client_withoutCertificate_isNotAnswered() {
        assertThatThrownBy(() -> send(new HttpClientOptions().setTrustOptions(trust(authority))))
                .isInstanceOf(Exception.class);
    }

    @Test
    void client_withExpiredCertificate_isNotAnswered() {
        var old = CertificateRequest.client("scheduler", List.of(), now)
                .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));

        assertThatThrownBy(() -> filter(authority.issue(old), authority, HttpVersion.HTTP_1_1))
                .isInstanceOf(Exception.class);
    }

    @Test
    void client_ofAnotherAuthority_isNotAnswered() {
        var stranger = CertificateAuthority.create("stranger", now)
                .issue(CertificateRequest.client("scheduler", List.of(), now));

        assertThatThrownBy(() -> filter(stranger, authority, HttpVersion.HTTP_1_1))
                .isInstanceOf(Exception.class);
    }

    @Test
    void files_changed_areUsedWithoutRestart() throws Exception {
        var next = CertificateAuthority.create("next", now);
        var client = authority.issue(CertificateRequest.client("scheduler", List.of(), now));

        install(next.issue(CertificateRequest.server("extender", List.of(), now)));

        RunningExtender.await(() -> answers(client, next));
        assertThat(extender.metric("plimsoll_extender_tls_reloads_total{result=\"done\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThatThrownBy(() -> filter(client, authority, HttpVersion.HTTP_1_1))
                .isInstanceOf(Exception.class);
    }

    @Test
    void files_broken_leaveWhatIsInUse() throws Exception {
        Files.writeString(folder.resolve("tls.crt"), "no certificate");

        RunningExtender.await(() ->
                extender.get("/metrics").body().contains("plimsoll_extender_tls_reloads_total{result=\"failed\"}"));
        var client = authority.issue(CertificateRequest.client("scheduler", List.of(), now));
        assertThat(filter(client, authority, HttpVersion.HTTP_1_1)).isEqualTo("HTTP_1_1 200");
    }

    @Test
    void metrics_withTls_tellWhenTheCertificateEnds() throws Exception {
        double expiry = extender.metric("plimsoll_extender_certificate_expiry_timestamp_seconds");

        assertThat(expiry).isEqualTo((double) now.plus(Duration.ofDays(30)).getEpochSecond());
    }

    private HttpClientOptions scheduler() throws Exception {
        var client = authority.issue(CertificateRequest.client("scheduler", List.of(), now));
        return options(client, authority, HttpVersion.HTTP_2);
    }

    /// Just below the limit, nodes of 16 kB.
    private static String wholeNodes() {
        var node = "{\"metadata\":{\"name\":\"n1\"},\"status\":{\"images\":\"%s\"}}".formatted("i".repeat(16_000));
        int count = (SchedulerPortConfig.DEFAULT.bodyBytesMax() - 2_000) / (node.length() + 1);
        return Requests.nodes(Collections.nCopies(count, node).toArray(String[]::new));
    }

    private static String echoed(String body) {
        var nodes = body.substring(body.indexOf("\"Nodes\":"), body.lastIndexOf(",\"NodeNames\""));
        return "{" + nodes + ",\"NodeNames\":null,\"FailedNodes\":{},\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}";
    }

    private void install(Certificate certificate) throws Exception {
        Files.writeString(folder.resolve("tls.key"), certificate.privateKeyPem());
        Files.writeString(folder.resolve("tls.crt"), certificate.certificatePem());
    }

    private boolean answers(Certificate client, CertificateAuthority trusted) {
        try {
            return filter(client, trusted, HttpVersion.HTTP_1_1).endsWith("200");
        } catch (Exception e) {
            return false;
        }
    }

    private String filter(Certificate client, CertificateAuthority trusted, HttpVersion version) throws Exception {
        return send(options(client, trusted, version));
    }

    private static HttpClientOptions options(Certificate client, CertificateAuthority trusted, HttpVersion version)
            throws Exception {
        return new HttpClientOptions()
                .setProtocolVersion(version)
                .setUseAlpn(true)
                .setTrustOptions(trust(trusted))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(client.certificatePem()))
                        .addKeyValue(Buffer.buffer(client.privateKeyPem())));
    }

    private static PemTrustOptions trust(CertificateAuthority authority) {
        return new PemTrustOptions().addCertValue(Buffer.buffer(authority.root().certificatePem()));
    }

    private String send(HttpClientOptions options) throws Exception {
        return send(
                options,
                Requests.names("n1"),
                response -> response.body().map(body -> response.version() + " " + response.statusCode()));
    }

    private String send(HttpClientOptions options, String body, Function<HttpClientResponse, Future<String>> told)
            throws Exception {
        HttpClientAgent http = vertx.createHttpClient(options.setSsl(true).setVerifyHost(true));
        try {
            return http.request(HttpMethod.POST, extender.server().schedulerPort(), "localhost", "/scheduler/filter")
                    .compose(request -> request.send(Buffer.buffer(body)))
                    .compose(told)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } finally {
            http.close().await();
        }
    }
}
