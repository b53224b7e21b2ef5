package io.plimsoll.kubernetes.tls;

import java.io.IOException;

/// Where a server's certificate comes from.
public interface TlsSource {

    /// What it is now; may block.
    ///
    /// @throws IOException with what cannot be used, what is wrong with it and what to do
    TlsMaterial read() throws IOException;

    /// How long until it is looked at again.
    long checkMillis();

    /// As people name it, e.g. a file's path.
    String label();
}
