package io.plimsoll.kubernetes.tls;

import io.plimsoll.kubernetes.action.ApiWebhookCertificate;
import io.plimsoll.kubernetes.action.ApiWebhookCertificate.Content;
import io.plimsoll.kubernetes.action.ApiWebhookCertificate.Stored;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.tls.CertificateIssuer.Issued;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The webhook's certificate as Plimsoll makes and renews it itself; replicas share it in a Secret.
///
///     absent ──► stored ──► trusted (in the webhook's caBundle) ──► used
///                  ▲                                                 │
///                  └──────────── a third of its life is left ◄───────┘
///
/// The Secret is replaced by its resource version: of two replicas that renew at one time one wins, and the other
/// takes what the winner made. A renewed certificate is used one look after it was first trusted, so that API servers
/// have seen its authority by then, and the former authority stays trusted until it ends: replicas need not renew at
/// one moment.
///
/// Used by one thread at a time.
public final class ManagedCertificate implements TlsSource {

    private static final Logger LOG = LoggerFactory.getLogger(ManagedCertificate.class);
    private static final int LIFE_THIRDS = 3;

    private final ApiWebhookCertificate api;
    private final List<String> dnsNames;
    private final List<String> ipAddresses;
    private final Timing timing;
    private final InstantSource clock;
    private final CertificateIssuer issuer = new CertificateIssuer();
    private Optional<TlsMaterial> used = Optional.empty();

    /// @param life of a certificate; it is renewed when a third of that is left
    /// @param check how long until it is looked at again
    public record Timing(Duration life, Duration check) {

        public static final Timing DEFAULT = new Timing(Duration.ofDays(90), Duration.ofMinutes(1));

        public Timing {
            if (life.compareTo(check.multipliedBy(2L * LIFE_THIRDS)) < 0) {
                throw new IllegalArgumentException(
                        "life of a certificate must be at least six times its check: " + life + ", " + check);
            }
        }
    }

    /// @param dnsNames under which API servers reach the webhook, `service.namespace.svc` first
    /// @param ipAddresses under which they reach it besides
    public ManagedCertificate(
            ApiWebhookCertificate api,
            List<String> dnsNames,
            List<String> ipAddresses,
            Timing timing,
            InstantSource clock) {
        this.api = api;
        this.dnsNames = List.copyOf(dnsNames);
        this.ipAddresses = List.copyOf(ipAddresses);
        this.timing = timing;
        this.clock = clock;
    }

    @Override
    public TlsMaterial read() throws IOException {
        var content = content();
        boolean isTrustedAnew = api.trust(content.authorities());
        var next = TlsMaterial.of(content.certificate(), content.key(), label());
        var material = isTrustedAnew ? used.filter(this::isAlive).orElse(next) : next;
        used = Optional.of(material);
        return material;
    }

    private boolean isAlive(TlsMaterial material) {
        return clock.millis() < material.expiresAtMillis();
    }

    @Override
    public long checkMillis() {
        return timing.check().toMillis();
    }

    @Override
    public String label() {
        return api.label();
    }

    /// What is stored, renewed where that is due.
    private Content content() throws IOException {
        var stored = api.stored();
        var usable = stored.content().filter(this::isUsable);
        if (usable.isPresent()) {
            return usable.get();
        }
        var next = renewed(stored);
        try {
            api.replace(stored, next);
            LOG.info("{} holds a new certificate for {}", label(), dnsNames);
            return next;
        } catch (ApiException e) {
            if (e.code() != 409) {
                throw e;
            }
            return api.stored()
                    .content()
                    .orElseThrow(() -> new IOException(label() + " was emptied: " + e.getMessage(), e));
        }
    }

    private boolean isUsable(Content content) {
        try {
            var certificate =
                    TlsMaterial.certificates(content.certificate(), label()).getFirst();
            TlsMaterial.of(content.certificate(), content.key(), label());
            TlsMaterial.certificates(content.authorities(), label());
            return isFor(certificate) && !isDue(certificate);
        } catch (IOException e) {
            LOG.warn("{} is made anew: {}", label(), e.getMessage());
            return false;
        }
    }

    private boolean isDue(X509Certificate certificate) {
        var until = certificate.getNotAfter().toInstant();
        return clock.instant().isAfter(until.minus(timing.life().dividedBy(LIFE_THIRDS)));
    }

    /// Names may have changed with the settings.
    private boolean isFor(X509Certificate certificate) {
        try {
            var names = Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of()).stream()
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
            return names.containsAll(dnsNames) && names.containsAll(ipAddresses);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private Content renewed(Stored stored) {
        Issued issued = issuer.issue(dnsNames, ipAddresses, clock.instant(), timing.life());
        return new Content(issued.certificate(), issued.key(), authorities(issued, stored));
    }

    /// The new one, and those before it that have not ended: another replica may still serve with theirs.
    private byte[] authorities(Issued issued, Stored stored) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(issued.authority());
        try {
            var former = stored.content().map(Content::authorities).orElseGet(() -> new byte[0]);
            if (former.length > 0) {
                for (var authority : TlsMaterial.certificates(former, label())) {
                    if (authority.getNotAfter().toInstant().isAfter(clock.instant())) {
                        all.writeBytes(CertificateIssuer.pem(authority));
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("The former authorities cannot be read, and are dropped", e);
        }
        return all.toByteArray();
    }
}
