package io.plimsoll.kubernetes.tls;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A server's certificate and key as they were at one moment, read together so that a key never meets another's
/// certificate. All are PEM; nobody writes to these buffers.
///
/// @param clientAuthorities who must have signed a client's certificate; empty where clients need none
/// @param expiresAtMillis when the first certificate of the server's chain ends, epoch milliseconds
public record TlsMaterial(Buffer certificate, Buffer key, Optional<Buffer> clientAuthorities, long expiresAtMillis) {

    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");

    /// Throws [IOException] with the file that cannot be used, what is wrong with it and what to do.
    static TlsMaterial read(TlsFiles files) throws IOException {
        var certificate = bytes(files.certificate());
        var key = bytes(files.key());
        var chain = certificates(certificate, files.certificate().toString());
        var clientAuthorities = Optional.<Buffer>empty();
        if (files.clientAuthorities().isPresent()) {
            var file = files.clientAuthorities().get();
            var bytes = bytes(file);
            certificates(bytes, file.toString());
            clientAuthorities = Optional.of(Buffer.buffer(bytes));
        }
        PrivateKeyPem.requireOf(
                chain.getFirst(),
                key,
                files.key().toString(),
                files.certificate().toString());
        return new TlsMaterial(
                Buffer.buffer(certificate), Buffer.buffer(key), clientAuthorities, expiresAtMillis(chain));
    }

    /// For a server whose clients need no certificate.
    ///
    /// @param from as people name the place that both come from
    public static TlsMaterial of(byte[] certificate, byte[] key, String from) throws IOException {
        var chain = certificates(certificate, from);
        PrivateKeyPem.requireOf(chain.getFirst(), key, from, from);
        return new TlsMaterial(
                Buffer.buffer(certificate), Buffer.buffer(key), Optional.empty(), expiresAtMillis(chain));
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

    /// Makes a server that is not started yet use it.
    public void configure(HttpServerOptions server) {
        server.setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(keys())
                .setClientAuth(clientAuth())
                .setEnabledSecureTransportProtocols(PROTOCOLS);
        clientAuthorities.ifPresent(authorities -> server.setTrustOptions(trust(authorities)));
    }

    ServerSSLOptions options() {
        var options = new ServerSSLOptions()
                .setKeyCertOptions(keys())
                .setClientAuth(clientAuth())
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS);
        clientAuthorities.ifPresent(authorities -> options.setTrustOptions(trust(authorities)));
        return options;
    }

    private ClientAuth clientAuth() {
        return clientAuthorities.isPresent() ? ClientAuth.REQUIRED : ClientAuth.NONE;
    }

    private PemKeyCertOptions keys() {
        return new PemKeyCertOptions().addCertValue(certificate).addKeyValue(key);
    }

    private static PemTrustOptions trust(Buffer authorities) {
        return new PemTrustOptions().addCertValue(authorities);
    }

    /// The certificates of a PEM text.
    ///
    /// @throws IOException when there is none, or something else
    static List<X509Certificate> certificates(byte[] pem, String from) throws IOException {
        try {
            var certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new IOException("no certificate in " + from + ": it must hold BEGIN CERTIFICATE blocks (PEM)");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(
                    "no certificate in " + from + ": it must hold BEGIN CERTIFICATE blocks (PEM); " + e.getMessage(),
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
