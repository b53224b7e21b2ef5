package io.plimsoll.testbed.controlplane;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Creates KWOK nodes by many requests at a time, and waits until they can take pods.
final class FakeNodeWriter {
    /// The annotation by which KWOK knows its nodes.
    static final String MARK = "kwok.x-k8s.io/node";

    static final String MARKED = "fake";
    /// Where metrics-server and Prometheus find a node's usage, other than at a kubelet's usual path.
    static final String USAGE_PATH = "metrics.k8s.io/resource-metrics-path";

    /// The label with the prefix of a node's group.
    static final String GROUP = "plimsoll.io/fake-nodes";

    private static final List<String> CONDITIONS =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable");

    private static final int REQUESTS_AT_A_TIME = 24;

    private final KubernetesClient client;
    private final int kubeletPort;

    /// Writes nodes whose kubelet is KWOK on the given loopback port.
    FakeNodeWriter(KubernetesClient client, int kubeletPort) {
        this.client = client;
        this.kubeletPort = kubeletPort;
    }

    /// Creates the nodes and returns when each is Ready and has lost the taint of a node that is not.
    void createAndAwait(FakeNodes nodes, Duration patience) {
        if (nodes.count() == 0) {
            return;
        }
        AwaitedNodes awaited = new AwaitedNodes(nodes.names());
        try (SharedIndexInformer<Node> _ =
                client.nodes().withLabel(GROUP, nodes.prefix()).inform(awaited)) {
            create(nodes);
            awaited.await(patience);
        }
    }

    private void create(FakeNodes nodes) {
        try (ExecutorService requests = Executors.newFixedThreadPool(REQUESTS_AT_A_TIME)) {
            List<Future<Node>> created = nodes.names().stream()
                    .map(name -> requests.submit(
                            () -> client.nodes().resource(node(nodes, name)).create()))
                    .toList();
            for (Future<Node> one : created) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new TestbedException("cannot create the nodes " + nodes.prefix() + "-*: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while creating nodes", e);
        }
    }

    /// A node as a kubelet would register it, Ready at once: otherwise KWOK would write each status several times over,
    /// which is most of the time that thousands of nodes take. From then on KWOK renews lease and conditions.
    private Node node(FakeNodes nodes, String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels(nodes, name))
                .addToAnnotations(MARK, MARKED)
                .addToAnnotations(USAGE_PATH, "/metrics/nodes/" + name + "/metrics/resource")
                .endMetadata()
                .withStatus(status(nodes, name))
                .build();
    }

    private static Map<String, String> labels(FakeNodes nodes, String name) {
        Map<String, String> labels = new TreeMap<>(nodes.labels());
        labels.put("kubernetes.io/hostname", name);
        // The old names too, or the controller manager adds them to each node by a request of its own.
        for (String domain : List.of("kubernetes.io", "beta.kubernetes.io")) {
            labels.put(domain + "/arch", "amd64");
            labels.put(domain + "/os", "linux");
        }
        labels.put(GROUP, nodes.prefix());
        return labels;
    }

    private NodeStatus status(FakeNodes nodes, String name) {
        Map<String, Quantity> room = new TreeMap<>(Map.of(
                "cpu", new Quantity(Integer.toString(nodes.cpuCores())),
                "memory", new Quantity(Long.toString(nodes.memoryBytes())),
                "pods", new Quantity(Integer.toString(nodes.pods()))));
        return new NodeStatusBuilder()
                .withAllocatable(room)
                .withCapacity(room)
                .withConditions(
                        CONDITIONS.stream().map(FakeNodeWriter::condition).toList())
                .addNewAddress("127.0.0.1", "InternalIP")
                .addNewAddress(name, "Hostname")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(kubeletPort)
                .endDaemonEndpoints()
                .withNewNodeInfo()
                .withArchitecture("amd64")
                .withOperatingSystem("linux")
                .withKubeletVersion("kwok")
                .endNodeInfo()
                .withPhase("Running")
                .build();
    }

    private static NodeCondition condition(String type) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(type.equals("Ready") ? "True" : "False")
                .withReason("FakeNode")
                .withMessage("simulated by KWOK")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build();
    }

    /// Counts down the nodes that can take pods; the informer's thread writes, the creating one waits.
    private static final class AwaitedNodes implements ResourceEventHandler<Node> {
        private final Set<String> waiting = ConcurrentHashMap.newKeySet();
        private final CountDownLatch left;

        AwaitedNodes(List<String> names) {
            waiting.addAll(names);
            left = new CountDownLatch(names.size());
        }

        void await(Duration patience) {
            try {
                if (!left.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new TestbedException(left.getCount() + " KWOK nodes are not Ready after "
                            + patience.toSeconds() + " s, for example "
                            + waiting.stream().sorted().limit(3).toList());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestbedException("interrupted while waiting for nodes", e);
            }
        }

        @Override
        public void onAdd(Node node) {
            if (takesPods(node) && waiting.remove(node.getMetadata().getName())) {
                left.countDown();
            }
        }

        @Override
        public void onUpdate(Node before, Node after) {
            onAdd(after);
        }

        @Override
        public void onDelete(Node node, boolean unknownFinalState) {
            // A node deleted meanwhile stays awaited: the wait then ends with its name.
        }

        private static boolean takesPods(Node node) {
            boolean ready = node.getStatus().getConditions().stream()
                    .anyMatch(condition -> condition.getType().equals("Ready")
                            && condition.getStatus().equals("True"));
            return ready
                    && node.getSpec().getTaints().stream()
                            .noneMatch(taint -> taint.getKey().startsWith("node.kubernetes.io/"));
        }
    }
}
