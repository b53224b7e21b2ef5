package io.plimsoll.benchmarks.rebalancing;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.NodePressure;
import io.plimsoll.testbed.realnodes.RealNodeSize;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A hog beside two services on a real node, while clients measure how long the services take: Plimsoll names the hog,
/// leaves it to a policy first where less CPU may do, and moves it when that was not enough. Prints what was seen, and
/// the latencies.
///
///     real-1, a core of its own   web, search: 2 ms of CPU a request, or  hog: quiet, then 620m, or 400 MiB of
///                                 32 pages at random of a file of 300 MiB memory, and 20 MiB/s of a file of 800 MiB
///     real-2, a core of its own   nobody: where the hog can go
///     real-3, shares both cores   the hog's second replica, quiet: so it may be evicted at all
///
/// What one replica of the hog has to do, its replacement has to do when it is ready.
///
/// A node's pods share 1 GiB, which their files do not fit into: who reads more of them drives the pages of others out
/// of memory, which then wait for the disk.
///
/// With `held-memory` the hog takes 600 MiB, and then does nothing at all.
///
/// With `cpu` a policy comes into force when the hog begins, and the right-sizer runs. It lowers the
/// hog's request where that is more than what a policy keeps above its use: with 400m, and not with the
/// usual 620m.
///
/// Arguments: `cpu|memory|held-memory [MINUTES_BEFORE] [INTERVAL_SECONDS] [SECONDS_AFTER] [AMOUNT] [SOURCE]`, as
/// root in the project's folder. AMOUNT is in thousandths of a core, in MiB/s or in MiB; with 740m of CPU or more the
/// node is hot besides. SOURCE is `prometheus`, which tells pressure, or `kubelet-summary`, which on control groups
/// version 1 does not.
public final class HogBesideVictims {

    private static final int QUIET_MILLIS = 50;
    private static final long MIB = 1L << 20;
    private static final long HELD_BYTES = 400 * MIB;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ControlPlane controlPlane;
    private final Stage stage;
    private final Thrash thrash;
    private final int amount;
    private final List<String> rows = new ArrayList<>();

    /// What the hog thrashes, and the services need.
    private enum Thrash {
        CPU("cpu", "cpu", "850m", 620, "m", "/work/2000", 0, 0),
        MEMORY("memory", "memory", "100m", 20, " MiB/s", "/read/32", 300, 800),
        HELD_MEMORY("held-memory", "memory", "100m", 600, " MiB", "/read/32", 300, 0);

        private final String label;
        private final String contention;
        private final String hogCpu;
        private final int usualAmount;
        private final String unit;
        private final String path;
        private final int serviceMib;
        private final int hogMib;

        /// @param contention what others have too little of then, as tables say it
        /// @param hogCpu what the hog asks for
        /// @param path of a request to a service
        /// @param serviceMib the file that a service reads of
        /// @param hogMib the file that the hog reads of, once it thrashes
        Thrash(
                String label,
                String contention,
                String hogCpu,
                int usualAmount,
                String unit,
                String path,
                int serviceMib,
                int hogMib) {
            this.label = label;
            this.contention = contention;
            this.hogCpu = hogCpu;
            this.usualAmount = usualAmount;
            this.unit = unit;
            this.path = path;
            this.serviceMib = serviceMib;
            this.hogMib = hogMib;
        }

        static Thrash of(String label) {
            return Stream.of(values())
                    .filter(thrash -> thrash.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("cpu, memory or held-memory, not " + label));
        }

        void begin(WorkloadProgram program, int amount) {
            switch (this) {
                case CPU -> program.burnCpu(amount);
                case MEMORY -> {
                    program.holdMemory(HELD_BYTES);
                    program.readFile(amount * MIB);
                }
                case HELD_MEMORY -> program.holdMemory(amount * MIB);
            }
        }
    }

    private HogBesideVictims(ControlPlane controlPlane, Stage stage, Thrash thrash, int amount) {
        this.controlPlane = controlPlane;
        this.stage = stage;
        this.thrash = thrash;
        this.amount = amount;
    }

    public static void main(String[] arguments) throws Exception {
        var thrash = Thrash.of(arguments.length == 0 ? "" : arguments[0]);
        var numbers =
                Stream.of(arguments).skip(1).limit(4).map(Integer::parseInt).toList();
        int amount = numbers.size() < 4 ? thrash.usualAmount : numbers.get(3);
        var source = arguments.length < 6 ? "prometheus" : arguments[5];
        var quiet = Duration.ofMinutes(numbers.isEmpty() ? 12 : numbers.getFirst());
        int intervalSeconds = numbers.size() < 2 ? 15 : numbers.get(1);
        // A little more than the five minutes after which it is looked at whether the move has helped.
        int secondsAfter = numbers.size() < 3 ? 330 : numbers.get(2);
        var settings = ControlPlaneSettings.named("hog").withProgress(System.err::println);
        try (var controlPlane = ControlPlane.start(settings)) {
            var own = RealNodeSize.SMALL.withOwnProcessors();
            var folder = controlPlane.folder().resolve(RealNodes.FOLDER);
            var sizes = List.of(own, own, RealNodeSize.SMALL);
            try (var nodes = new KubeletNodes().start(controlPlane, sizes, folder);
                    var pressure = NodePressure.serve(nodes)) {
                controlPlane.scrape(pressure.target());
                controlPlane.startPrometheus();
                new HogBesideVictims(controlPlane, new Stage(controlPlane, nodes.names()), thrash, amount)
                        .run(quiet, intervalSeconds, secondsAfter, source);
            }
        }
        // Threads of clients may still be waiting for their next turn.
        System.exit(0);
    }

    private void run(Duration quiet, int intervalSeconds, int secondsAfter, String source) throws Exception {
        stage.install("rightsizer", "rebalancer");
        deploy();
        var settings = List.of(
                "usage.sources=" + source,
                "usage.prometheus-url=" + controlPlane.prometheus(),
                "usage.bootstrap-hours=0",
                "usage.interval-seconds=" + intervalSeconds,
                "rebalancer.age-seconds-min=60");
        var extender = Served.start(controlPlane, "extender", settings);
        var rebalancer = Served.start(controlPlane, "rebalancer", settings);
        if (thrash == Thrash.CPU) {
            Served.start(controlPlane, "rightsizer", settings);
        }
        Stage.await(() -> stage.plimsoll("explain", "nodes", "--server", rebalancer.inspection())
                .contains("ready"));
        controlPlane.restartScheduler(SchedulerSettings.of(extender.schedulerConfiguration()));
        try (var clients = new Clients(services(), 30)) {
            watchQuietly(clients, quiet);
            var hog = stage.pod("hog", stage.node(0));
            thrash(hog);
            var plan = until(clients, rebalancer, hog);
            carryOut(clients, plan, hog, secondsAfter);
            stage.say(clients.failures() + " requests failed in all");
        } finally {
            stage.print("\n| when | requests | p50 ms | p90 ms | p99 ms | worst ms |\n|---|---|---|---|---|---|");
            rows.forEach(stage::print);
        }
    }

    // What there is

    private void deploy() {
        stage.openOnly(stage.node(0));
        var service = WorkloadDemand.IDLE.withFile(thrash.serviceMib * MIB, 0);
        create("web", "50m", service);
        create("search", "50m", service);
        create(
                "hog",
                thrash.hogCpu,
                WorkloadDemand.IDLE.withFile(thrash.hogMib * MIB, 0).withCpuMillis(QUIET_MILLIS));
        stage.client()
                .resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("hog")
                        .withNamespace(Stage.NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withMinAvailable(new IntOrString(1))
                        .withNewSelector()
                        .addToMatchLabels("app", "hog")
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        Stage.await(() -> stage.ready("web") + stage.ready("search") + stage.ready("hog") == 3);
        stage.openOnly(stage.node(2));
        stage.scale("hog", 2);
        Stage.await(() -> stage.ready("hog") == 2);
        stage.openAll();
    }

    private void create(String name, String cpu, WorkloadDemand demand) {
        var requests = Map.of("cpu", new Quantity(cpu), "memory", new Quantity("32Mi"));
        stage.client().resource(Stage.deployment(name, requests, demand)).create();
    }

    private List<URI> services() {
        return Stream.of("web", "search")
                .flatMap(name -> stage.pods(name).stream())
                .map(pod ->
                        URI.create("http://" + pod.getStatus().getPodIP() + ":" + WorkloadProgram.PORT + thrash.path))
                .toList();
    }

    // What happens

    private void watchQuietly(Clients clients, Duration quiet) throws InterruptedException {
        var begin = Instant.now().plus(quiet);
        stage.begin(begin);
        stage.say("clients ask; all is quiet for " + quiet.toMinutes() + " minutes");
        // The first requests also compile the clients, and bring what services read into memory.
        TimeUnit.SECONDS.sleep(quiet.toSeconds() / 2);
        clients.sinceLast();
        TimeUnit.MILLISECONDS.sleep(Duration.between(Instant.now(), begin).toMillis());
        rows.add(clients.sinceLast().row("before: all is quiet"));
        stage.shown("kubectl", "-n", Stage.NAMESPACE, "get", "pods,pdb", "-o", "wide");
    }

    private void thrash(Pod hog) {
        thrash.begin(stage.program(hog), amount);
        stage.say(Stage.name(hog) + " begins to thrash " + thrash.label + ": " + amount + thrash.unit);
        if (thrash == Thrash.CPU) {
            allow();
        }
    }

    /// What is known of the hog is of minutes.
    private void allow() {
        stage.create("""
                        apiVersion: plimsoll.io/v1alpha1
                        kind: OptimizationPolicy
                        metadata: {name: sized, namespace: %s}
                        spec:
                          mode: Auto
                          workloads: {allow: [hog]}
                          usage: {minConfidencePercent: 0}
                          controlled: {resources: [cpu]}
                          update: {strategy: InPlaceOnly, interval: 1m, canaryWindow: 30s}
                        """.formatted(Stage.NAMESPACE));
        stage.say("a policy in mode Auto may change what the hog asks for");
    }

    /// Until the hog is named and a plan is proposed; names that.
    private String until(Clients clients, Served rebalancer, Pod hog) throws Exception {
        boolean isNamed = false;
        boolean isAccused = false;
        boolean isSpared = false;
        boolean isResized = false;
        var asked = asked(hog);
        var deadline = Instant.now().plus(LONG);
        while (Instant.now().isBefore(deadline)) {
            var neighbours = stage.plimsoll("explain", "neighbours", "--server", rebalancer.inspection());
            if (!isNamed && isNamed(neighbours)) {
                isNamed = true;
                stage.say("the hog is named");
                stage.print(neighbours);
            }
            if (!isAccused
                    && neighbours
                            .lines()
                            .anyMatch(line -> line.matches(".*Deployment/hog +" + thrash.contention + " +yes.*"))) {
                isAccused = true;
                stage.say("the hog is called a bad neighbour");
                stage.print(neighbours);
            }
            var plan = stage.plimsoll("plan", "--all", "--server", rebalancer.inspection());
            if (!isSpared && plan.contains("may lower its CPU request")) {
                isSpared = true;
                stage.say("a resize first");
                stage.print(plan);
            }
            if (!isResized && !asked(hog).equals(asked)) {
                isResized = true;
                rows.add(clients.sinceLast().row("the hog thrashes, and asks for " + asked));
                stage.say("the kubelet has changed it: " + Stage.name(hog) + " asks for " + asked(hog));
                stage.shown("kubectl", "-n", Stage.NAMESPACE, "get", "changerecords");
            }
            var proposed = stage.kubectl("get", "rebalanceplans", "--no-headers");
            if (isNamed && proposed.contains("Proposed")) {
                stage.say("a plan is proposed");
                stage.print(plan);
                stage.print(neighbours);
                stage.print(ranked(rebalancer, hog));
                rows.add(clients.sinceLast().row(isResized ? "it asks for less" : "the hog thrashes"));
                return proposed.split(" ")[0];
            }
            TimeUnit.SECONDS.sleep(2);
        }
        rows.add(clients.sinceLast().row("the hog thrashes"));
        stage.print(stage.plimsoll("explain", "neighbours", "--server", rebalancer.inspection()));
        stage.print(stage.plimsoll("explain", "nodes", "--server", rebalancer.inspection()));
        stage.print(stage.plimsoll("plan", "--all", "--server", rebalancer.inspection()));
        throw new IllegalStateException("no plan was proposed within " + LONG.toMinutes() + " minutes");
    }

    /// What the placer makes of each node, and how old its figures are.
    private String ranked(Served rebalancer, Pod hog) {
        var pod = Stage.NAMESPACE + "/" + Stage.name(hog);
        return stage.plimsoll("explain", "pod", pod, "--server", rebalancer.inspection())
                + stage.plimsoll("explain", "nodes", "--server", rebalancer.inspection());
    }

    /// In the upper table, with half of the blame or more.
    private boolean isNamed(String neighbours) {
        return neighbours
                .lines()
                .filter(line -> line.matches(stage.node(0) + " +" + thrash.contention + " .*"))
                .anyMatch(line -> line.matches(".* ([5-9]\\d|100)% " + Stage.NAMESPACE + "/Deployment/hog.*"));
    }

    /// As the kubelet has it.
    private Quantity asked(Pod pod) {
        var statuses = stage.client().resource(pod).get().getStatus().getContainerStatuses();
        return Objects.requireNonNull(
                statuses.getFirst().getResources().getRequests().get("cpu"), "the hog asks for CPU");
    }

    private void carryOut(Clients clients, String plan, Pod hog, int secondsAfter) throws Exception {
        var idle = stage.pods("hog").stream()
                .map(Stage::name)
                .filter(name -> !name.equals(Stage.name(hog)))
                .toList();
        stage.shown(
                "plimsoll",
                "approve",
                plan,
                "--kubeconfig",
                controlPlane.kubeconfig().toString());
        int least = 2;
        while (!stage.kubectl("get", "rebalanceplan", plan, "--no-headers")
                .matches("(?s).*(Completed|Stopped|Expired).*")) {
            least = Math.min(least, stage.ready("hog"));
            TimeUnit.MILLISECONDS.sleep(100);
        }
        stage.say("the plan has ended; of 2 pods of the hog " + least
                + " or more were ready at each look, the budget asks for 1");
        if (stage.pods("hog").stream().map(Stage::name).anyMatch(Stage.name(hog)::equals)) {
            stage.say("it was not moved");
            stage.shown("kubectl", "get", "rebalanceplan", plan, "-o", "yaml");
            return;
        }
        rows.add(clients.sinceLast().row("it is moved"));
        for (var pod : stage.pods("hog")) {
            if (!idle.contains(Stage.name(pod))) {
                thrash.begin(stage.program(pod), amount);
                stage.say("its replacement " + Stage.name(pod) + " goes on thrashing, on "
                        + pod.getSpec().getNodeName());
            }
        }
        TimeUnit.SECONDS.sleep(secondsAfter);
        rows.add(clients.sinceLast().row("after: it thrashes elsewhere"));
        stage.shown("kubectl", "get", "rebalanceplan", plan, "-o", "yaml");
        stage.shown("kubectl", "-n", Stage.NAMESPACE, "get", "pods", "-o", "wide");
        stage.shown(
                "kubectl",
                "-n",
                Stage.NAMESPACE,
                "get",
                "events",
                "--field-selector",
                "reportingComponent=plimsoll.io/rebalancer");
    }
}
