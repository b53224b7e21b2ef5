package io.plimsoll.app.baddays;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.CertificateFiles;
import io.plimsoll.testbed.controlplane.CertificateRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The scheduler's port with TLS, and a scheduler whose certificate is good, expired, or not there.
@BadDays
class CertificateTroubleTest {
    private static final int PODS = 20;

    private Roadstead roadstead;
    private ServedPlimsoll plimsoll;
    private String day;

    @BeforeEach
    void begin(Roadstead roadstead) {
        this.roadstead = roadstead;
        var server = issued("plimsoll-server", CertificateRequest.server("plimsoll", List.of(), Instant.now()));
        plimsoll = ServedPlimsoll.start(
                roadstead,
                ServeOptions.DEFAULT.with(
                        "--set", "scheduler-port.tls-certificate-file=" + server.certificate(),
                        "--set", "scheduler-port.tls-key-file=" + server.privateKey(),
                        "--set",
                                "scheduler-port.tls-client-authority-file="
                                        + roadstead.controlPlane().caCertificate()));
        day = roadstead.newNamespace();
    }

    @AfterEach
    void end() {
        plimsoll.close();
        roadstead.forget(day);
    }

    private CertificateFiles issued(String name, CertificateRequest request) {
        var plane = roadstead.controlPlane();
        return plane.authority().issue(request).write(plane.folder(), name);
    }

    private static CertificateRequest client() {
        return CertificateRequest.client("system:kube-scheduler", List.of(), Instant.now());
    }

    private void placeWith(String clientFields) {
        roadstead.scheduleWithTls(
                plimsoll.schedulerPort(),
                """
                enableHTTPS: true
                tlsConfig:
                  caFile: %s
                """.formatted(roadstead.controlPlane().caCertificate()) + clientFields.indent(2));
        roadstead.deploy(day, "web", PODS);
        roadstead.awaitBound(day, "web", PODS);
        assertThat(plimsoll.isAlive()).isTrue();
    }

    private static String fields(CertificateFiles client) {
        return "certFile: " + client.certificate() + "\nkeyFile: " + client.privateKey();
    }

    @Test
    void scheduler_goodCertificate_isAdvised() {
        placeWith(fields(issued("good-client", client())));

        assertThat(plimsoll.decided()).isGreaterThanOrEqualTo(PODS);
    }

    @Test
    void scheduler_expiredCertificate_isTurnedAwayAndPlacesAlone() {
        var expired = client().valid(
                        Instant.now().minus(Duration.ofDays(2)), Instant.now().minus(Duration.ofDays(1)));

        placeWith(fields(issued("expired-client", expired)));

        assertTurnedAway();
    }

    @Test
    void scheduler_withoutCertificate_isTurnedAwayAndPlacesAlone() {
        placeWith("");

        assertTurnedAway();
    }

    private void assertTurnedAway() {
        var metrics = plimsoll.metrics();
        assertThat(metrics.sum("plimsoll_extender_request_seconds_count")).isZero();
        assertThat(metrics.sum("plimsoll_extender_connections_closed_total", "cause=\"handshake\""))
                .isPositive();
        assertThat(plimsoll.get("/readyz").statusCode()).isEqualTo(200);
    }
}
