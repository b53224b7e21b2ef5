package io.plimsoll.benchmarks.rebalancing;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import io.plimsoll.testbed.realnodes.KubeletNodes;
import io.plimsoll.testbed.realnodes.NodePressure;
import io.plimsoll.testbed.realnodes.RealNodeSize;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A hog beside two services on a real node, while clients measure how long the services take: Plimsoll names the hog,
/// wants it resized first, and moves it when that was not enough. Prints what was seen, and the latencies.
///
///     real-1, a core of its own   web, search: 2 ms of CPU a request      hog: quiet, then 620m
///     real-2, a core of its own   nobody: where the hog can go
///     real-3, shares both cores   the hog's second replica, quiet: so it may be evicted at all
///
/// What one replica of the hog has to do, its replacement has to do when it is ready.
///
/// Arguments: `[MINUTES_BEFORE] [INTERVAL_SECONDS] [SECONDS_AFTER] [HOG_MILLIS] [SOURCE]`, as root in the project's
/// folder; from 740m on, the node is hot besides. SOURCE is `prometheus`, which tells pressure, or `kubelet-summary`,
/// which on control groups version 1 does not.
public final class HogBesideVictims {

    private static final String NAMESPACE = "shop";
    private static final int QUIET_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONG = Duration.ofMinutes(20);
    private static final Pattern ADVICE = Pattern.compile("lower its CPU request from \\d+m to (\\d+)m");

    private final ControlPlane controlPlane;
    private final KubernetesClient client;
    private final List<String> nodes;
    private final int hogMillis;
    private final PrintStream out;
    private final List<String> rows = new ArrayList<>();
    private Instant begin = Instant.now();

    private HogBesideVictims(ControlPlane controlPlane, List<String> nodes, int hogMillis, PrintStream out) {
        this.controlPlane = controlPlane;
        this.client = controlPlane.client();
        this.nodes = nodes;
        this.hogMillis = hogMillis;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        var numbers = Stream.of(arguments).limit(4).map(Integer::parseInt).toList();
        int hogMillis = numbers.size() < 4 ? 620 : numbers.get(3);
        var source = arguments.length < 5 ? "prometheus" : arguments[4];
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
                new HogBesideVictims(controlPlane, nodes.names(), hogMillis, System.out)
                        .run(quiet, intervalSeconds, secondsAfter, source);
            }
        }
        // Threads of clients may still be waiting for their next turn.
        System.exit(0);
    }

    private void run(Duration quiet, int intervalSeconds, int secondsAfter, String source) throws Exception {
        install();
        deploy();
        var settings = List.of(
                "usage.sources=" + source,
                "usage.prometheus-url=" + controlPlane.prometheus(),
                "usage.bootstrap-hours=0",
                "usage.interval-seconds=" + intervalSeconds,
                "rebalancer.age-seconds-min=60");
        var extender = Served.start(controlPlane, "extender", settings);
        var rebalancer = Served.start(controlPlane, "rebalancer", settings);
        await(
                PATIENCE,
                () -> plimsoll("explain", "nodes", "--server", rebalancer.inspection())
                        .contains("ready"));
        controlPlane.restartScheduler(SchedulerSettings.of(extender.schedulerConfiguration()));
        try (var clients = new Clients(services(), 30)) {
            watchQuietly(clients, quiet);
            var hog = onNode(nodes.getFirst());
            thrash(hog);
            var plan = until(clients, rebalancer, hog);
            carryOut(clients, plan, hog, secondsAfter);
            say(clients.failures() + " requests failed in all");
        }
        out.println("\n| when | requests | p50 ms | p90 ms | p99 ms | worst ms |\n|---|---|---|---|---|---|");
        rows.forEach(out::println);
    }

    // What there is

    private void install() {
        kubectl("apply", "--server-side", "-k", "manifests/crds");
        kubectl("apply", "--server-side", "-f", "manifests/overlays/rebalancer/namespace.yaml");
        kubectl("apply", "--server-side", "-n", "plimsoll", "-f", "manifests/base/rbac.yaml");
        kubectl("apply", "--server-side", "-f", "manifests/overlays/rebalancer/rbac.yaml");
        kubectl("apply", "--server-side", "-f", "manifests/overlays/kubelet-summary/rbac.yaml");
        kubectl(
                "create",
                "clusterrolebinding",
                "summary",
                "--clusterrole=plimsoll-extender-kubelet-summary",
                "--serviceaccount=plimsoll:plimsoll-rebalancer");
        kubectl("create", "namespace", NAMESPACE);
        await(
                PATIENCE,
                () -> client.serviceAccounts()
                                .inNamespace(NAMESPACE)
                                .withName("default")
                                .get()
                        != null);
    }

    private void deploy() {
        cordon(nodes.get(1), nodes.get(2));
        create("web", "50m", 0);
        create("search", "50m", 0);
        create("hog", "850m", QUIET_MILLIS);
        client.resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("hog")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withMinAvailable(new IntOrString(1))
                        .withNewSelector()
                        .addToMatchLabels("app", "hog")
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        await(PATIENCE, () -> ready("web") + ready("search") + ready("hog") == 3);
        cordon(nodes.get(0), nodes.get(1));
        client.apps().deployments().inNamespace(NAMESPACE).withName("hog").scale(2);
        await(PATIENCE, () -> ready("hog") == 2);
        cordon();
    }

    /// These and no others.
    private void cordon(String... cordoned) {
        for (var node : nodes) {
            kubectl(Arrays.asList(cordoned).contains(node) ? "cordon" : "uncordon", node);
        }
    }

    private void create(String name, String cpu, int burnMillis) {
        var requests = new ResourceRequirementsBuilder()
                .addToRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity("32Mi")))
                .build();
        var pod = WorkloadProgram.pod(name, requests, WorkloadDemand.IDLE.withCpuMillis(burnMillis));
        client.resource(WorkloadProgram.deployment(NAMESPACE, name, 1, pod)).create();
    }

    private List<URI> services() {
        return Stream.of("web", "search")
                .flatMap(name -> pods(name).stream())
                .map(pod ->
                        URI.create("http://" + pod.getStatus().getPodIP() + ":" + WorkloadProgram.PORT + "/work/2000"))
                .toList();
    }

    // What happens

    private void watchQuietly(Clients clients, Duration quiet) throws InterruptedException {
        begin = Instant.now().plus(quiet);
        say("clients ask; all is quiet for " + quiet.toMinutes() + " minutes");
        // The first requests also compile the clients.
        TimeUnit.SECONDS.sleep(Math.min(60, quiet.toSeconds() / 2));
        clients.sinceLast();
        TimeUnit.MILLISECONDS.sleep(Duration.between(Instant.now(), begin).toMillis());
        rows.add(clients.sinceLast().row("before: all is quiet"));
        shown("kubectl", "-n", NAMESPACE, "get", "pods,pdb", "-o", "wide");
    }

    private void thrash(Pod hog) {
        program(hog).burnCpu(hogMillis);
        say(name(hog) + " begins to thrash: " + hogMillis + "m, after " + QUIET_MILLIS + "m");
    }

    /// Until a plan is proposed; names it.
    private String until(Clients clients, Served rebalancer, Pod hog) throws Exception {
        boolean isNamed = false;
        boolean isAccused = false;
        boolean isResized = false;
        var deadline = Instant.now().plus(LONG);
        while (Instant.now().isBefore(deadline)) {
            var neighbours = plimsoll("explain", "neighbours", "--server", rebalancer.inspection());
            if (!isNamed && isNamed(neighbours)) {
                isNamed = true;
                say("the hog is named");
                out.println(neighbours);
            }
            if (!isAccused && neighbours.lines().anyMatch(line -> line.matches(".*Deployment/hog +cpu +yes.*"))) {
                isAccused = true;
                say("the hog is called a bad neighbour");
                out.println(neighbours);
            }
            var plan = plimsoll("plan", "--all", "--server", rebalancer.inspection());
            var advice = ADVICE.matcher(plan).results().findFirst();
            if (!isResized && advice.isPresent()) {
                isResized = true;
                say("a resize first");
                out.println(plan);
                rows.add(clients.sinceLast().row("the hog thrashes"));
                resize(hog, advice.get());
            }
            var proposed = kubectl("get", "rebalanceplans", "--no-headers");
            if (proposed.contains("Proposed")) {
                say("a plan is proposed");
                out.println(plan);
                out.println(neighbours);
                rows.add(clients.sinceLast().row(isResized ? "it asks for less" : "the hog thrashes"));
                return proposed.split(" ")[0];
            }
            TimeUnit.SECONDS.sleep(2);
        }
        out.println(plimsoll("explain", "neighbours", "--server", rebalancer.inspection()));
        out.println(plimsoll("explain", "nodes", "--server", rebalancer.inspection()));
        throw new IllegalStateException("no plan was proposed within " + LONG.toMinutes() + " minutes");
    }

    /// In the upper table, with half of the blame or more.
    private boolean isNamed(String neighbours) {
        return neighbours
                .lines()
                .filter(line -> line.startsWith(nodes.getFirst() + " "))
                .anyMatch(line -> line.matches(".* ([5-9]\\d|100)% " + NAMESPACE + "/Deployment/hog.*"));
    }

    private void resize(Pod hog, MatchResult advice) {
        var patch = "{\"spec\":{\"containers\":[{\"name\":\"%s\",\"resources\":{\"requests\":{\"cpu\":\"%sm\"}}}]}}"
                .formatted(WorkloadProgram.CONTAINER, advice.group(1));
        shown("kubectl", "-n", NAMESPACE, "patch", "pod", name(hog), "--subresource", "resize", "--patch", patch);
        await(PATIENCE, () -> asked(hog).equals(new Quantity(advice.group(1) + "m")));
        say("the kubelet has done it: " + name(hog) + " asks for " + asked(hog));
    }

    /// As the kubelet has it.
    private Quantity asked(Pod pod) {
        var statuses = client.resource(pod).get().getStatus().getContainerStatuses();
        return Objects.requireNonNull(
                statuses.getFirst().getResources().getRequests().get("cpu"), "the hog asks for CPU");
    }

    private void carryOut(Clients clients, String plan, Pod hog, int secondsAfter) throws Exception {
        var idle = pods("hog").stream()
                .map(HogBesideVictims::name)
                .filter(name -> !name.equals(name(hog)))
                .toList();
        shown(
                "plimsoll",
                "approve",
                plan,
                "--kubeconfig",
                controlPlane.kubeconfig().toString());
        int least = 2;
        while (!kubectl("get", "rebalanceplan", plan, "--no-headers").matches("(?s).*(Completed|Stopped|Expired).*")) {
            least = Math.min(least, ready("hog"));
            TimeUnit.MILLISECONDS.sleep(100);
        }
        say("the plan has ended; of 2 pods of the hog " + least
                + " or more were ready at each look, the budget asks for 1");
        if (pods("hog").stream().map(HogBesideVictims::name).anyMatch(name(hog)::equals)) {
            say("it was not moved");
            shown("kubectl", "get", "rebalanceplan", plan, "-o", "yaml");
            return;
        }
        rows.add(clients.sinceLast().row("it is moved"));
        for (var pod : pods("hog")) {
            if (!idle.contains(name(pod))) {
                program(pod).burnCpu(hogMillis);
                say("its replacement " + name(pod) + " goes on thrashing, on "
                        + pod.getSpec().getNodeName());
            }
        }
        TimeUnit.SECONDS.sleep(secondsAfter);
        rows.add(clients.sinceLast().row("after: it thrashes elsewhere"));
        shown("kubectl", "get", "rebalanceplan", plan, "-o", "yaml");
        shown("kubectl", "-n", NAMESPACE, "get", "pods", "-o", "wide");
        shown(
                "kubectl",
                "-n",
                NAMESPACE,
                "get",
                "events",
                "--field-selector",
                "reportingComponent=plimsoll.io/rebalancer");
    }

    // Questions

    private List<Pod> pods(String app) {
        return client.pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(HogBesideVictims::name))
                .toList();
    }

    private int ready(String app) {
        return (int) pods(app).stream()
                .filter(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True")))
                .count();
    }

    private Pod onNode(String node) {
        return pods("hog").stream()
                .filter(pod -> node.equals(pod.getSpec().getNodeName()))
                .findFirst()
                .orElseThrow();
    }

    private WorkloadProgram program(Pod pod) {
        return new WorkloadProgram(client, NAMESPACE, name(pod));
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Duration patience, Condition condition) {
        var deadline = Instant.now().plus(patience);
        while (!condition.holds()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("it did not come about within " + patience);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    // What is told

    private void say(String what) {
        long seconds = Duration.between(begin, Instant.now()).toSeconds();
        out.printf("%n%s%d:%02d  %s%n", seconds < 0 ? "-" : "+", Math.abs(seconds) / 60, Math.abs(seconds) % 60, what);
    }

    /// Runs it, and shows it with its answer.
    private void shown(String program, String... arguments) {
        out.println("$ " + program + " "
                + Stream.of(arguments)
                        .filter(word -> !word.startsWith("/") && !word.equals("--kubeconfig"))
                        .collect(Collectors.joining(" ")));
        out.println(program.equals("kubectl") ? kubectl(arguments) : plimsoll(arguments));
    }

    private static String plimsoll(String... arguments) {
        var answer = new StringWriter();
        Plimsoll.commandLine()
                .setOut(new PrintWriter(answer))
                .setErr(new PrintWriter(answer))
                .execute(arguments);
        return answer.toString();
    }

    private String kubectl(String... arguments) {
        var command = new ArrayList<>(List.of(
                controlPlane.binaries().program("kubectl").toString(), "--kubeconfig=" + controlPlane.kubeconfig()));
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + answer);
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
