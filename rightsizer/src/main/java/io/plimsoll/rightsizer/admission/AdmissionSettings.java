package io.plimsoll.rightsizer.admission;

import io.plimsoll.kubernetes.server.ClientLimits;
import java.time.Duration;

/// Where the webhook listens, and how it learns what new pods should ask for.
///
/// @param port 0 for any free one
/// @param interval between two readings of policies and recommendations
/// @param clients what bounds those who connect
public record AdmissionSettings(String host, int port, Duration interval, ClientLimits clients) {

    /// An object is 1.5 MiB at most, and an update's review would hold two. API servers open a connection for each
    /// call at one time, keep it for 90 s, and wait a second for an answer.
    private static final ClientLimits CLIENTS =
            new ClientLimits(4 << 20, 24L << 20, 256, ClientLimits.HANDSHAKE_MILLIS_MAX, 1_000, 120_000);

    public static final AdmissionSettings DEFAULT =
            new AdmissionSettings("127.0.0.1", 8443, Duration.ofSeconds(30), CLIENTS);

    public AdmissionSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive: " + interval);
        }
    }

    /// The same on any free port.
    public AdmissionSettings onFreePort() {
        return new AdmissionSettings(host, 0, interval, clients);
    }
}
