package io.plimsoll.kubernetes.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.action.ApiWebhookCertificate;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.tls.ManagedCertificate.Timing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The webhook's own certificate against an API that keeps one Secret and one configuration.
class ManagedCertificateTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final String CONFIGURATION = "mutatingwebhookconfigurations";

    private final Object lock = new Object();
    private ObjectNode secret = object("{\"metadata\":{\"name\":\"tls\",\"resourceVersion\":\"1\"}}");
    private ObjectNode configuration = object("{\"webhooks\":[{\"name\":\"pods\",\"clientConfig\":{}}]}");
    private boolean isRefused;
    private ObjectNode afterTheRefusal = Json.MAPPER.createObjectNode();
    private Supplier<List<String>> asked = List::of;
    private Instant now = NOW;

    @Test
    void read_emptySecret_fillsItAndHasItTrusted() throws Exception {
        with(certificate -> {
            var material = certificate.read();

            var chain = certificates(material.certificate().getBytes());
            var authority = certificates(bytes("ca.crt")).getFirst();
            chain.getFirst().verify(authority.getPublicKey());
            assertThat(authority.getBasicConstraints()).isZero();
            assertThat(chain.getFirst().getSubjectAlternativeNames())
                    .extracting(name -> String.valueOf(name.get(1)))
                    .containsExactly("webhook.plimsoll.svc", "10.0.0.1");
            assertThat(material.clientAuthorities()).isEmpty();
            assertThat(material.expiresAtMillis())
                    .isEqualTo(NOW.plus(Duration.ofDays(90)).toEpochMilli());
            assertThat(bundle()).isEqualTo(secret.path("data").path("ca.crt").asText());
        });
    }

    @Test
    void read_secretThatAnotherReplicaFilled_takesItAsItIs() throws Exception {
        with(first -> with(second -> assertThat(second.read()).isEqualTo(first.read())));
    }

    /// Both found it due; the API server took the other's.
    @Test
    void read_replicaThatCameSecond_takesWhatTheFirstOneMade() throws Exception {
        with(first -> {
            var winner = first.read();
            var filled = secret;
            secret = object("{\"metadata\":{\"name\":\"tls\",\"resourceVersion\":\"1\"}}");
            isRefused = true;

            with(second -> {
                afterTheRefusal = filled;
                assertThat(second.read()).isEqualTo(winner);
            });
        });
    }

    @Test
    void read_certificateOfWhichAThirdIsLeft_isRenewedAndUsedOneLookLater() throws Exception {
        with(certificate -> {
            var former = certificate.read();
            now = NOW.plus(Duration.ofDays(59));
            assertThat(certificate.read()).isEqualTo(former);
            now = NOW.plus(Duration.ofDays(61));

            var atOnce = certificate.read();
            var later = certificate.read();

            assertThat(atOnce).isEqualTo(former);
            assertThat(later).isNotEqualTo(former);
            assertThat(certificates(Base64.getDecoder().decode(bundle())))
                    .as("the former authority stays trusted: another replica may still use its certificate")
                    .hasSize(2);
        });
    }

    @Test
    void read_formerAuthorityThatHasEnded_isNoLongerTrusted() throws Exception {
        with(certificate -> {
            certificate.read();
            now = NOW.plus(Duration.ofDays(91));

            var next = certificate.read();

            assertThat(next.expiresAtMillis())
                    .isEqualTo(now.plus(Duration.ofDays(90)).toEpochMilli());
            assertThat(certificates(Base64.getDecoder().decode(bundle()))).hasSize(1);
        });
    }

    @Test
    void read_secretWithSomethingElseInIt_isMadeAnew() throws Exception {
        var odd = Base64.getEncoder().encodeToString("no certificate".getBytes(StandardCharsets.UTF_8));
        secret.withObjectProperty("data")
                .put("tls.crt", odd)
                .put("tls.key", odd)
                .put("ca.crt", odd);

        with(certificate -> assertThat(certificate.read().expiresAtMillis()).isPositive());
    }

    @Test
    void read_noSecret_saysWhatToApply() throws Exception {
        secret = Json.MAPPER.createObjectNode();

        with(certificate -> assertThatThrownBy(certificate::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("manifests/overlays/webhook"));
    }

    @FunctionalInterface
    private interface Use {
        void run(ManagedCertificate certificate) throws Exception;
    }

    private void with(Use test) throws Exception {
        try (var api = new LoopbackApi(this::answer);
                var client = api.client();
                var server = new ApiServer(client)) {
            asked = api::asked;
            test.run(new ManagedCertificate(
                    new ApiWebhookCertificate(server, "plimsoll", "tls", "plimsoll"),
                    List.of("webhook.plimsoll.svc"),
                    List.of("10.0.0.1"),
                    Timing.DEFAULT,
                    () -> now));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        synchronized (lock) {
            boolean isConfiguration = exchange.getRequestURI().getPath().contains(CONFIGURATION);
            switch (exchange.getRequestMethod()) {
                case "PUT" -> replace(exchange);
                case "PATCH" -> {
                    var bundle =
                            body().path("webhooks").path(0).path("clientConfig").path("caBundle");
                    ((ObjectNode) configuration.path("webhooks").path(0).path("clientConfig")).set("caBundle", bundle);
                    LoopbackApi.json(exchange, 200, configuration.toString());
                }
                default -> {
                    var found = isConfiguration ? configuration : secret;
                    LoopbackApi.json(exchange, found.isEmpty() ? 404 : 200, found.toString());
                }
            }
        }
    }

    private void replace(HttpExchange exchange) throws IOException {
        if (isRefused) {
            isRefused = false;
            secret = afterTheRefusal;
            LoopbackApi.json(exchange, 409, "{\"message\":\"the object has been modified\"}");
        } else {
            secret = body();
            LoopbackApi.json(exchange, 200, secret.toString());
        }
    }

    /// Of the last request.
    private ObjectNode body() {
        var last = asked.get().getLast();
        return object(last.substring(last.indexOf('{')));
    }

    private String bundle() {
        return configuration
                .path("webhooks")
                .path(0)
                .path("clientConfig")
                .path("caBundle")
                .asText();
    }

    private byte[] bytes(String key) {
        return Base64.getDecoder().decode(secret.path("data").path(key).asText());
    }

    private static List<X509Certificate> certificates(byte[] pem) throws IOException {
        return TlsMaterial.certificates(pem, "a test");
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
