package io.plimsoll.extender.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.tls.TlsFiles;
import io.plimsoll.testbed.controlplane.CertificateAuthority;
import io.plimsoll.testbed.controlplane.CertificateRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CertificateAuthority authority = CertificateAuthority.create("test", NOW);

    @TempDir
    private Path folder = Path.of("");

    private Path certificate = folder;
    private Path key = folder;
    private Path clients = folder;

    @BeforeEach
    void write() throws Exception {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
        clients = folder.resolve("ca.crt");
        var issued = authority.issue(CertificateRequest.server("extender", List.of(), NOW));
        Files.writeString(certificate, issued.certificatePem());
        Files.writeString(key, issued.privateKeyPem());
        Files.writeString(clients, authority.root().certificatePem());
    }

    @Test
    void problem_usableFiles_isNone() {
        assertThat(files().problem()).isEmpty();
    }

    @Test
    void problem_missingFile_namesItAndTheWayOut() throws Exception {
        Files.delete(key);

        assertThat(files().problem()).hasValue(key + " does not exist: put it there, or name another file");
    }

    @Test
    void problem_noCertificate_namesTheFileOfEither() throws Exception {
        Files.writeString(clients, "no certificate");
        assertThat(files().problem())
                .hasValueSatisfying(words -> assertThat(words)
                        .startsWith("no certificate in " + clients + ": it must hold BEGIN CERTIFICATE blocks"));

        Files.writeString(certificate, "");
        assertThat(files().problem())
                .hasValueSatisfying(words -> assertThat(words)
                        .startsWith("no certificate in " + certificate + ": it must hold BEGIN CERTIFICATE blocks"));
    }

    @Test
    void problem_keyInAnotherForm_saysHowToConvertIt() throws Exception {
        Files.writeString(key, Files.readString(key).replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));

        assertThat(files().problem())
                .hasValueSatisfying(words -> assertThat(words)
                        .startsWith("no private key in " + key)
                        .contains("openssl pkcs8 -topk8 -nocrypt"));
    }

    @Test
    void problem_garbledKey_namesTheFile() throws Exception {
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertThat(files().problem())
                .hasValueSatisfying(
                        words -> assertThat(words).startsWith("the private key in " + key + " cannot be read"));
    }

    @Test
    void problem_keyOfAnotherCertificate_namesBothFiles() throws Exception {
        var other = authority.issue(CertificateRequest.server("extender", List.of(), NOW));
        Files.writeString(key, other.privateKeyPem());

        assertThat(files().problem())
                .hasValue("the key in " + key + " is not that of the certificate in " + certificate
                        + ": give both from one issue");
    }

    private TlsFiles files() {
        return new TlsFiles(certificate, key, clients, TlsFiles.CHECK_MILLIS_DEFAULT);
    }
}
