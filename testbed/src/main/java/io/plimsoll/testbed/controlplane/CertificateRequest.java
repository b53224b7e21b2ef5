package io.plimsoll.testbed.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a certificate shall say: its subject, where it serves, and how long it holds.
///
/// @param user the common name, which the API server reads as the user
/// @param groups the organisations, which the API server reads as groups
/// @param dnsNames names under which a server with this certificate is reached
/// @param ipAddresses IPv4 addresses under which it is reached
/// @param notBefore first instant at which it holds
/// @param notAfter last instant at which it holds
public record CertificateRequest(
        String user,
        List<String> groups,
        List<String> dnsNames,
        List<String> ipAddresses,
        Instant notBefore,
        Instant notAfter) {

    /// How long a test's certificate holds: longer than any run, short enough to be worthless when lost.
    private static final Duration LIFE = Duration.ofDays(30);

    public CertificateRequest {
        if (user.isBlank()) {
            throw new IllegalArgumentException("user is blank");
        }
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("notBefore " + notBefore + " is not before notAfter " + notAfter);
        }
        groups = List.copyOf(groups);
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
    }

    /// A client's certificate, valid from an hour before `now`.
    public static CertificateRequest client(String user, List<String> groups, Instant now) {
        return new CertificateRequest(
                user, groups, List.of(), List.of(), now.minus(Duration.ofHours(1)), now.plus(LIFE));
    }

    /// The certificate of a server on this machine, reached as `localhost`, as 127.0.0.1 and by the given names.
    public static CertificateRequest server(String user, List<String> furtherNames, Instant now) {
        List<String> names = new ArrayList<>(List.of("localhost"));
        names.addAll(furtherNames);
        return new CertificateRequest(
                user, List.of(), names, List.of("127.0.0.1"), now.minus(Duration.ofHours(1)), now.plus(LIFE));
    }

    /// The same request for another span of time, as for a certificate that has expired.
    public CertificateRequest valid(Instant from, Instant to) {
        return new CertificateRequest(user, groups, dnsNames, ipAddresses, from, to);
    }
}
