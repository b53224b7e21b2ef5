package io.plimsoll.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final CertificateAuthority authority = CertificateAuthority.create("test-ca", NOW);

    @Test
    void client_issued_carriesUserAndGroups() throws Exception {
        CertificateRequest request = CertificateRequest.client("system:node:n1", List.of("system:nodes"), NOW);

        X509Certificate certificate = parse(authority.issue(request).certificatePem());

        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:n1,O=system:nodes");
        assertThat(certificate.getIssuerX500Principal().getName()).isEqualTo("CN=test-ca");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void server_issued_namesWhereItServes() throws Exception {
        CertificateRequest request = CertificateRequest.server("web", List.of("web.default.svc"), NOW);

        X509Certificate certificate = parse(authority.issue(request).certificatePem());

        // Kind 2 is a DNS name, kind 7 an address.
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "localhost"), List.of(2, "web.default.svc"), List.of(7, "127.0.0.1"));
    }

    @Test
    void chain_withinItsTime_isValid() throws Exception {
        Certificate leaf = authority.issue(CertificateRequest.client("anna", List.of(), NOW));

        validate(leaf, NOW);

        assertThat(parse(authority.root().certificatePem()).getBasicConstraints())
                .isGreaterThanOrEqualTo(0);
    }

    @Test
    void chain_afterItsTime_isExpired() throws GeneralSecurityException {
        CertificateRequest request = CertificateRequest.client("anna", List.of(), NOW)
                .valid(NOW.minus(Duration.ofHours(2)), NOW.minus(Duration.ofHours(1)));
        Certificate leaf = authority.issue(request);

        assertThatThrownBy(() -> validate(leaf, NOW))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("validity check failed");
    }

    @Test
    void chain_ofAnotherAuthority_isRefused() {
        Certificate leaf =
                CertificateAuthority.create("test-ca", NOW).issue(CertificateRequest.client("anna", List.of(), NOW));

        assertThatThrownBy(() -> validate(leaf, NOW)).isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void key_written_isReadableByTheOwnerOnly(@TempDir Path folder) throws IOException {
        CertificateFiles files = authority
                .issue(CertificateRequest.client("anna", List.of(), NOW))
                .write(folder, "anna");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.privateKey())))
                .isEqualTo("rw-------");
        assertThat(files.certificate()).content().startsWith("-----BEGIN CERTIFICATE-----\n");
    }

    private void validate(Certificate leaf, Instant at) throws GeneralSecurityException {
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(parse(leaf.certificatePem())));
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(parse(authority.root().certificatePem()), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    private static X509Certificate parse(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
