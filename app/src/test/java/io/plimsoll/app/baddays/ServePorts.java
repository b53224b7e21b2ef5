package io.plimsoll.app.baddays;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Where a [ServedPlimsoll] listens. Several that follow each other on the same ports need no new scheduler.
record ServePorts(int scheduler, int health) {

    static ServePorts free() {
        return new ServePorts(freePort(), freePort());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
