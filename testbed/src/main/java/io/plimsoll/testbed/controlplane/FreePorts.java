package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Hands out loopback ports that nobody listens on, none of them twice in this JVM.
///
/// They lie below the range from which the kernel takes ports for outgoing connections (32768 and up on Linux), so that
/// a port stays free while its server restarts. Two JVMs can still draw the same one in the same moment; the start of
/// the control plane then tries again.
public final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS_MAX = 1_000;
    private static final Set<Integer> TAKEN = new HashSet<>();
    private static final RandomGenerator RANDOM = RandomGenerator.getDefault();

    private FreePorts() {}

    /// A port of 127.0.0.1 that is free now.
    public static synchronized int next() {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int port = RANDOM.nextInt(LOWEST, HIGHEST);
            if (!TAKEN.contains(port) && isFree(port)) {
                TAKEN.add(port);
                return port;
            }
        }
        throw new TestbedException("no free loopback port between " + LOWEST + " and " + HIGHEST);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
