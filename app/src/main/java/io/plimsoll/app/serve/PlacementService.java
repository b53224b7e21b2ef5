package io.plimsoll.app.serve;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.app.UserError;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.extender.http.TlsFiles;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.model.usage.UsageLedger;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that runs while schedulers are answered: the picture of the cluster and the extender's two ports.
///
/// Started in the order in which one part needs another, ended in the reverse one. Any thread may close it; a second
/// close does nothing.
final class PlacementService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PlacementService.class);

    private final ExtenderConfig config;
    private final ImageWriter writer;
    private final KubernetesClient client;
    private final ClusterObserver observer;
    private final ExtenderServer server;
    private final Duration drain;
    private boolean closed;

    private PlacementService(ServeConfiguration configuration, Config cluster) {
        this.config = configuration.extender();
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var clock = Clock.systemUTC();
        this.drain = configuration.drain();
        this.writer = new ImageWriter(new UsageLedger()::record, clock, registry);
        this.client = new KubernetesClientBuilder().withConfig(cluster).build();
        this.observer = new ClusterObserver(client, writer, configuration.observer(), clock, registry);
        var written = new HealthCheck("image-writer", writer::problem);
        var observed = new HealthCheck("observer", observer::problem);
        this.server = new ExtenderServer(
                config, writer, configuration.placement(), clock, registry, List.of(written, observed));
    }

    /// Returns once both ports answer; the picture of the cluster comes a little later, and `/readyz` says when.
    ///
    /// @throws UserError when no cluster is named, a TLS file cannot be used, or a port is taken
    static PlacementService start(ServeConfiguration configuration) throws Exception {
        requireUsableTls(configuration);
        var cluster = ClusterAccess.of(configuration.kubeconfig()).config();
        requireFree(
                configuration.extender().scheduler().host(),
                configuration.extender().scheduler().port());
        requireFree(
                configuration.extender().health().host(),
                configuration.extender().health().port());
        var service = new PlacementService(configuration, cluster);
        try {
            service.server.start();
            service.observer.start();
        } catch (Exception e) {
            service.end();
            throw e;
        }
        LOG.info(
                "schedulers are answered at {}, inspection at {}, the cluster is {}",
                service.schedulerUrl(),
                service.inspectionUrl(),
                service.client.getMasterUrl());
        return service;
    }

    /// What a scheduler's `urlPrefix` must say.
    String schedulerUrl() {
        var port = config.scheduler();
        return (port.tls().isPresent() ? "https://" : "http://") + port.host() + ":" + server.schedulerPort()
                + port.prefix();
    }

    String inspectionUrl() {
        return "http://" + config.health().host() + ":" + server.healthPort();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.info("told to end; answering for another {} ms, and no longer ready", drain.toMillis());
        server.drain();
        pause(drain);
        end();
        LOG.info("ended");
    }

    private void end() {
        server.close();
        observer.close();
        client.close();
        writer.close();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void requireUsableTls(ServeConfiguration configuration) {
        configuration.extender().scheduler().tls().flatMap(TlsFiles::problem).ifPresent(problem -> {
            throw UserError.ofRun("TLS of the scheduler's port cannot start: " + problem
                    + " (scheduler-port.tls-certificate-file, tls-key-file, tls-client-authority-file)");
        });
    }

    /// Asked before anything is started, so that the message can name the port and the way out.
    private static void requireFree(String host, int port) throws Exception {
        if (port == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (BindException e) {
            throw UserError.ofRun("cannot listen on " + host + ":" + port + ": " + e.getMessage()
                    + "; end what listens there, or choose another port (scheduler-port.port, health-port.port)");
        }
    }
}
