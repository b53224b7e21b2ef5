package io.plimsoll.benchmarks.rebalancing.soak;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.LyingMetricsServer;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Has two replicas move pods for minutes on end on a real control plane of KWOK nodes, with the stock scheduler, while
/// the acting one is killed, the API server is restarted and stays away for a minute, and another descheduler evicts
/// beside them. Prints what an independent [Witness] has seen.
///
///     nodes, pods, budgets ──► load: always some hot nodes ──► plans, carried out without asking
///            ▲                                                        │
///            └── faults, each when an eviction is just written down ──┘      witness ──► report
///
/// Arguments: `[--nodes N] [--pods N] [--workloads N] [--minutes N] [--hot N] [--tail-seconds N]
/// [--percent-of-nodes N] [--concurrent-moves N]`, run in the project's folder; the last but one is the scheduler's
/// `percentageOfNodesToScore`. After the minutes nothing is heated any more, and the tail is for looks at whether moves
/// have helped. Then it is tried whether the witness would have seen harm: two pods of a tight workload are evicted
/// without a record, once their budget is gone.
public final class MoveSoak {

    private static final String USER = "plimsoll";
    private static final Duration AGE = Duration.ofSeconds(310);

    private final int workloads;
    private final int replicas;
    private final Duration time;
    private final int hot;
    private final int nodesLookedAtPercent;
    private final int concurrentMoves;
    private final Duration tail;
    private final Path audit;
    private final ControlPlane controlPlane;
    private final SoakLoad load;
    private final Witness witness;
    private final OtherDescheduler other;
    private final List<String> faults = new ArrayList<>();
    private List<Replica> served = List.of();
    private long halfNanos;
    private long beganNanos;

    private MoveSoak(Map<String, String> options, ControlPlane controlPlane, Path audit) {
        int pods = number(options, "--pods", 20_000);
        this.workloads = number(options, "--workloads", 200);
        this.replicas = pods / workloads;
        this.time = Duration.ofSeconds(60L * number(options, "--minutes", 10));
        this.hot = number(options, "--hot", 40);
        this.nodesLookedAtPercent = number(options, "--percent-of-nodes", 0);
        this.concurrentMoves = number(options, "--concurrent-moves", 1);
        this.tail = Duration.ofSeconds(number(options, "--tail-seconds", 340));
        this.audit = audit;
        this.controlPlane = controlPlane;
        this.load = new SoakLoad(nodes(options));
        this.witness = new Witness(replicas, new SoakWorkloads(workloads, replicas).minimums(), load);
        this.other = new OtherDescheduler(controlPlane.client(), load);
    }

    public static void main(String[] arguments) throws Exception {
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        var audit = Files.createTempDirectory("move-soak");
        var settings = ControlPlaneSettings.named("soak")
                .withFakeNodes(FakeNodes.of("node", number(options, "--nodes", 1_000)))
                .withApiServerFlags(EvictionRequests.flags(audit))
                .withProgress(MoveSoak::say);
        try (var controlPlane = ControlPlane.start(settings)) {
            new MoveSoak(options, controlPlane, audit).run(nodes(options));
        }
    }

    private static int number(Map<String, String> options, String name, int standard) {
        return Integer.parseInt(options.getOrDefault(name, String.valueOf(standard)));
    }

    private static List<String> nodes(Map<String, String> options) {
        return IntStream.range(0, number(options, "--nodes", 1_000))
                .mapToObj(i -> "node-" + i)
                .toList();
    }

    private static void say(String line) {
        System.err.printf("%tT %s%n", System.currentTimeMillis(), line);
    }

    private void run(List<String> nodes) throws Exception {
        define();
        var further = controlPlane.startFurtherApiServer("witness-apiserver");
        var config = new ConfigBuilder(controlPlane.clientConfig())
                .withMasterUrl(further.toString())
                .build();
        try (var client = controlPlane.newClient(config);
                var metrics = LyingMetricsServer.inPlaceOfTheRealOne(controlPlane);
                witness;
                other) {
            await("the witness' API server", Duration.ofMinutes(3), () -> isThere(client));
            witness.start(client);
            metrics.sayOf(nodes, load::nodeItem);
            metrics.sayOfPods(load::podItems);
            populate();
            serve();
            soak();
            other.close();
            say("the tail begins");
            pause(tail);
            report(client);
            control(client);
        } finally {
            keepLogs();
        }
    }

    // What there is

    private void define() throws IOException {
        try (var files = Files.list(Path.of("manifests/crds"))) {
            for (var file : files.filter(path -> path.toString().endsWith(".plimsoll.io.yaml"))
                    .toList()) {
                try (var text = Files.newInputStream(file)) {
                    controlPlane.client().load(text).serverSideApply();
                }
            }
        }
    }

    private static boolean isThere(KubernetesClient client) {
        try {
            client.genericKubernetesResources("plimsoll.io/v1alpha1", "RebalancePlan")
                    .list();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private void populate() throws InterruptedException {
        say("creating " + workloads + " workloads of " + replicas + " pods");
        new SoakWorkloads(workloads, replicas).create(controlPlane.client());
        int wanted = workloads * replicas;
        await("half of the pods", Duration.ofMinutes(30), () -> witness.healthyPods() >= wanted / 2);
        halfNanos = System.nanoTime();
        await("all pods", Duration.ofMinutes(30), () -> witness.healthyPods() >= wanted);
    }

    private void serve() throws InterruptedException {
        var kubeconfig = controlPlane.kubeconfigFor("plimsoll.kubeconfig", USER, List.of("system:masters"));
        var arguments = Stream.of(
                        "roles=extender,rebalancer",
                        "cluster.kubeconfig=" + kubeconfig,
                        "usage.interval-seconds=5",
                        "rightsizer.lease.namespace=default",
                        "rebalancer.approval=automatic",
                        "rebalancer.interval-seconds=1",
                        "rebalancer.settle-seconds=10",
                        "rebalancer.namespace-moves-max=1000",
                        "rebalancer.concurrent-moves-max=" + concurrentMoves,
                        "rebalancer.moves-max=1000")
                .flatMap(setting -> Stream.of("--set", setting))
                .toList();
        served = List.of(
                new Replica(controlPlane, "plimsoll-1", arguments), new Replica(controlPlane, "plimsoll-2", arguments));
        await("both replicas", Duration.ofMinutes(10), () -> served.stream().allMatch(Replica::isReady));
        controlPlane.restartScheduler(SchedulerSettings.of(schedulerConfiguration()));
        var left = AGE.minusNanos(System.nanoTime() - halfNanos);
        if (left.isPositive()) {
            say("pods that came a moment ago are not moved: waiting for " + left.toSeconds() + " s");
            pause(left);
        }
    }

    /// Both replicas are asked, as there is no Service here that would choose one that lives.
    private String schedulerConfiguration() {
        var text = new StringBuilder("""
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                percentageOfNodesToScore: %d
                clientConnection:
                  qps: 5000
                  burst: 10000
                extenders:
                """.formatted(nodesLookedAtPercent));
        served.forEach(replica -> text.append("""
                - urlPrefix: http://127.0.0.1:%d/scheduler
                  filterVerb: filter
                  prioritizeVerb: prioritize
                  weight: 5
                  nodeCacheCapable: true
                  ignorable: true
                  httpTimeout: 500ms
                """.formatted(replica.schedulerPort())));
        return text.toString();
    }

    // The minutes

    private void soak() throws InterruptedException {
        try (var heater = Executors.newSingleThreadScheduledExecutor()) {
            var _ = heater.scheduleWithFixedDelay(this::heat, 0, 1, TimeUnit.SECONDS);
            await("the first move", Duration.ofMinutes(10), witness::hasLanded);
            beganNanos = System.nanoTime();
            witness.cameTogether();
            other.start();
            for (var fault : List.<Runnable>of(
                    this::killTheLeader,
                    this::restartTheApiServer,
                    this::takeTheApiServerAway,
                    this::killTheLeader,
                    this::restartTheApiServer,
                    this::killTheLeader,
                    this::restartBoth)) {
                pause(time.dividedBy(14));
                attempt(fault);
                pause(time.dividedBy(28));
            }
            var left = time.minusNanos(System.nanoTime() - beganNanos);
            if (left.isPositive()) {
                pause(left);
            }
            say("the time is over after "
                    + Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds() + " s");
            heater.shutdownNow();
        }
    }

    /// What fails is told, and the rest goes on.
    private void attempt(Runnable fault) {
        try {
            fault.run();
        } catch (RuntimeException e) {
            faults.add("failed: " + e.getMessage());
            say("failed: " + e);
        }
    }

    private void heat() {
        attempt(() -> load.heat(hot, System.currentTimeMillis()));
    }

    /// Waits a while for an eviction that is written down and not taken yet, which is when a fault does most harm.
    private void inTheMiddle(String fault) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!witness.isSomebodyEvicting() && System.nanoTime() < deadline) {
            pause(Duration.ofMillis(20));
        }
        // Anywhere within the announcement, or just after it.
        pause(Duration.ofMillis(700L * (1 + faults.size() % 6)));
        var line = "%d s: %s%s"
                .formatted(
                        Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds(),
                        fault,
                        witness.isSomebodyEvicting() ? ", an eviction being on its way" : "");
        faults.add(line);
        say(line);
    }

    private void killTheLeader() {
        var leader = served.stream().filter(Replica::isActing).findFirst();
        if (leader.isEmpty()) {
            faults.add("no replica acted when one was to be killed");
            return;
        }
        inTheMiddle("the acting replica, " + leader.get().name() + ", was killed");
        leader.get().kill();
        pause(Duration.ofSeconds(10));
        leader.get().startAgain();
    }

    private void restartTheApiServer() {
        inTheMiddle("the API server was restarted");
        takeAway();
        bringBack();
    }

    private void takeTheApiServerAway() {
        inTheMiddle("the API server was away for a minute");
        takeAway();
        pause(Duration.ofSeconds(60));
        bringBack();
    }

    private void restartBoth() {
        inTheMiddle("the API server was restarted, and the acting replica killed meanwhile");
        var leader = served.stream().filter(Replica::isActing).findFirst();
        takeAway();
        leader.ifPresent(Replica::kill);
        bringBack();
        leader.ifPresent(Replica::startAgain);
    }

    /// The controller manager too: by itself it would look again only after up to half a minute.
    private void takeAway() {
        controlPlane.kill(Component.API_SERVER);
        controlPlane.kill(Component.CONTROLLER_MANAGER);
    }

    /// On a busy machine the API server may take longer than the testbed has patience.
    private void bringBack() {
        attempt(() -> controlPlane.startAgain(Component.API_SERVER));
        attempt(() -> controlPlane.startAgain(Component.CONTROLLER_MANAGER));
    }

    // What came of it

    private void report(KubernetesClient client) {
        // A pod may be on its way at any moment.
        boolean agrees = false;
        for (int tries = 0; tries < 20 && !agrees; tries++) {
            agrees = agrees(client);
            pause(Duration.ofMillis(500));
        }
        new SoakReport(witness, other.evicted(), EvictionRequests.of(audit, USER), faults, load.heated(), agrees)
                .print(System.out);
        served.stream()
                .filter(replica -> !replica.isAlive())
                .forEach(replica -> System.out.println("Not alive: " + replica.report()));
    }

    /// Whether the witness knows the very pods that a list tells.
    private boolean agrees(KubernetesClient client) {
        var there = client.pods()
                .inAnyNamespace()
                .withLabel(SoakWorkloads.LABEL)
                .list()
                .getItems();
        var known = witness.pods().stream().map(Witness.Seen::uid).sorted().toList();
        return there.stream()
                .map(pod -> pod.getMetadata().getUid())
                .sorted()
                .toList()
                .equals(known);
    }

    /// Does harm on purpose: a witness that sees none of it is worth nothing.
    private void control(KubernetesClient client) throws InterruptedException {
        var namespace = SoakWorkloads.namespace(1);
        var name = SoakWorkloads.name(1);
        int breaches = witness.breaches().size();
        int evictions = witness.evictions().size();
        client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName(name)
                .delete();
        pause(Duration.ofSeconds(2));
        witness.pods().stream()
                .filter(pod -> pod.workload().equals(namespace + "/" + name))
                .limit(2)
                .forEach(pod -> OtherDescheduler.evict(client, pod));
        await("the witness", Duration.ofMinutes(1), () -> witness.evictions().size() >= evictions + 2);
        pause(Duration.ofSeconds(2));
        System.out.printf(
                "Control: of two evictions without a record and beyond the minimum, the witness saw %d, and %d moments"
                        + " below the minimum.%n",
                witness.evictions().stream()
                        .filter(eviction -> witness.recorded(eviction.pod.uid()).isEmpty()
                                && !other.evicted().contains(eviction.pod.uid()))
                        .count(),
                witness.breaches().size() - breaches);
    }

    private void keepLogs() throws IOException {
        try (var logs = Files.list(controlPlane.processes().logs())) {
            for (var log : logs.filter(file -> file.getFileName().toString().startsWith("plimsoll-"))
                    .toList()) {
                Files.copy(log, audit.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        say("logs and requests: " + audit);
    }

    private static void await(String what, Duration patience, BooleanSupplier condition) throws InterruptedException {
        say("waiting for " + what);
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no " + what + " within " + patience.toSeconds() + " s");
            }
            TimeUnit.SECONDS.sleep(1);
        }
        say("there: " + what);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
