package io.plimsoll.rightsizer.admission;

import java.time.Duration;

/// Where the webhook listens, and how it learns what new pods should ask for.
///
/// @param port 0 for any free one
/// @param interval between two readings of policies and recommendations
public record AdmissionSettings(String host, int port, Duration interval) {

    public static final AdmissionSettings DEFAULT = new AdmissionSettings("127.0.0.1", 8443, Duration.ofSeconds(30));

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
        return new AdmissionSettings(host, 0, interval);
    }
}
