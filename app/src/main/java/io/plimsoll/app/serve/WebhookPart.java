package io.plimsoll.app.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ApiWebhookCertificate;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.autoscaler.ApiAutoscalers;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.tls.ManagedCertificate;
import io.plimsoll.kubernetes.tls.ManagedCertificate.Timing;
import io.plimsoll.kubernetes.tls.TlsSource;
import io.plimsoll.rightsizer.admission.AdmissionWebhook;
import java.util.List;
import java.util.Optional;

/// Answers API servers about new pods, in each replica.
final class WebhookPart implements ServicePart {

    private final WebhookConfiguration config;
    private final ApiServer server;
    private final AdmissionWebhook webhook;

    WebhookPart(WebhookConfiguration config, Picture picture, MeterRegistry meters) {
        this.config = config;
        this.server = new ApiServer(picture.client());
        this.webhook = new AdmissionWebhook(
                config.settings(),
                certificate(picture),
                server,
                picture.images(),
                new ApiPolicies(server, picture.policyReader()),
                new ApiAutoscalers(server)::claims,
                config.isDryRun(),
                LoopContext.real(picture.clock(), meters));
    }

    private TlsSource certificate(Picture picture) {
        return config.files()
                .<TlsSource>map(files -> files)
                .orElseGet(() -> new ManagedCertificate(
                        new ApiWebhookCertificate(server, config.namespace(), config.secret(), config.configuration()),
                        config.dnsNames(),
                        config.ipAddresses(),
                        Timing.DEFAULT,
                        picture.clock()));
    }

    @Override
    public void start() {
        webhook.start();
    }

    /// Where new pods are asked about, once it listens.
    Optional<Integer> port() {
        return webhook.port();
    }

    @Override
    public List<HealthCheck> liveness() {
        return List.of(new HealthCheck("webhook", webhook::problem));
    }

    @Override
    public List<HealthCheck> readiness() {
        return List.of(new HealthCheck("webhook-port", webhook::unready));
    }

    @Override
    public String described() {
        return config.isDryRun() ? "leaving new pods as they are (a dry run)" : "sizing new pods as policies say";
    }

    @Override
    public void close() {
        webhook.close();
        server.close();
    }
}
