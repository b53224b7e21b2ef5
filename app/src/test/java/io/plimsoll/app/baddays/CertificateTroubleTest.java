package io.plimsoll.app.baddays;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.testbed.controlplane.CertificateFiles;
import io.plimsoll.testbed.controlplane.CertificateRequest;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Path FILE = Path.of("..", "scheduler-config", "tls.yaml");
    /// Where the file as shipped expects certificates.
    private static final String SHIPPED = "/etc/kubernetes/plimsoll/";
    /// The name in the certificate, which the file as shipped expects though it calls by address.
    private static final String NAME = "plimsoll-extender.plimsoll.svc";

    private Roadstead roadstead;
    private ServedPlimsoll plimsoll;
    private String day;

    @BeforeEach
    void begin(Roadstead roadstead) {
        this.roadstead = roadstead;
        var server = issued("plimsoll-server", CertificateRequest.server("plimsoll", List.of(NAME), Instant.now()));
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
        place("web");
    }

    private void place(String workload) {
        roadstead.deploy(day, workload, PODS);
        roadstead.awaitBound(day, workload, PODS);
        assertThat(plimsoll.isAlive()).isTrue();
    }

    private static String fields(CertificateFiles client) {
        return "certFile: " + client.certificate() + "\nkeyFile: " + client.privateKey();
    }

    @Test
    void scheduler_goodCertificateAndTheFileAsShipped_isAdvised() throws IOException {
        var client = issued("good-client", client());
        roadstead
                .controlPlane()
                .restartScheduler(SchedulerSettings.of(Files.readString(FILE)
                        .replace("10.96.88.88:8888", "127.0.0.1:" + plimsoll.schedulerPort())
                        .replace(
                                SHIPPED + "ca.crt",
                                roadstead.controlPlane().caCertificate().toString())
                        .replace(SHIPPED + "client.crt", client.certificate().toString())
                        .replace(SHIPPED + "client.key", client.privateKey().toString())));

        // The first handshakes of a process may take longer than the shipped 300 ms on a busy machine; the scheduler
        // goes on without advice then.
        place("first");
        double before = plimsoll.decided();
        place("web");

        assertThat(plimsoll.decided() - before).isGreaterThanOrEqualTo(PODS);
        assertThat(plimsoll.metrics().sum("plimsoll_extender_connections_closed_total"))
                .isZero();
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
