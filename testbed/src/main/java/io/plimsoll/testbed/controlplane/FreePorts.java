package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Hands out loopback ports that nobody listens on, and keeps each for this JVM until it ends.
///
/// A port is kept by a socket that is bound to it and does not listen. On Linux, servers share a port with such a
/// socket, since they set `SO_REUSEADDR` (Go's, Netty's and the JDK's all do); neither another JVM's draw nor the
/// kernel's choice of a port for an outgoing connection does. So a server finds its port free after a restart,
/// however long it was away.
public final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS_MAX = 1_000;
    private static final List<Socket> KEPT = new ArrayList<>();
    private static final RandomGenerator RANDOM = RandomGenerator.getDefault();

    private FreePorts() {}

    /// A port of 127.0.0.1 that is free now, and kept for servers that this JVM starts.
    public static synchronized int next() {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int port = RANDOM.nextInt(LOWEST, HIGHEST);
            if (keep(port)) {
                return port;
            }
        }
        throw new TestbedException("no free loopback port between " + LOWEST + " and " + HIGHEST);
    }

    /// Bound without `SO_REUSEADDR` first, which fails beside any other socket of the port, kept ones too; only
    /// then made one that servers may share.
    private static boolean keep(int port) {
        var socket = new Socket();
        try {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setReuseAddress(true);
            return KEPT.add(socket);
        } catch (IOException e) {
            close(socket);
            return false;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
