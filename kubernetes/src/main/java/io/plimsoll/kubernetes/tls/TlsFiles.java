package io.plimsoll.kubernetes.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// PEM files of a server. They are looked at again every `checkMillis`, and used anew when they changed.
///
/// @param certificate the server's certificate chain
/// @param key its private key, PKCS#8
/// @param clientAuthorities who must have signed a client's certificate; empty where clients need none
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities, long checkMillis)
        implements TlsSource {

    public static final long CHECK_MILLIS_DEFAULT = 10_000;

    public TlsFiles {
        if (checkMillis < 10) {
            throw new IllegalArgumentException("checkMillis of the TLS files must be at least 10: " + checkMillis);
        }
    }

    /// For a server whose clients need certificates.
    public TlsFiles(Path certificate, Path key, Path clientAuthorities, long checkMillis) {
        this(certificate, key, Optional.of(clientAuthorities), checkMillis);
    }

    @Override
    public TlsMaterial read() throws IOException {
        return TlsMaterial.read(this);
    }

    @Override
    public String label() {
        return certificate.toString();
    }

    /// Which file cannot be used as it is now, what is wrong with it and what to do; nothing when all can.
    public Optional<String> problem() {
        try {
            TlsMaterial.read(this);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
