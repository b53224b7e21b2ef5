package io.plimsoll.testbed.realnodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A numbered place for one real node on this machine. The number gives the names of all that the node shares with
/// the machine. The bridge is the claim: the kernel lets only one process create it, and its alias names the run that
/// it belongs to.
///
/// | number | bridge     | node's address | pods' addresses | control groups   | folder                   |
/// |-------:|------------|----------------|-----------------|------------------|--------------------------|
/// |      0 | plimsoll0  | 198.18.0.1     | 198.18.0.2-254  | /plimsoll-node-0 | /var/lib/plimsoll/node-0 |
/// |      7 | plimsoll7  | 198.18.7.1     | 198.18.7.2-254  | /plimsoll-node-7 | /var/lib/plimsoll/node-7 |
///
/// The folder is not in the run's own: the kernel bounds the path of a socket at 107 characters, and the kubelet makes
/// sockets deep in its folder.
///
/// 198.18.0.0/15 is set aside for tests between networks (RFC 2544), so no real network is hidden. The node's address
/// is its bridge's: the kubelet listens there, the API server reaches it by the node's InternalIP without any name
/// mapping, and nothing outside this machine has a route to it.
record NodeSlot(int number) {
    static final int COUNT = 128;

    private static final Path INTERFACES = Path.of("/sys/class/net");

    NodeSlot {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("number must be between 0 and " + (COUNT - 1) + ", not " + number);
        }
    }

    /// Takes so many free places for the run whose folder this is, and keeps the kernel's settings before.
    static List<NodeSlot> claim(int count, Path run) throws IOException, InterruptedException {
        return MachineLock.holding(() -> {
            KernelSettings.keep();
            List<NodeSlot> slots = new ArrayList<>();
            while (slots.size() < count) {
                slots.add(claim(run));
            }
            return slots;
        });
    }

    /// Clears away all nodes of the run whose folder this is, and puts the kernel's settings back after the
    /// last node of the machine.
    static void clear(Path run) throws IOException, InterruptedException {
        MachineLock.holding(() -> {
            List<NodeSlot> slots = of(run);
            for (NodeSlot slot : slots) {
                new Remains(slot).clear();
            }
            if (!isAnyTaken()) {
                KernelSettings.putBack();
            }
            return slots;
        });
    }

    private static NodeSlot claim(Path run) throws IOException, InterruptedException {
        for (int number = 0; number < COUNT; number++) {
            NodeSlot slot = new NodeSlot(number);
            if (!slot.isTaken() && slot.take(run)) {
                return slot;
            }
        }
        throw new IOException("all " + COUNT + " places for real nodes are taken: "
                + "'ip link show type bridge' names them, 'ip link delete NAME' frees one");
    }

    /// The places of the run whose folder this is.
    static List<NodeSlot> of(Path run) {
        return IntStream.range(0, COUNT)
                .mapToObj(NodeSlot::new)
                .filter(slot -> slot.belongsTo(run))
                .toList();
    }

    private static boolean isAnyTaken() {
        return IntStream.range(0, COUNT).mapToObj(NodeSlot::new).anyMatch(NodeSlot::isTaken);
    }

    String bridge() {
        return "plimsoll" + number;
    }

    String address() {
        return "198.18." + number + ".1";
    }

    String subnet() {
        return "198.18." + number + ".0/24";
    }

    /// For all that the node writes.
    Path folder() {
        return Path.of("/var/lib/plimsoll", "node-" + number);
    }

    ControlGroups controlGroups() {
        return new ControlGroups(ControlGroups.MOUNT, "plimsoll-node-" + number);
    }

    boolean isTaken() {
        return Files.exists(INTERFACES.resolve(bridge()));
    }

    void release() throws IOException, InterruptedException {
        Command.of("ip", "link", "delete", bridge()).run();
    }

    private boolean belongsTo(Path run) {
        try {
            Path alias = INTERFACES.resolve(bridge()).resolve("ifalias");
            return isTaken() && Files.readString(alias).strip().equals(run.toString());
        } catch (IOException e) {
            // Removed at this moment, and so not by us.
            return false;
        }
    }

    /// False when another process was faster.
    private boolean take(Path run) throws IOException, InterruptedException {
        Command.Result added = Command.of("ip", "link", "add", "name", bridge(), "type", "bridge")
                .result();
        if (added.exitCode() != 0 && isTaken()) {
            return false;
        }
        if (added.exitCode() != 0) {
            throw new IOException("cannot create the bridge " + bridge() + " for a real node: "
                    + added.output().strip() + "; real nodes need the right to configure the network (CAP_NET_ADMIN)");
        }
        configure(run);
        return true;
    }

    private void configure(Path run) throws IOException, InterruptedException {
        Command.of("ip", "link", "set", "dev", bridge(), "alias", run.toString())
                .run();
        Command.of("ip", "address", "add", address() + "/24", "dev", bridge()).run();
        Command.of("ip", "link", "set", "dev", bridge(), "up").run();
        // Forwarding for this bridge alone, not for the machine: it goes away with the bridge.
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf", bridge(), "forwarding"), "1");
    }
}
