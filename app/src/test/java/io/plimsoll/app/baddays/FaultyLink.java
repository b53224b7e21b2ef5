package io.plimsoll.app.baddays;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A loopback port that leads to another one, or in turn to several, and can be cut or swallow everything.
///
/// A new connection goes to the next target; where that one refuses, to the one after it. Threads: one that accepts and
/// two for each connection, all virtual, all ended by [#close].
final class FaultyLink implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 2_000;

    private final List<Integer> targets;
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Object silence = new Object();
    private volatile boolean cut;
    private volatile boolean silent;

    private FaultyLink(List<Integer> targets, ServerSocket entrance) {
        this.targets = List.copyOf(targets);
        this.entrance = entrance;
    }

    static FaultyLink to(Integer... targets) {
        try {
            var link = new FaultyLink(List.of(targets), new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.startVirtualThread(link::acceptAll);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return entrance.getLocalPort();
    }

    /// Breaks what is open, and every connection from now on.
    void cut() {
        cut = true;
        sockets.forEach(FaultyLink::closeQuietly);
    }

    /// Breaks what is open; new connections work.
    void interrupt() {
        cut();
        heal();
    }

    /// Keeps what is open and takes new connections, and lets nothing through until it is healed: a black hole.
    void fallSilent() {
        silent = true;
    }

    void heal() {
        cut = false;
        synchronized (silence) {
            silent = false;
            silence.notifyAll();
        }
    }

    private void awaitHealed() throws IOException {
        synchronized (silence) {
            while (silent) {
                try {
                    silence.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(entrance);
        heal();
        cut();
    }

    private void acceptAll() {
        while (!entrance.isClosed()) {
            try {
                var client = entrance.accept();
                Thread.startVirtualThread(() -> join(client));
            } catch (IOException e) {
                closeQuietly(entrance);
            }
        }
    }

    private void join(Socket client) {
        sockets.add(client);
        if (cut) {
            end(client);
            return;
        }
        try {
            var server = connect();
            sockets.add(server);
            Thread.startVirtualThread(() -> pump(server, client));
            pump(client, server);
        } catch (IOException e) {
            end(client);
        }
    }

    private Socket connect() throws IOException {
        int first = accepted.getAndIncrement();
        for (int i = 0; ; i++) {
            var address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), targets.get((first + i) % targets.size()));
            var socket = new Socket();
            try {
                socket.connect(address, CONNECT_MILLIS_MAX);
                return socket;
            } catch (IOException e) {
                closeQuietly(socket);
                if (i + 1 == targets.size()) {
                    throw e;
                }
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[16 << 10];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitHealed();
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // Either end may go at any time; both are closed then.
        } finally {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // It is gone either way.
        }
    }
}
