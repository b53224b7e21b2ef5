package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.TestbedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All that one real node leaves on the machine, and how it is cleared away. It works from what the kernel and the
/// file system know, not from what somebody remembers, so it is the same after a clean end and after a crash, and
/// doing it twice does no harm.
///
/// Order: processes (with the last one go the node's mounts), files, control groups, and the bridge last, because it is
/// the claim on all the others.
///
/// @param slot the node's place on the machine
record Remains(NodeSlot slot) {
    private static final int ROUNDS_MAX = 50;
    private static final long EXIT_SECONDS = 10;

    /// Where shims, the network library and the kubelet keep files, wherever their own roots are.
    private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");

    private static final Path NETWORK_RESULTS = Path.of("/var/lib/cni/results");
    private static final Path LOG_LINKS = Path.of("/var/log/containers");

    void clear() throws IOException, InterruptedException {
        endProcesses(slot.controlGroups());
        List<Path> strewn = strewnFiles();
        for (Path file : strewn) {
            Files.deleteIfExists(file);
        }
        TestbedFolder.delete(slot.folder());
        slot.controlGroups().remove();
        if (slot.isTaken()) {
            slot.release();
        }
    }

    /// What is still there, in words; empty when the node is gone.
    List<String> list() throws IOException {
        List<String> found = new ArrayList<>();
        slot.controlGroups().members().forEach(process -> found.add("process " + process.pid()));
        strewnFiles().forEach(file -> found.add("file " + file));
        if (Files.exists(slot.folder())) {
            found.add("folder " + slot.folder());
        }
        if (slot.controlGroups().exist()) {
            found.add("control groups " + slot.controlGroups().name());
        }
        if (slot.isTaken()) {
            found.add("bridge " + slot.bridge());
        }
        return List.copyOf(found);
    }

    /// New processes may appear while old ones are ended, so it goes round until none is left.
    private static void endProcesses(ControlGroups groups) throws IOException, InterruptedException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<ProcessHandle> members = groups.members();
            if (members.isEmpty()) {
                return;
            }
            members.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle member : members) {
                awaitExit(member);
            }
        }
        throw new IOException("processes of the real node " + groups.name() + " keep appearing: " + groups.members());
    }

    private static void awaitExit(ProcessHandle process) throws IOException, InterruptedException {
        try {
            process.onExit().get(EXIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException(
                    "process " + process.pid() + " did not end in " + EXIT_SECONDS + " s of being killed", e);
        }
    }

    /// This node's files in folders that it shares with other nodes.
    private List<Path> strewnFiles() throws IOException {
        List<Path> files = new ArrayList<>(shimSockets());
        Set<String> sandboxes = sandboxes();
        children(NETWORK_RESULTS).stream()
                .filter(file -> sandboxes.stream().anyMatch(name(file)::contains))
                .forEach(files::add);
        children(LOG_LINKS).stream().filter(this::leadsHere).forEach(files::add);
        return files;
    }

    /// Each task's folder names the socket of its shim: `unix:///run/containerd/s/HASH`.
    private List<Path> shimSockets() throws IOException {
        List<Path> sockets = new ArrayList<>();
        for (Path task : children(slot.folder().resolve("state/io.containerd.runtime.v2.task/k8s.io"))) {
            Path address = task.resolve("address");
            if (Files.exists(address)) {
                sockets.add(Path.of(Files.readString(address).strip().replace("unix://", "")));
            }
        }
        return sockets.stream()
                .filter(socket -> socket.startsWith(SHIM_SOCKETS) && Files.exists(socket))
                .distinct()
                .toList();
    }

    /// The network library names its files after network, sandbox and interface.
    private Set<String> sandboxes() throws IOException {
        return children(slot.folder().resolve("root/io.containerd.grpc.v1.cri/sandboxes")).stream()
                .map(Remains::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean leadsHere(Path link) {
        try {
            return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(slot.folder());
        } catch (IOException e) {
            // Someone else's link, removed by them at this moment.
            return false;
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> children(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.toList();
        }
    }
}
