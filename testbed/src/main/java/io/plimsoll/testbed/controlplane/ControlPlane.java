package io.plimsoll.testbed.controlplane;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A running Kubernetes control plane on loopback, with its own ports, certificates, data and logs.
///
/// Thread-safe: starting and stopping components hold this object's monitor. Closing ends all processes and removes the
/// run's folder; a failed start leaves the logs and names them.
public final class ControlPlane implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    /// The API server would wait a minute for watches to end; a restart after this is as good a test.
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);

    private static final int START_ATTEMPTS_MAX = 3;
    private static final long TOKEN_SECONDS = 3_600;
    private static final String PORT_TAKEN = "address already in use";

    private final ControlPlaneSettings settings;
    private final Path run;
    private final Binaries binaries;
    private final Endpoints endpoints = Endpoints.free();
    private final Credentials credentials;
    private final Commands commands;
    private final Processes processes;
    private final HealthCheck healthCheck;
    private final KubernetesClient client;
    private final Map<Component, RunningProcess> running = new EnumMap<>(Component.class);
    private final Map<Component, List<String>> lastCommands = new EnumMap<>(Component.class);
    private final List<ScrapeTarget> scrapeTargets = new ArrayList<>();
    private Optional<NodeTargets> nodeTargets = Optional.empty();

    private ControlPlane(ControlPlaneSettings settings, Binaries binaries) {
        this.settings = settings;
        this.binaries = binaries;
        this.run = TestbedFolder.newRun(settings.name());
        this.processes = Processes.in(run);
        this.credentials = Credentials.create(run, endpoints.url(Component.API_SERVER), Instant.now());
        this.commands = new Commands(binaries, run, credentials, endpoints, settings);
        this.healthCheck = new HealthCheck(
                endpoints, new LoopbackHttp(credentials.authority().root().certificatePem(), credentials.adminToken()));
        this.client = newClient();
        description().write(run);
    }

    /// Starts what the settings ask for and returns when all of it is ready; builds the components when they are
    /// missing, and first ends what crashed runs left.
    public static ControlPlane start(ControlPlaneSettings settings) {
        Prerequisites.requireLinux();
        if (settings.optional().contains(Component.PROMETHEUS)) {
            Prerequisites.require(List.of(Prerequisites.PROMETHEUS));
        }
        Binaries binaries = Binaries.locateOrBuild(settings.progress());
        reportLeftovers(settings.progress());
        for (int attempt = 1; ; attempt++) {
            ControlPlane controlPlane = new ControlPlane(settings, binaries);
            try {
                controlPlane.startAll();
                return controlPlane;
            } catch (RuntimeException e) {
                controlPlane.abandon();
                if (attempt == START_ATTEMPTS_MAX
                        || !String.valueOf(e.getMessage()).contains(PORT_TAKEN)) {
                    throw e;
                }
                settings.progress().accept("a port was taken meanwhile; starting again with other ports");
            }
        }
    }

    private static void reportLeftovers(Consumer<String> progress) {
        Leftovers.reap().forEach(reaped -> progress.accept(reaped.toString()));
    }

    private void startAll() {
        startCore();
        if (settings.optional().contains(Component.SCHEDULER)) {
            startScheduler(settings.schedulerSettings());
        }
        startComponent(Component.KWOK, commands.kwok(KwokConfiguration.write(binaries, run)));
        settings.fakeNodes().forEach(this::addNodes);
        if (settings.optional().contains(Component.METRICS_SERVER)) {
            startMetricsServer();
        }
        if (settings.optional().contains(Component.PROMETHEUS)) {
            startPrometheus();
        }
    }

    private void startCore() {
        startComponent(Component.ETCD, commands.etcd(FreePorts.next()));
        startComponent(Component.API_SERVER, commands.apiServer(endpoints.port(Component.API_SERVER)));
        startComponent(Component.CONTROLLER_MANAGER, commands.controllerManager());
    }

    // ---- what it is and where ----

    /// A client with all rights, shared by all callers and closed with the control plane.
    public KubernetesClient client() {
        return client;
    }

    /// A further client with all rights, for the caller to close.
    public KubernetesClient newClient() {
        return newClient(clientConfig());
    }

    /// A client with a configuration that was made from {@link #clientConfig}, for the caller to close.
    public KubernetesClient newClient(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /// A client with the rights of a service account and no more, for the caller to close.
    public KubernetesClient newClientOf(String namespace, String serviceAccount) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build();
        String token = client.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(request)
                .getStatus()
                .getToken();
        return newClient(new ConfigBuilder(clientConfig())
                .withOauthToken(token)
                .withNamespace(namespace)
                .build());
    }

    /// The administrator's client configuration; takes nothing from the environment or the user's own kubeconfig.
    public Config clientConfig() {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(endpoints.url(Component.API_SERVER))
                .withCaCertFile(credentials.authorityFiles().certificate().toString())
                .withOauthToken(credentials.adminToken())
                .withNamespace("default")
                .build();
    }

    /// The administrator's kubeconfig, for kubectl.
    public Path kubeconfig() {
        return credentials.adminKubeconfig();
    }

    /// Writes a kubeconfig for another user and returns its path; the certificate in it carries user and groups.
    public Path kubeconfigFor(String fileName, String user, List<String> groups) {
        return credentials.kubeconfigFor(fileName, user, groups, Instant.now());
    }

    public URI apiServer() {
        return URI.create(endpoints.url(Component.API_SERVER));
    }

    /// The base address of Prometheus, which answers only when it was asked for.
    public URI prometheus() {
        return URI.create(endpoints.url(Component.PROMETHEUS));
    }

    /// The authority that signed all certificates here, and signs more.
    public CertificateAuthority authority() {
        return credentials.authority();
    }

    /// The file with the authority's certificate.
    public Path caCertificate() {
        return credentials.authorityFiles().certificate();
    }

    public String adminToken() {
        return credentials.adminToken();
    }

    public Binaries binaries() {
        return binaries;
    }

    /// The folder of this run; removed when the control plane is closed.
    public Path folder() {
        return run;
    }

    /// The processes of this run, to which others can be added that shall end with it.
    public Processes processes() {
        return processes;
    }

    public ControlPlaneSettings settings() {
        return settings;
    }

    // ---- nodes ----

    /// Adds KWOK nodes and returns when all take pods.
    public void addNodes(FakeNodes nodes) {
        settings.progress().accept("creating " + nodes.count() + " nodes " + nodes.prefix() + "-*");
        Instant begin = Instant.now();
        Duration patience = Duration.ofSeconds(60 + nodes.count() / 20);
        new FakeNodeWriter(client, endpoints.port(Component.KWOK)).createAndAwait(nodes, patience);
        long seconds = Duration.between(begin, Instant.now()).toSeconds();
        settings.progress().accept(nodes.count() + " nodes " + nodes.prefix() + "-* Ready after " + seconds + " s");
    }

    // ---- components, one by one ----

    /// Starts the scheduler, which must not run yet.
    public void startScheduler(SchedulerSettings scheduler) {
        String program = Component.SCHEDULER.program();
        startComponent(Component.SCHEDULER, schedulerCommand(program, endpoints.port(Component.SCHEDULER), scheduler));
    }

    /// Starts one more scheduler beside the first, for the pods that name a profile of its configuration. It gets ready
    /// in its own time, runs as long as the control plane, and has a log of this name.
    public RunningProcess startFurtherScheduler(String name, SchedulerSettings scheduler) {
        return processes.start(new ProcessSpec(name, schedulerCommand(name, FreePorts.next(), scheduler)));
    }

    private List<String> schedulerCommand(String name, int port, SchedulerSettings scheduler) {
        Path configuration = run.resolve(name + ".yaml");
        write(
                configuration,
                scheduler.complete(credentials.kubeconfigOf(Component.SCHEDULER).toString()));
        return commands.scheduler(configuration, port, scheduler.flags());
    }

    /// Stops the scheduler, if it runs, and starts it with other settings.
    public void restartScheduler(SchedulerSettings scheduler) {
        stop(Component.SCHEDULER);
        startScheduler(scheduler);
    }

    /// Starts one more API server beside the first, on the same data, for whoever is to see what happens while that one
    /// is away. It gets ready in its own time, runs as long as the control plane, and has a log of this name.
    public URI startFurtherApiServer(String name) {
        int port = FreePorts.next();
        processes.start(new ProcessSpec(name, commands.apiServer(port)));
        return URI.create(Component.API_SERVER.scheme() + "://127.0.0.1:" + port);
    }

    /// Stops the API server and starts it again on the same port with the same data; and the controller manager, which
    /// by itself would look again only after up to half a minute.
    public void restartApiServer() {
        stop(Component.API_SERVER);
        kill(Component.CONTROLLER_MANAGER);
        startAgain(Component.API_SERVER);
        startAgain(Component.CONTROLLER_MANAGER);
    }

    /// Starts a component after a {@link #stop} or {@link #kill} as it was started before: same port, same data.
    public synchronized void startAgain(Component component) {
        List<String> command = lastCommands.get(component);
        if (command == null) {
            throw new IllegalStateException(component.program() + " was never started here");
        }
        startComponent(component, command);
    }

    /// Starts metrics-server and registers its API; the first figures come after two scrapes, 10 s apart.
    public void startMetricsServer() {
        registerMetricsApi(endpoints.port(Component.METRICS_SERVER));
        startComponent(Component.METRICS_SERVER, commands.metricsServer());
    }

    /// Registers whatever listens on a loopback port as the server of `metrics.k8s.io`, in the place of another
    /// one. Its certificate must be from {@link #authority} and name `metrics-server.kube-system.svc`.
    public void registerMetricsApi(int port) {
        new MetricsApi(port, credentials.authority().root().certificatePem()).register(client);
    }

    /// Starts Prometheus, which scrapes all there is and the targets added by {@link #scrape}.
    public void startPrometheus() {
        Prerequisites.require(List.of(Prerequisites.PROMETHEUS));
        startComponent(Component.PROMETHEUS, commands.prometheus(prometheusConfiguration()));
    }

    /// Adds a target for Prometheus, whether it runs already or starts later.
    public synchronized void scrape(ScrapeTarget target) {
        scrapeTargets.add(target);
        if (running.containsKey(Component.PROMETHEUS)) {
            stop(Component.PROMETHEUS);
            startPrometheus();
        }
    }

    private synchronized Path prometheusConfiguration() {
        NodeTargets nodes = nodeTargets.orElseGet(() -> NodeTargets.serve(client));
        nodeTargets = Optional.of(nodes);
        return new PrometheusConfiguration(endpoints, credentials, nodes, settings.prometheusScrapeSeconds())
                .write(run, scrapeTargets);
    }

    /// Stops a component, as an orderly shutdown does; nothing happens when it does not run.
    public synchronized void stop(Component component) {
        RunningProcess process = running.remove(component);
        if (process != null) {
            processes.stop(process, STOP_PATIENCE);
        }
    }

    /// Ends a component at once, as a crash does; nothing happens when it does not run.
    public synchronized void kill(Component component) {
        RunningProcess process = running.remove(component);
        if (process != null) {
            processes.kill(process);
        }
    }

    /// The process of a component, if it runs.
    public synchronized Optional<RunningProcess> process(Component component) {
        return Optional.ofNullable(running.get(component));
    }

    /// A component's metrics in the text format of Prometheus.
    public String metrics(Component component) {
        return healthCheck.metrics(component);
    }

    /// How every component does that was started and not stopped; for the API server both `/livez` and `/readyz`.
    public List<ComponentHealth> health() {
        return healthCheck.of(started());
    }

    private synchronized List<Component> started() {
        return List.copyOf(running.keySet());
    }

    private ControlPlaneDescription description() {
        return new ControlPlaneDescription(
                endpoints.ports(), kubeconfig().toString(), caCertificate().toString(), adminToken());
    }

    private synchronized void startComponent(Component component, List<String> command) {
        if (running.containsKey(component)) {
            throw new IllegalStateException(component.program() + " already runs; stop it first");
        }
        settings.progress().accept("starting " + component.program());
        lastCommands.put(component, command);
        RunningProcess process = processes.start(new ProcessSpec(component.program(), command));
        running.put(component, process);
        awaitReady(component, process);
    }

    private void awaitReady(Component component, RunningProcess process) {
        Instant deadline = Instant.now().plus(START_PATIENCE);
        while (!healthCheck.isReady(component)) {
            if (!process.isAlive()) {
                throw new TestbedException(component.program() + " does not start: " + process.report());
            }
            if (Instant.now().isAfter(deadline)) {
                throw new TestbedException(component.program() + " is not ready after " + START_PATIENCE.toSeconds()
                        + " s: " + process.report());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for the control plane", e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new TestbedException("cannot write " + file, e);
        }
    }

    /// Ends all processes and removes the run's folder.
    @Override
    public void close() {
        abandon();
        TestbedFolder.delete(run);
    }

    /// Ends all processes and leaves the folder, so that the logs named in a message can be read.
    private void abandon() {
        closeNodeTargets();
        client.close();
        healthCheck.close();
        processes.close();
    }

    private synchronized void closeNodeTargets() {
        nodeTargets.ifPresent(NodeTargets::close);
    }
}
