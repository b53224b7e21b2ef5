package io.plimsoll.benchmarks.rebalancing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.realnodes.WorkloadDemand;
import io.plimsoll.testbed.realnodes.WorkloadProgram;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Real nodes whose pods run the workload program, and what is told of them as it happens, on standard output.
final class Stage {

    static final String NAMESPACE = "shop";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ControlPlane controlPlane;
    private final KubernetesClient client;
    private final List<String> nodes;
    private Instant begin = Instant.now();

    Stage(ControlPlane controlPlane, List<String> nodes) {
        this.controlPlane = controlPlane;
        this.client = controlPlane.client();
        this.nodes = nodes;
    }

    // What there is

    /// Plimsoll's definitions, and the accounts of these roles with their rights as shipped, and with that of reading
    /// kubelets' figures.
    void install(String... roles) {
        kubectl("apply", "--server-side", "-k", "manifests/crds");
        kubectl("apply", "--server-side", "-f", "manifests/overlays/rebalancer/namespace.yaml");
        kubectl("apply", "--server-side", "-n", "plimsoll", "-f", "manifests/base/rbac.yaml");
        kubectl("apply", "--server-side", "-f", "manifests/overlays/kubelet-summary/rbac.yaml");
        for (var role : roles) {
            kubectl("apply", "--server-side", "-f", "manifests/overlays/" + role + "/rbac.yaml");
            kubectl(
                    "create",
                    "clusterrolebinding",
                    "summary-" + role,
                    "--clusterrole=plimsoll-extender-kubelet-summary",
                    "--serviceaccount=plimsoll:plimsoll-" + role);
        }
        kubectl("create", "namespace", NAMESPACE);
        await(() -> client.serviceAccounts()
                        .inNamespace(NAMESPACE)
                        .withName("default")
                        .get()
                != null);
    }

    KubernetesClient client() {
        return client;
    }

    String node(int index) {
        return nodes.get(index);
    }

    /// New pods go to this node alone.
    void openOnly(String open) {
        for (var node : nodes) {
            kubectl(node.equals(open) ? "uncordon" : "cordon", node);
        }
    }

    void openAll() {
        nodes.forEach(node -> kubectl("uncordon", node));
    }

    /// Creates what is written there.
    void create(String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .create();
    }

    static Deployment deployment(String name, Map<String, Quantity> requests, WorkloadDemand demand) {
        var resources =
                new ResourceRequirementsBuilder().addToRequests(requests).build();
        return WorkloadProgram.deployment(NAMESPACE, name, 1, WorkloadProgram.pod(name, resources, demand));
    }

    void scale(String name, int replicas) {
        client.apps().deployments().inNamespace(NAMESPACE).withName(name).scale(replicas);
    }

    /// Those that are not ending, sorted by name.
    List<Pod> pods(String app) {
        return client.pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(Stage::name))
                .toList();
    }

    Pod pod(String app, String node) {
        return pods(app).stream()
                .filter(pod -> node.equals(pod.getSpec().getNodeName()))
                .findFirst()
                .orElseThrow();
    }

    int ready(String app) {
        return (int) pods(app).stream()
                .filter(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True")))
                .count();
    }

    WorkloadProgram program(Pod pod) {
        return new WorkloadProgram(client, NAMESPACE, name(pod));
    }

    static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    static void await(BooleanSupplier condition) {
        await(PATIENCE, condition);
    }

    static void await(Duration patience, BooleanSupplier condition) {
        var deadline = Instant.now().plus(patience);
        while (!condition.getAsBoolean()) {
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

    /// Times count from then on.
    void begin(Instant at) {
        begin = at;
    }

    void say(String what) {
        long seconds = Duration.between(begin, Instant.now()).toSeconds();
        System.out.printf(
                "%n%s%d:%02d  %s%n", seconds < 0 ? "-" : "+", Math.abs(seconds) / 60, Math.abs(seconds) % 60, what);
    }

    void print(String text) {
        System.out.println(text);
    }

    /// Runs it, and shows it with its answer.
    void shown(String program, String... arguments) {
        print("$ " + program + " "
                + Stream.of(arguments)
                        .filter(word -> !word.startsWith("/") && !word.equals("--kubeconfig"))
                        .collect(Collectors.joining(" ")));
        print(program.equals("kubectl") ? kubectl(arguments) : plimsoll(arguments));
    }

    String plimsoll(String... arguments) {
        var answer = new StringWriter();
        Plimsoll.commandLine()
                .setOut(new PrintWriter(answer))
                .setErr(new PrintWriter(answer))
                .execute(arguments);
        return answer.toString();
    }

    String kubectl(String... arguments) {
        var command = new ArrayList<>(List.of(
                controlPlane.binaries().program("kubectl").toString(), "--kubeconfig=" + controlPlane.kubeconfig()));
        command.addAll(Arrays.asList(arguments));
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
