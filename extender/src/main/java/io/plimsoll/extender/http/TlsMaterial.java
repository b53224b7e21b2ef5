package io.plimsoll.extender.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// What the TLS files held at one moment, read together so that a key never meets another's certificate.
///
/// @param expiresAtMillis when the first certificate of the server's chain ends, epoch milliseconds
record TlsMaterial(byte[] certificate, byte[] key, byte[] clientAuthorities, long expiresAtMillis) {

    static final Set<String> PROTOCOLS = Set.of("TLSv1.3");

    /// Throws [IOException] with the file that cannot be used, what is wrong with it and what to do.
    static TlsMaterial read(TlsFiles files) throws IOException {
        var certificate = bytes(files.certificate());
        var key = bytes(files.key());
        var clientAuthorities = bytes(files.clientAuthorities());
        var chain = certificates(certificate, files.certificate());
        certificates(clientAuthorities, files.clientAuthorities());
        PrivateKeyPem.requireOf(chain.getFirst(), key, files);
        return new TlsMaterial(certificate, key, clientAuthorities, expiresAtMillis(chain));
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist: put it there, or name another file", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + " may not be read by this user: change its owner or its mode", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
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

    private static List<X509Certificate> certificates(byte[] pem, Path file) throws IOException {
        try {
            var certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new IOException("no certificate in " + file + ": it must hold BEGIN CERTIFICATE blocks (PEM)");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(
                    "no certificate in " + file + ": it must hold BEGIN CERTIFICATE blocks (PEM); " + e.getMessage(),
                    e);
        }
    }

    private static long expiresAtMillis(List<X509Certificate> chain) {
        return chain.stream()
                .mapToLong(link -> link.getNotAfter().toInstant().toEpochMilli())
                .min()
                .orElseThrow();
    }
}
