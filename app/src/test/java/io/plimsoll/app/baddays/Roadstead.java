package io.plimsoll.app.baddays;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.plimsoll.app.Kubectl;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ControlPlaneSettings;
import io.plimsoll.testbed.controlplane.FakeNodes;
import io.plimsoll.testbed.controlplane.SchedulerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/// The control plane that all bad days share: thirty KWOK nodes of 16 cores, and a kube-scheduler that each test starts
/// anew with the extender it wants. A namespace for each group of pods keeps them apart.
final class Roadstead implements AutoCloseable {
    static final int NODES = 30;
    static final String NAMESPACE = "plimsoll";
    static final String ACCOUNT = "plimsoll-extender";
    private static final String PREFIX = "berth";
    /// A pod that waits longer than this was not placed "all the same": the scheduler alone takes a second or two.
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private final ControlPlane controlPlane;

    private Roadstead(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    static Roadstead open() {
        return new Roadstead(ControlPlane.start(ControlPlaneSettings.named("baddays")
                .withProgress(line -> System.err.println("testbed: " + line))
                .withoutScheduler()
                .withFakeNodes(FakeNodes.of(PREFIX, NODES))));
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    KubernetesClient client() {
        return controlPlane.client();
    }

    List<String> nodes() {
        return IntStream.range(0, NODES).mapToObj(i -> PREFIX + "-" + i).toList();
    }

    /// The administrator's kubeconfig, or one like it that leads to another port on loopback.
    Path kubeconfig(Optional<Integer> port) {
        return port.map(this::kubeconfigThrough).orElse(controlPlane.kubeconfig());
    }

    private Path kubeconfigThrough(int port) {
        return kubeconfigWith("through-" + port, controlPlane.apiServer().toString(), "https://127.0.0.1:" + port);
    }

    /// A kubeconfig with the rights of Plimsoll's own account, as far as [#grant] gave them.
    Path kubeconfigOfPlimsoll() {
        try (var itself = controlPlane.newClientOf(NAMESPACE, ACCOUNT)) {
            return kubeconfigWith(
                    ACCOUNT,
                    controlPlane.adminToken(),
                    itself.getConfiguration().getOauthToken());
        }
    }

    private Path kubeconfigWith(String name, String target, String replacement) {
        try {
            var text = Files.readString(controlPlane.kubeconfig()).replace(target, replacement);
            return Files.writeString(controlPlane.folder().resolve(name + ".kubeconfig"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Makes Plimsoll's account with the role of `manifests/base` and what these other files of `manifests/` give it,
    /// whatever it had of them before.
    void grant(String... further) {
        apply(List.of("-n", NAMESPACE), "base/namespace.yaml", "base/rbac.yaml");
        if (further.length > 0) {
            apply(List.of(), further);
        }
    }

    private void apply(List<String> flags, String... files) {
        var arguments = new ArrayList<>(List.of("apply", "--server-side", "--force-conflicts"));
        arguments.addAll(flags);
        Stream.of(files).forEach(file -> arguments.addAll(List.of("-f", "../manifests/" + file)));
        new Kubectl(controlPlane).run(arguments.toArray(String[]::new));
    }

    /// Starts the scheduler anew so that it asks one extender, plain.
    void scheduleWith(int extenderPort) {
        controlPlane.restartScheduler(SchedulerSettings.of(configuration("http", extenderPort, "")));
    }

    /// Starts the scheduler anew so that it asks one extender over TLS, with these fields of the extender's section.
    void scheduleWithTls(int extenderPort, String tlsFields) {
        controlPlane.restartScheduler(SchedulerSettings.of(configuration("https", extenderPort, tlsFields)));
    }

    private static String configuration(String scheme, int port, String furtherFields) {
        return """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            clientConnection:
              qps: 5000
              burst: 10000
            extenders:
            - urlPrefix: %s://127.0.0.1:%d/scheduler
              filterVerb: filter
              prioritizeVerb: prioritize
              weight: 5
              nodeCacheCapable: true
              ignorable: true
              httpTimeout: 500ms
            """.formatted(scheme, port) + furtherFields.indent(2);
    }

    /// A namespace that can take pods.
    String newNamespace() {
        String name = "day-" + NAMESPACES.incrementAndGet();
        var namespace = new NamespaceBuilder().withNewMetadata().withName(name).endMetadata();
        client().resource(namespace.build()).create();
        // Pods are refused until the controller manager has made the namespace's service account.
        client().serviceAccounts()
                .inNamespace(name)
                .withName("default")
                .waitUntilCondition(account -> account != null, 30, SECONDS);
        return name;
    }

    /// Asks for `count` equal pods that may go to any node, each of 100 thousandths of a core.
    void deploy(String namespace, String name, int count) {
        deploy(namespace, name, count, "default-scheduler");
    }

    /// The same, placed by the scheduler of that name.
    void deploy(String namespace, String name, int count, String scheduler) {
        deploy(
                namespace,
                name,
                count,
                container(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("64Mi")))
                        .withSchedulerName(scheduler)
                        .build());
    }

    /// A Deployment of such pods.
    void deploy(String namespace, String name, int count, PodSpec pod) {
        var labels = Map.of("app", name);
        client().resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(count)
                        .withNewSelector()
                        .withMatchLabels(labels)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .withSpec(pod)
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    /// A pod of one container that asks for this much.
    static PodSpecBuilder container(Map<String, Quantity> requests) {
        return new PodSpecBuilder()
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .withNewResources()
                .withRequests(requests)
                .endResources()
                .endContainer();
    }

    /// Puts a pod that uses so much onto a node, past the scheduler.
    void burden(String namespace, String node, String cpu, String memory) {
        client().resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("burden-" + node)
                        .withNamespace(namespace)
                        .addToAnnotations(FakeNodes.USAGE_CPU, cpu)
                        .addToAnnotations(FakeNodes.USAGE_MEMORY, memory)
                        .endMetadata()
                        .withSpec(container(Map.of()).withNodeName(node).build())
                        .build())
                .create();
    }

    /// Waits until so many pods of a deployment have a node, and returns how many each node got.
    Map<String, Long> awaitBound(String namespace, String name, int count) {
        // The API server itself may be away for a while.
        eventually()
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .untilAsserted(() -> assertThat(bound(namespace, name))
                        .as("pods of %s with a node", name)
                        .hasSize(count));
        return new TreeMap<>(bound(namespace, name).stream()
                .collect(groupingBy(pod -> pod.getSpec().getNodeName(), counting())));
    }

    /// How many pods of a deployment have a node now.
    int countBound(String namespace, String name) {
        return bound(namespace, name).size();
    }

    /// The pods of a deployment that have a node, as `namespace/name`.
    List<String> boundPods(String namespace, String name) {
        return bound(namespace, name).stream()
                .map(pod -> namespace + "/" + pod.getMetadata().getName())
                .toList();
    }

    private List<Pod> bound(String namespace, String name) {
        return client().pods().inNamespace(namespace).withLabel("app", name).list().getItems().stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .toList();
    }

    /// How many pods there are in all namespaces.
    int countPods() {
        return client().pods().inAnyNamespace().list().getItems().size();
    }

    void forget(String namespace) {
        client().namespaces().withName(namespace).delete();
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100));
    }

    @Override
    public void close() {
        controlPlane.close();
    }
}
