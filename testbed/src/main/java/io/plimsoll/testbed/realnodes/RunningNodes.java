package io.plimsoll.testbed.realnodes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Real nodes that run. Closing removes them from the cluster and from the machine; so does the end of the JVM, and
/// where the JVM was killed, the next start of a testbed. Used by one thread; the shutdown hook only clears away.
public final class RunningNodes implements RealNodes.RealNodesHandle {
    private static final Logger LOG = LoggerFactory.getLogger(RunningNodes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ControlPlane controlPlane;
    private final Path folder;
    private final List<RealNode> nodes = new ArrayList<>();
    private final Thread hook;

    RunningNodes(ControlPlane controlPlane, Path folder) {
        this.controlPlane = controlPlane;
        this.folder = folder.toAbsolutePath();
        this.hook = new Thread(() -> new KubeletNodes().cleanUp(this.folder), "real-nodes-shutdown");
    }

    void start(List<RealNodeSize> sizes, Path images) throws IOException, InterruptedException {
        // The mark by which the next start of a testbed knows that this run had real nodes.
        Files.createDirectories(folder);
        Runtime.getRuntime().addShutdownHook(hook);
        List<NodeSlot> slots = NodeSlot.claim(sizes.size(), folder);
        int taken = 0;
        for (int i = 0; i < sizes.size(); i++) {
            String name = freeName();
            RealNodeSize size = sizes.get(i);
            List<Integer> processors =
                    IntStream.range(taken, taken + size.processors()).boxed().toList();
            taken += processors.size();
            nodes.add(RealNode.start(controlPlane, name, slots.get(i), size, processors, images));
        }
        for (RealNode node : nodes) {
            awaitReady(node);
        }
    }

    /// The nodes' names, in the order in which they were asked for.
    public List<String> names() {
        return nodes.stream().map(RealNode::name).toList();
    }

    /// The folder of a node whose manifests its kubelet runs of its own accord, as long as they lie there.
    public Path staticPods(String name) {
        return node(name).staticPods();
    }

    /// Holds a node's kubelet (SIGSTOP), so that what is written of its node stays as it is: pods run on, and the
    /// control plane takes the node for lost after 40 s. Closing lets it go on.
    public AutoCloseable holdKubelet(String name) throws IOException, InterruptedException {
        String kubelet = Long.toString(node(name).kubelet().identity().pid());
        Command.of("sh", "-c", "kill -STOP " + kubelet).run();
        return () -> Command.of("sh", "-c", "kill -CONT " + kubelet).run();
    }

    /// How long tasks of a node have waited in all, as the kernel tells it (PSI).
    ///
    /// @param thing what for: `cpu`, `memory` or `io`
    String pressure(String name, String thing) throws IOException {
        return node(name).groups().pressure(thing);
    }

    private RealNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        killDaemons();
        removeFromCluster();
        new KubeletNodes().cleanUp(folder);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM is ending and its hook clears away the same nodes", e);
        }
    }

    /// Ends kubelets and runtimes as a crash does; what they started goes on.
    void killDaemons() {
        for (RealNode node : nodes) {
            controlPlane.processes().kill(node.kubelet());
            controlPlane.processes().kill(node.containerd());
        }
    }

    /// Other real nodes may be registered already, or be about to be.
    private String freeName() {
        return IntStream.iterate(1, number -> number + 1)
                .mapToObj(number -> "real-" + number)
                .filter(name -> !names().contains(name))
                .filter(name -> controlPlane.client().nodes().withName(name).get() == null)
                .findFirst()
                .orElseThrow();
    }

    private void awaitReady(RealNode node) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!isReady(node.name())) {
            if (!node.kubelet().isAlive() || Instant.now().isAfter(deadline)) {
                throw new TestbedException("the real node " + node.name() + " does not become Ready: "
                        + node.kubelet().report());
            }
            Thread.sleep(100);
        }
    }

    private boolean isReady(String name) {
        return Optional.ofNullable(controlPlane.client().nodes().withName(name).get()).stream()
                .map(Node::getStatus)
                .flatMap(status -> status.getConditions().stream())
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    /// No kubelet is left to confirm that its pods have ended, so they are removed without waiting for one.
    private void removeFromCluster() {
        KubernetesClient client = controlPlane.client();
        for (RealNode node : nodes) {
            try {
                client.pods()
                        .inAnyNamespace()
                        .withField("spec.nodeName", node.name())
                        .withGracePeriod(0)
                        .delete();
                client.nodes().withName(node.name()).delete();
            } catch (KubernetesClientException e) {
                LOG.warn("the node {} stays registered, for the API server does not answer", node.name(), e);
            }
        }
    }
}
