package io.plimsoll.testbed.realnodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ListVisitFromServerGetDeleteRecreateWaitApplicable;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.testbed.controlplane.Component;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.MergePatch;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Two real nodes on this machine, and what pods on them do.
@RealControlPlane
@Tag("real-nodes")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubeletNodesTest {
    private static final long MIB = 1L << 20;
    private static final Duration RATE_PATIENCE = Duration.ofMinutes(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private static final String STEADY = "steady";
    private static final long STEADY_CPU_MILLIS = 200;
    private static final long STEADY_MEMORY_BYTES = 60 * MIB;

    private static final String ACCOUNT = "plimsoll-extender";
    private static final String ACCOUNT_NAMESPACE = "plimsoll";
    private static final Path MANIFESTS = Path.of("..", "manifests");
    private static final String SUMMARY = "kubelet-summary";
    private static final String PROMETHEUS = "prometheus";

    private static RunningNodes nodes;

    @BeforeAll
    static void startNodes(ControlPlane controlPlane) {
        nodes = new KubeletNodes().start(controlPlane, 2, controlPlane.folder().resolve(RealNodes.FOLDER));
        startSteadyWorkload(controlPlane);
        controlPlane.startPrometheus();
    }

    @AfterAll
    static void endNodes(ControlPlane controlPlane) {
        controlPlane.stop(Component.PROMETHEUS);
        controlPlane.client().namespaces().withName(STEADY).delete();
        if (nodes != null) {
            nodes.close();
        }
    }

    /// A workload on the first node that does the same from the beginning to the end, so that rates over different
    /// windows are equal.
    private static void startSteadyWorkload(ControlPlane controlPlane) {
        controlPlane
                .client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(STEADY)
                        .endMetadata()
                        .build())
                .create();
        controlPlane
                .client()
                .serviceAccounts()
                .inNamespace(STEADY)
                .withName("default")
                .waitUntilCondition(account -> account != null, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (KubernetesClient client = controlPlane.newClient(new ConfigBuilder(controlPlane.clientConfig())
                .withNamespace(STEADY)
                .build())) {
            ResourceRequirements small = resources(50, 32, 500, 128);
            WorkloadDemand demand =
                    WorkloadDemand.IDLE.withCpuMillis(STEADY_CPU_MILLIS).withMemoryBytes(STEADY_MEMORY_BYTES);
            running(client, onNode(WorkloadProgram.pod(STEADY, small, demand), 0));
        }
    }

    @Test
    void nodes_started_areReadyWithTheirOwnAddressAndSize(KubernetesClient client) {
        List<Node> registered = nodes.names().stream()
                .map(name -> client.nodes().withName(name).get())
                .toList();

        assertThat(registered).hasSize(2).allSatisfy(node -> {
            assertThat(isReady(node)).isTrue();
            assertThat(node.getStatus().getAllocatable())
                    .containsEntry("cpu", new Quantity("1"))
                    .containsEntry("memory", new Quantity("1048576Ki"))
                    .containsEntry("pods", new Quantity("20"));
            assertThat(node.getMetadata().getLabels()).containsEntry("plimsoll.io/real", "true");
            assertThat(node.getSpec().getTaints())
                    .anySatisfy(taint -> assertThat(taint.getKey()).isEqualTo("plimsoll.io/real"));
        });
        assertThat(registered).extracting(KubeletNodesTest::address).doesNotHaveDuplicates();
    }

    /// As it does where mounts are private: for a moment what it writes there is on two mounts, and a file that
    /// it moves meanwhile ends it.
    @Test
    void kubelet_started_hasNotMountedItsFolderOntoItself(ControlPlane controlPlane) throws IOException {
        for (NodeSlot slot : NodeSlot.of(controlPlane.folder().resolve(RealNodes.FOLDER))) {
            Path folder = slot.folder().resolve("kubelet");
            ProcessHandle kubelet = slot.controlGroups().members().stream()
                    .filter(process -> commandLine(process).contains("--root-dir=" + folder))
                    .findFirst()
                    .orElseThrow();

            List<String> mounts = Files.readAllLines(Path.of("/proc/" + kubelet.pid() + "/mountinfo"));

            assertThat(mounts).isNotEmpty().noneMatch(line -> line.split(" ")[4].equals(folder.toString()));
        }
    }

    @Test
    void workload_askedForMore_usesItAsTheSummaryApiShows(KubernetesClient client, TestNamespace namespace) {
        WorkloadDemand small = WorkloadDemand.IDLE.withMemoryBytes(20 * MIB);
        Pod pod = running(client, WorkloadProgram.pod("steered", resources(100, 64, 500, 200), small));
        WorkloadProgram program = new WorkloadProgram(client, namespace.name(), "steered");
        await().atMost(PATIENCE)
                .until(() -> summary(client, pod)
                                .path("memory")
                                .path("workingSetBytes")
                                .asLong()
                        >= 20 * MIB);

        program.holdMemory(100 * MIB);
        WorkloadState steered = program.burnCpu(300);

        assertThat(steered.demand()).isEqualTo(small.withMemoryBytes(100 * MIB).withCpuMillis(300));
        assertThat(steered.heldBytes()).isEqualTo(100 * MIB);
        // 100 MiB and the program's own few; 300 thousandths of a core, less what a busy machine withholds.
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode shown = summary(client, pod);
            assertThat(shown.path("memory").path("workingSetBytes").asLong()).isBetween(100 * MIB, 130 * MIB);
            assertThat(shown.path("cpu").path("usageNanoCores").asLong()).isBetween(200_000_000L, 400_000_000L);
        });
    }

    /// Twice as much as it may have, so that what it reads is driven out before it is read again.
    @Test
    void workload_readingMoreThanItsMemory_waitsForMemoryOnItsNodeOnly(KubernetesClient client, TestNamespace namespace)
            throws IOException {
        WorkloadDemand file = WorkloadDemand.IDLE.withFile(128 * MIB, 0);
        running(client, onNode(WorkloadProgram.pod("thrashing", resources(50, 32, 500, 64), file), 1));
        WorkloadProgram program = new WorkloadProgram(client, namespace.name(), "thrashing");
        long waitedBefore = memoryWaitMicros(1);
        long otherBefore = memoryWaitMicros(0);

        WorkloadState steered = program.readFile(40 * MIB);

        assertThat(steered.demand()).isEqualTo(file.withFile(128 * MIB, 40 * MIB));
        await().atMost(PATIENCE).until(() -> memoryWaitMicros(1) - waitedBefore > 500_000);
        assertThat(memoryWaitMicros(0) - otherBefore).isLessThan(250_000);
        await().atMost(PATIENCE).until(() -> program.state().readBytes() > 64 * MIB);
        assertThat(container(client, "thrashing").getRestartCount()).isZero();
    }

    /// As the kernel counts it since the node's start.
    private static long memoryWaitMicros(int index) throws IOException {
        String some = nodes.pressure(nodes.names().get(index), "memory")
                .lines()
                .findFirst()
                .orElseThrow();
        return Long.parseLong(some.replaceAll(".*total=", ""));
    }

    @Test
    void nodes_withAWorkloadOnOne_reportTheirOwnLoadOnly(KubernetesClient client, TestNamespace namespace) {
        running(client, onNode(WorkloadProgram.pod("heavy", resources(100, 64, 500, 300), WorkloadDemand.IDLE), 0));
        long loadedBefore = nodeWorkingSetBytes(client, 0);
        long idleBefore = nodeWorkingSetBytes(client, 1);

        new WorkloadProgram(client, namespace.name(), "heavy").holdMemory(200 * MIB);

        // Kubelet and containerd count too, and breathe by some MiB.
        await().atMost(PATIENCE).until(() -> nodeWorkingSetBytes(client, 0) - loadedBefore > 150 * MIB);
        assertThat(nodeWorkingSetBytes(client, 1) - idleBefore).isLessThan(100 * MIB);
    }

    @Test
    void workloads_onBothNodes_sendEachOtherTraffic(KubernetesClient client, TestNamespace namespace) {
        Pod near = running(
                client, onNode(WorkloadProgram.pod("near", resources(50, 32, 500, 64), WorkloadDemand.IDLE), 0));
        Pod far =
                running(client, onNode(WorkloadProgram.pod("far", resources(50, 32, 500, 64), WorkloadDemand.IDLE), 1));
        WorkloadProgram sender = new WorkloadProgram(client, namespace.name(), "near");
        WorkloadProgram receiver = new WorkloadProgram(client, namespace.name(), "far");

        sender.sendTo(far.getStatus().getPodIP(), 5_000_000);

        await().atMost(PATIENCE).until(() -> receiver.state().receivedBytes() >= 5_000_000);
        await().atMost(PATIENCE)
                .until(() ->
                        podSummary(client, near).path("network").path("txBytes").asLong() >= 5_000_000);
        assertThat(sender.state().sendFailures()).isZero();
    }

    @Test
    void resize_withinTheNode_takesEffectWithoutRestart(KubernetesClient client, TestNamespace namespace) {
        running(client, WorkloadProgram.pod("resized", resources(100, 64, 100, 64), WorkloadDemand.IDLE));

        resize(client, "resized", resources(250, 96, 250, 96));

        await().atMost(PATIENCE).untilAsserted(() -> {
            ContainerStatus status = container(client, "resized");
            assertThat(status.getResources().getRequests()).isEqualTo(quantities(250, 96));
            assertThat(status.getResources().getLimits()).isEqualTo(quantities(250, 96));
            assertThat(status.getAllocatedResources()).isEqualTo(quantities(250, 96));
        });
        // More than the old limit of 64 MiB would have let it hold.
        WorkloadState held = new WorkloadProgram(client, namespace.name(), "resized").holdMemory(80 * MIB);
        assertThat(held.heldBytes()).isEqualTo(80 * MIB);
        assertThat(container(client, "resized").getRestartCount()).isZero();
    }

    @Test
    void resize_beyondTheRoomLeft_isDeferredAndGrantedWhenThereIsRoom(KubernetesClient client) {
        // The node has 1000m: 600 + 100 fit, 600 + 500 do not.
        running(client, onNode(WorkloadProgram.pod("neighbour", resources(600, 32, 600, 64), WorkloadDemand.IDLE), 1));
        running(client, onNode(WorkloadProgram.pod("raised", resources(100, 32, 600, 64), WorkloadDemand.IDLE), 1));

        resize(client, "raised", resources(500, 32, 600, 64));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pendingResize(client, "raised")).hasValueSatisfying(condition -> {
                    assertThat(condition.getReason()).isEqualTo("Deferred");
                    assertThat(condition.getMessage()).contains("Node didn't have enough resource: cpu");
                }));
        client.pods().withName("neighbour").delete();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(pendingResize(client, "raised")).isEmpty();
            assertThat(container(client, "raised").getResources().getRequests()).isEqualTo(quantities(500, 32));
        });
    }

    @Test
    void cleanUp_afterACrash_leavesNothingOnTheMachine(ControlPlane controlPlane, KubernetesClient client)
            throws IOException {
        Path folder = controlPlane.folder().resolve("crashed-nodes");
        List<Path> shared = sharedFiles();
        RunningNodes crashed = new KubeletNodes().start(controlPlane, 1, folder);
        String name = crashed.names().getFirst();
        NodeSlot slot = NodeSlot.of(folder).getFirst();
        running(client, onNode(WorkloadProgram.pod("orphan", resources(50, 32, 500, 64), WorkloadDemand.IDLE), name));
        crashed.killDaemons();
        // Without its daemons the node still has a shim, a pause and a workload.
        assertThat(slot.controlGroups().members()).hasSizeGreaterThanOrEqualTo(3);

        new KubeletNodes().cleanUp(folder);

        assertThat(new Remains(slot).list()).isEmpty();
        assertThat(ProcessHandle.allProcesses().map(KubeletNodesTest::commandLine))
                .noneMatch(line -> line.contains(slot.folder().toString()));
        // Pods of earlier tests may end meanwhile, so there can be fewer.
        assertThat(sharedFiles()).isSubsetOf(shared);
        crashed.close();
        assertThat(client.nodes().withName(name).get()).isNull();
    }

    @Test
    void kubeletSummary_accountWithoutTheOverlaysRight_isRefusedUntilItHasIt(ControlPlane controlPlane) {
        apply(controlPlane, "base/namespace.yaml", "base/rbac.yaml");
        remove(controlPlane, "overlays/kubelet-summary/rbac.yaml");
        try (KubernetesClient account = controlPlane.newClientOf(ACCOUNT_NAMESPACE, ACCOUNT);
                UsageRecording recording = UsageRecording.of(account, UsageRecording.source(SUMMARY, Map.of()))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(recording.failures(SUMMARY))
                            .anySatisfy(failure ->
                                    assertThat(failure).contains("403", "cannot get resource \"nodes/proxy\"")));

            apply(controlPlane, "overlays/kubelet-summary/rbac.yaml");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(nodes.names())
                            .allSatisfy(name -> assertThat(
                                            recording.node(SUMMARY, name, SignalKind.MEMORY_WORKING_SET_BYTES))
                                    .isPresent()));
        }
    }

    /// The last one, since Prometheus needs two scrapes, 5 s apart, for a rate.
    @Test
    @Order(Integer.MAX_VALUE)
    void steadyWorkload_seenByTheKubeletsAndByPrometheus_isTheSameInTheSameUnits(
            ControlPlane controlPlane, KubernetesClient client, TestNamespace namespace) {
        PodKey held = new PodKey(namespace.name(), "held");
        running(
                client,
                onNode(
                        WorkloadProgram.pod(
                                held.name(), resources(50, 32, 100, 128), WorkloadDemand.IDLE.withCpuMillis(300)),
                        1));
        PodKey pod = new PodKey(STEADY, STEADY);
        String node = nodes.names().getFirst();
        apply(controlPlane, "base/namespace.yaml", "base/rbac.yaml", "overlays/kubelet-summary/rbac.yaml");
        try (KubernetesClient account = controlPlane.newClientOf(ACCOUNT_NAMESPACE, ACCOUNT);
                UsageRecording recording = UsageRecording.of(
                        account,
                        UsageRecording.source(SUMMARY, Map.of()),
                        UsageRecording.source(
                                PROMETHEUS,
                                Map.of("url", controlPlane.prometheus().toString())))) {
            // What was not seen yet is no value; Prometheus's rate holds the time before the workload's start.
            await().atMost(RATE_PATIENCE)
                    .ignoreException(NoSuchElementException.class)
                    .untilAsserted(() -> {
                        ContainerUsage summary =
                                recording.container(SUMMARY, pod).orElseThrow();
                        ContainerUsage prometheus =
                                recording.container(PROMETHEUS, pod).orElseThrow();
                        // What it was asked for; a busy machine withholds some CPU, and the program itself takes some
                        // MiB.
                        assertThat(summary.cpuMillis().value())
                                .isBetween(0.6 * STEADY_CPU_MILLIS, 1.4 * STEADY_CPU_MILLIS);
                        assertThat(prometheus.cpuMillis().value())
                                .isCloseTo(summary.cpuMillis().value(), withinPercentage(30));
                        assertThat(summary.memoryBytes().value())
                                .isBetween((double) STEADY_MEMORY_BYTES, STEADY_MEMORY_BYTES + 30.0 * MIB);
                        assertThat(prometheus.memoryBytes().value())
                                .isCloseTo(summary.memoryBytes().value(), withinPercentage(10));
                        // Of the machine: the kubelet reads it of process 1, which is not in the node's network
                        // namespace.
                        assertThat(recording.node(SUMMARY, node, SignalKind.NETWORK_BYTES_PER_SECOND))
                                .isPresent();
                    });
            assertThat(recording.failures(PROMETHEUS)).isEmpty();
            await().atMost(RATE_PATIENCE)
                    .untilAsserted(() -> assertThat(recording.held(held, WorkloadProgram.CONTAINER))
                            .hasValueSatisfying(share -> assertThat(share).isBetween(0.5, 1.0)));
            assertThat(recording.held(pod, WorkloadProgram.CONTAINER))
                    .hasValueSatisfying(share -> assertThat(share).isLessThan(0.5));
            UsageBatch past = recording.past(Duration.ofSeconds(20), Duration.ofSeconds(5));
            assertThat(past.failures()).isEmpty();
            assertThat(past.containers())
                    .filteredOn(usage -> usage.pod().equals(pod))
                    .isNotEmpty()
                    .allSatisfy(usage -> assertThat(usage.memoryBytes().value())
                            .isBetween((double) STEADY_MEMORY_BYTES, STEADY_MEMORY_BYTES + 30.0 * MIB));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(recording.kinds(SUMMARY, node))
                            .containsExactlyInAnyOrderElementsOf(
                                    told(nodeSummary(account, node).path("node"))));
        }
    }

    /// The signals of which a kubelet's summary of its node has a measurement. Zero throughout is how it says that the
    /// kernel tells no pressure.
    private static Set<SignalKind> told(JsonNode summary) {
        Map<SignalKind, Boolean> told = new EnumMap<>(SignalKind.class);
        told.put(SignalKind.CPU_USAGE_MILLIS, summary.at("/cpu/usageNanoCores").isNumber());
        told.put(
                SignalKind.MEMORY_WORKING_SET_BYTES,
                summary.at("/memory/workingSetBytes").isNumber());
        told.put(
                SignalKind.MEMORY_AVAILABLE_BYTES,
                summary.at("/memory/availableBytes").isNumber());
        told.put(
                SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND,
                summary.at("/memory/majorPageFaults").isNumber());
        told.put(
                SignalKind.NETWORK_BYTES_PER_SECOND,
                summary.at("/network/rxBytes").isNumber());
        told.put(SignalKind.CPU_PSI_SOME_60, stalled(summary.at("/cpu/psi")));
        for (SignalKind kind :
                List.of(SignalKind.MEMORY_PSI_SOME_10, SignalKind.MEMORY_PSI_SOME_60, SignalKind.MEMORY_PSI_FULL_60)) {
            told.put(kind, stalled(summary.at("/memory/psi")));
        }
        told.values().removeIf(is -> !is);
        return told.keySet();
    }

    private static boolean stalled(JsonNode pressure) {
        return pressure.at("/some/total").asLong() + pressure.at("/full/total").asLong() > 0;
    }

    private static void apply(ControlPlane controlPlane, String... files) {
        for (String file : files) {
            load(controlPlane, file).serverSideApply();
        }
    }

    private static void remove(ControlPlane controlPlane, String file) {
        load(controlPlane, file).delete();
    }

    private static ListVisitFromServerGetDeleteRecreateWaitApplicable<HasMetadata> load(
            ControlPlane controlPlane, String file) {
        try (InputStream manifest = Files.newInputStream(MANIFESTS.resolve(file))) {
            return controlPlane.client().load(manifest).inNamespace(ACCOUNT_NAMESPACE);
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }

    private static Pod running(KubernetesClient client, Pod pod) {
        client.resource(pod).create();
        return client.pods()
                .withName(pod.getMetadata().getName())
                .waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Pod onNode(Pod pod, int index) {
        return onNode(pod, nodes.names().get(index));
    }

    private static Pod onNode(Pod pod, String node) {
        return pod.edit().editSpec().withNodeName(node).endSpec().build();
    }

    private static void resize(KubernetesClient client, String name, ResourceRequirements resources) {
        MergePatch.apply(client.pods().withName(name).subresource("resize"), """
                {"spec": {"containers": [{"name": "%s", "resources": %s}]}}""".formatted(
                        WorkloadProgram.CONTAINER, Serialization.asJson(resources)));
    }

    private static ContainerStatus container(KubernetesClient client, String name) {
        return client.pods()
                .withName(name)
                .get()
                .getStatus()
                .getContainerStatuses()
                .getFirst();
    }

    private static Optional<PodCondition> pendingResize(KubernetesClient client, String name) {
        return client.pods().withName(name).get().getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodResizePending"))
                .findFirst();
    }

    private static JsonNode summary(KubernetesClient client, Pod pod) {
        return podSummary(client, pod).path("containers").path(0);
    }

    private static JsonNode podSummary(KubernetesClient client, Pod pod) {
        return nodeSummary(client, pod.getSpec().getNodeName())
                .path("pods")
                .valueStream()
                .filter(shown -> shown.path("podRef")
                        .path("uid")
                        .asText()
                        .equals(pod.getMetadata().getUid()))
                .findFirst()
                .orElse(JSON.missingNode());
    }

    private static long nodeWorkingSetBytes(KubernetesClient client, int index) {
        JsonNode memory =
                nodeSummary(client, nodes.names().get(index)).path("node").path("memory");
        return memory.path("workingSetBytes").asLong();
    }

    private static JsonNode nodeSummary(KubernetesClient client, String node) {
        String path = "/api/v1/nodes/" + node + "/proxy/stats/summary";
        try {
            return JSON.readTree(client.raw(path));
        } catch (JsonProcessingException e) {
            throw new AssertionError(path, e);
        }
    }

    private static boolean isReady(Node node) {
        return node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static String address(Node node) {
        return node.getStatus().getAddresses().getFirst().getAddress();
    }

    private static ResourceRequirements resources(
            int cpuMillis, int memoryMib, int cpuLimitMillis, int memoryLimitMib) {
        return new ResourceRequirementsBuilder()
                .withRequests(quantities(cpuMillis, memoryMib))
                .withLimits(quantities(cpuLimitMillis, memoryLimitMib))
                .build();
    }

    private static Map<String, Quantity> quantities(int cpuMillis, int memoryMib) {
        return Map.of("cpu", new Quantity(cpuMillis + "m"), "memory", new Quantity(memoryMib + "Mi"));
    }

    private static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }

    /// What containerd, the network library and the kubelet keep outside the nodes' own folders.
    private static List<Path> sharedFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("/run/containerd/s", "/var/lib/cni/results", "/var/log/containers")) {
            if (Files.isDirectory(Path.of(folder))) {
                try (Stream<Path> entries = Files.list(Path.of(folder))) {
                    entries.forEach(files::add);
                }
            }
        }
        return files;
    }
}
