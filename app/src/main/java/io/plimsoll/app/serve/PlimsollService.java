package io.plimsoll.app.serve;

import io.fabric8.kubernetes.client.Config;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.app.UserError;
import io.plimsoll.extender.HealthServer;
import io.plimsoll.extender.ImageFreshness;
import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.extender.inspection.Inspection;
import io.plimsoll.extender.inspection.InspectionRoutes;
import io.plimsoll.extender.inspection.Moving;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.tls.TlsFiles;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running service: the picture of the cluster, the health port, and a part for each of its roles.
///
///     API server ─► Picture ─┬─► ExtenderPart    (schedulers)
///                            ├─► RightsizerPart  (one replica at a time: a Lease)
///                            ├─► WebhookPart     (API servers, about new pods)
///                            ├─► RebalancerPart  (one replica at a time: a Lease)
///                            └─► HealthServer    (probes of all parts, metrics, inspection)
///
/// Ended in the reverse order of its start. Any thread may close it; a second close does nothing.
final class PlimsollService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PlimsollService.class);

    private static final String ELSEWHERE = "by the settings of this process, which moves nothing: those of a"
            + " rebalancer may differ, and what policies say and what hinders it is known there alone"
            + " (kubectl -n plimsoll port-forward deploy/plimsoll-rebalancer 8889)";

    private final ServeConfiguration configuration;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Pauses pauses;
    private final DecisionLog decisions;
    private final Picture picture;
    private final List<ServicePart> parts;
    private final HealthServer health;
    private boolean closed;

    private PlimsollService(ServeConfiguration configuration, Config cluster, Pauses pauses) {
        this.configuration = configuration;
        this.pauses = pauses;
        this.decisions = new DecisionLog(configuration.extender().decisionsKept());
        this.picture = new Picture(cluster, configuration, Clock.systemUTC(), registry);
        this.parts = configuration.roles().stream().map(this::part).toList();
        this.health = health();
    }

    private ServicePart part(Role role) {
        return switch (role) {
            case EXTENDER ->
                new ExtenderPart(configuration.extender(), picture, configuration.placement(), decisions, registry);
            case RIGHTSIZER -> new RightsizerPart(configuration.rightsizer(), picture, pauses, registry);
            case WEBHOOK -> new WebhookPart(configuration.webhook(), picture, registry);
            case REBALANCER ->
                new RebalancerPart(configuration.rebalancer(), configuration.moves(), picture, pauses, registry);
        };
    }

    private HealthServer health() {
        var port = configuration.extender().health();
        var inspection = new Inspection(
                picture.images(),
                picture.watched(),
                picture.regimes(),
                this::moving,
                configuration.moves(),
                decisions,
                picture.clock());
        Consumer<Router> routes = port.inspection() ? new InspectionRoutes(inspection)::mount : router -> {};
        var liveness = new ArrayList<HealthCheck>();
        var readiness = new ArrayList<HealthCheck>();
        for (var part : parts) {
            liveness.addAll(part.liveness());
            readiness.addAll(part.readiness());
        }
        liveness.addAll(picture.liveness());
        long ageMillisMax = configuration.extender().decisions().imageAgeMillisMax();
        readiness.add(new ImageFreshness(picture.images(), ageMillisMax, picture.clock()).check());
        return new HealthServer(port, registry, liveness, readiness, routes);
    }

    /// By the rebalancer's own word where it runs here; the settings of another process are not known.
    private Moving moving() {
        var standing = part(RebalancerPart.class).map(RebalancerPart::standing).orElse(List.of(ELSEWHERE));
        return new Moving(picture.plans(), standing);
    }

    /// Returns once all ports answer; the picture of the cluster comes a little later, and `/readyz` says when.
    ///
    /// @throws UserError when no cluster is named, a TLS file cannot be used, or a port is taken
    static PlimsollService start(ServeConfiguration configuration) throws Exception {
        return start(configuration, Pauses.REAL);
    }

    /// @param pauses how loops that act wait between two turns
    static PlimsollService start(ServeConfiguration configuration, Pauses pauses) throws Exception {
        requireUsable(configuration);
        var cluster = ClusterAccess.of(configuration.kubeconfig(), "cluster.kubeconfig")
                .config();
        requireFreePorts(configuration);
        var service = new PlimsollService(configuration, cluster, pauses);
        try {
            service.begin();
        } catch (Exception e) {
            service.end();
            throw e;
        }
        LOG.info(
                "{}; the cluster is {}",
                service.described(),
                service.picture.client().getMasterUrl());
        return service;
    }

    private void begin() throws Exception {
        for (var part : parts) {
            part.start();
        }
        health.start();
        picture.start();
    }

    /// What it does and where.
    String described() {
        return Stream.concat(parts.stream().map(ServicePart::described), Stream.of("inspection at " + inspectionUrl()))
                .collect(Collectors.joining(", "));
    }

    /// What a scheduler's `urlPrefix` must say, where schedulers are answered.
    Optional<String> schedulerUrl() {
        return part(ExtenderPart.class).map(ExtenderPart::url);
    }

    String inspectionUrl() {
        return "http://" + configuration.extender().health().host() + ":" + health.port();
    }

    /// Whether this is the replica that recommends and resizes.
    boolean isRightsizing() {
        return part(RightsizerPart.class).filter(RightsizerPart::isActing).isPresent();
    }

    /// Whether this is the replica that proposes and carries out plans of moves.
    boolean isRebalancing() {
        return part(RebalancerPart.class).filter(RebalancerPart::isActing).isPresent();
    }

    /// Where new pods are asked about, once the webhook listens.
    Optional<Integer> webhookPort() {
        return part(WebhookPart.class).flatMap(WebhookPart::port);
    }

    private <T extends ServicePart> Optional<T> part(Class<T> type) {
        return parts.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        var drain = configuration.drain();
        LOG.info("told to end; answering for another {} ms, and no longer ready", drain.toMillis());
        health.drain();
        pause(drain);
        end();
        LOG.info("ended");
    }

    private void end() {
        parts.reversed().forEach(ServicePart::close);
        health.close();
        picture.close();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asked before a cluster is looked for.
    private static void requireUsable(ServeConfiguration configuration) {
        if (configuration.roles().contains(Role.EXTENDER)) {
            requireUsable(
                    configuration.extender().scheduler().tls(),
                    "the scheduler's port",
                    "scheduler-port.tls-certificate-file, tls-key-file, tls-client-authority-file");
        }
        if (configuration.roles().contains(Role.WEBHOOK)) {
            requireUsable(
                    configuration.webhook().files(),
                    "the webhook's port",
                    "webhook.tls-certificate-file, tls-key-file");
        }
    }

    private static void requireUsable(Optional<TlsFiles> files, String port, String keys) {
        files.flatMap(TlsFiles::problem).ifPresent(problem -> {
            throw UserError.ofRun("TLS of " + port + " cannot start: " + problem + " (" + keys + ")");
        });
    }

    /// Asked before anything is started, so that the message can name the port and the way out.
    private static void requireFreePorts(ServeConfiguration configuration) throws Exception {
        var extender = configuration.extender();
        if (configuration.roles().contains(Role.EXTENDER)) {
            requireFree(extender.scheduler().host(), extender.scheduler().port());
        }
        if (configuration.roles().contains(Role.WEBHOOK)) {
            var webhook = configuration.webhook().settings();
            requireFree(webhook.host(), webhook.port());
        }
        requireFree(extender.health().host(), extender.health().port());
    }

    private static void requireFree(String host, int port) throws Exception {
        if (port == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (BindException e) {
            throw UserError.ofRun(
                    "cannot listen on " + host + ":" + port + ": " + e.getMessage()
                            + "; end what listens there, or choose another port (scheduler-port.port, health-port.port, webhook.port)");
        }
    }
}
