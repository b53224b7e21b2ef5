package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.CertificateFiles;
import io.plimsoll.testbed.controlplane.CertificateRequest;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.ProcessSpec;
import io.plimsoll.testbed.controlplane.RunningProcess;
import io.plimsoll.testbed.controlplane.TestbedException;
import io.plimsoll.testbed.controlplane.TestbedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// One real node: a containerd and a kubelet in control groups of their own.
///
/// @param name the name under which it registers
/// @param containerd its container runtime
/// @param kubelet its kubelet
/// @param staticPods the folder whose manifests the kubelet runs of its own accord
record RealNode(String name, ControlGroups groups, RunningProcess containerd, RunningProcess kubelet, Path staticPods) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String STATIC_PODS = "static-pods";

    /// Starts both daemons in a place that nobody else uses; the node registers soon after.
    ///
    /// @param processors those that are its own; none where it shares all of the machine's
    static RealNode start(
            ControlPlane controlPlane,
            String name,
            NodeSlot slot,
            RealNodeSize size,
            List<Integer> processors,
            Path images)
            throws IOException, InterruptedException {
        // Left there only by a machine that went down.
        TestbedFolder.delete(slot.folder());
        slot.controlGroups().create();
        NodeConfiguration configuration = new NodeConfiguration(slot, size, Machine.here());
        writeFiles(configuration, controlPlane, name);
        RunningProcess containerd =
                startContainerd(configuration, controlPlane, name, confined(configuration, processors));
        awaitAnswer(configuration, containerd);
        slot.controlGroups().openToPods();
        containerdClient(configuration, "images", "import", images.toString()).run();
        RunningProcess kubelet = controlPlane
                .processes()
                .start(new ProcessSpec(
                        name + "-kubelet",
                        NodeNamespace.beside(containerd.identity().pid(), kubelet(configuration, controlPlane, name))));
        return new RealNode(
                name,
                slot.controlGroups(),
                containerd,
                kubelet,
                configuration.folder().resolve(STATIC_PODS));
    }

    private static void writeFiles(NodeConfiguration configuration, ControlPlane controlPlane, String name)
            throws IOException {
        Path folder = configuration.folder();
        for (String own : List.of("network", "kubelet", "pod-logs", "volume-plugins", "keys", STATIC_PODS)) {
            Files.createDirectories(folder.resolve(own));
        }
        Files.writeString(folder.resolve("containerd.toml"), configuration.containerd());
        Files.writeString(folder.resolve("network/10-plimsoll.conflist"), configuration.network());
        Files.writeString(
                folder.resolve("kubelet.yaml"),
                configuration.kubelet(
                        controlPlane.caCertificate(), serving(configuration.slot(), controlPlane, name, folder)));
    }

    /// The file that lists its own processors, where it has any.
    private static Optional<Path> confined(NodeConfiguration configuration, List<Integer> processors)
            throws IOException {
        if (processors.isEmpty()) {
            return Optional.empty();
        }
        String list = processors.stream().map(String::valueOf).collect(Collectors.joining(","));
        configuration.slot().controlGroups().confine(list);
        return Optional.of(Files.writeString(configuration.folder().resolve("processors"), list + "\n"));
    }

    private static CertificateFiles serving(NodeSlot slot, ControlPlane controlPlane, String name, Path folder) {
        Instant now = Instant.now();
        CertificateRequest request = new CertificateRequest(
                "system:node:" + name,
                List.of("system:nodes"),
                List.of(name),
                List.of(slot.address()),
                now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofDays(30)));
        return controlPlane.authority().issue(request).write(folder.resolve("keys"), "kubelet");
    }

    private static RunningProcess startContainerd(
            NodeConfiguration configuration, ControlPlane controlPlane, String name, Optional<Path> processors) {
        List<String> command = List.of(
                "containerd",
                "--config",
                configuration.folder().resolve("containerd.toml").toString());
        return controlPlane
                .processes()
                .start(new ProcessSpec(
                        name + "-containerd",
                        NodeNamespace.first(configuration.slot().controlGroups(), processors, command)));
    }

    private static List<String> kubelet(NodeConfiguration configuration, ControlPlane controlPlane, String name) {
        Path folder = configuration.folder();
        Path kubeconfig = controlPlane.kubeconfigFor(name + "-kubelet", "system:node:" + name, List.of("system:nodes"));
        return List.of(
                controlPlane.binaries().program("kubelet").toString(),
                "--config=" + folder.resolve("kubelet.yaml"),
                "--kubeconfig=" + kubeconfig,
                "--root-dir=" + folder.resolve("kubelet"),
                "--cert-dir=" + folder.resolve("keys"),
                "--hostname-override=" + name,
                "--node-ip=" + configuration.slot().address(),
                "--node-labels=" + KubeletNodes.KEY + "=true",
                // The default of 10 s would make every figure of the Summary API that old.
                "--housekeeping-interval=1s",
                // Where the pods' network figures come from; its default is the machine's own containerd.
                "--containerd=" + configuration.socket());
    }

    private static void awaitAnswer(NodeConfiguration configuration, RunningProcess containerd)
            throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (containerdClient(configuration, "version").result().exitCode() != 0) {
            if (!containerd.isAlive() || Instant.now().isAfter(deadline)) {
                throw new TestbedException("containerd does not answer: " + containerd.report());
            }
            Thread.sleep(50);
        }
    }

    private static Command containerdClient(NodeConfiguration configuration, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of("ctr", "--address", configuration.socket().toString()));
        line.addAll(List.of("--namespace", "k8s.io"));
        line.addAll(List.of(arguments));
        return Command.of(line.toArray(String[]::new));
    }
}
