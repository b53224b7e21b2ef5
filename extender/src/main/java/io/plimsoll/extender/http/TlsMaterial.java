package io.plimsoll.extender.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Set;

/// What the TLS files held at one moment, read together so that a key never meets another's certificate.
///
/// @param expiresAtMillis when the first certificate of the server's chain ends, epoch milliseconds
record TlsMaterial(byte[] certificate, byte[] key, byte[] clientAuthorities, long expiresAtMillis) {

    static final Set<String> PROTOCOLS = Set.of("TLSv1.3");

    /// Throws [IOException] when a file cannot be read or the certificate is none.
    static TlsMaterial read(TlsFiles files) throws IOException {
        var certificate = Files.readAllBytes(files.certificate());
        return new TlsMaterial(
                certificate,
                Files.readAllBytes(files.key()),
                Files.readAllBytes(files.clientAuthorities()),
                expiresAtMillis(certificate, files.certificate()));
    }

    ServerSSLOptions options() {
        return new ServerSSLOptions()
                .setKeyCertOptions(keys())
                .setTrustOptions(trust())
                .setClientAuth(ClientAuth.REQUIRED)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS);
    }

    PemKeyCertOptions keys() {
        return new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key));
    }

    PemTrustOptions trust() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(clientAuthorities));
    }

    boolean holdsTheSameAs(TlsMaterial other) {
        return Arrays.equals(certificate, other.certificate)
                && Arrays.equals(key, other.key)
                && Arrays.equals(clientAuthorities, other.clientAuthorities);
    }

    private static long expiresAtMillis(byte[] pem, Path file) throws IOException {
        try {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            return chain.stream()
                    .mapToLong(link ->
                            ((X509Certificate) link).getNotAfter().toInstant().toEpochMilli())
                    .min()
                    .orElseThrow(() -> new IOException("no certificate in " + file));
        } catch (CertificateException e) {
            throw new IOException("no certificate in " + file + ": " + e.getMessage(), e);
        }
    }
}
