package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/// A certificate and its private key, both in PEM (the key as unencrypted PKCS#8).
public record Certificate(String certificatePem, String privateKeyPem) {

    /// Writes `<name>.crt` and `<name>.key` into a folder; only the owner may read the key.
    public CertificateFiles write(Path folder, String name) {
        Path certificate = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        try {
            Files.writeString(certificate, certificatePem);
            writePrivate(key, privateKeyPem);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the certificate " + name + " into " + folder, e);
        }
        return new CertificateFiles(certificate, key);
    }

    static void writePrivate(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
