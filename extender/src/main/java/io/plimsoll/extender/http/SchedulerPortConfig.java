package io.plimsoll.extender.http;

import io.plimsoll.kubernetes.server.ClientLimits;
import io.plimsoll.kubernetes.tls.TlsFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Where kube-scheduler is answered, and what bounds a client.
///
/// @param host address to listen on; other than loopback only with `tls`
/// @param port 0 for any free one
/// @param prefix path before the verbs, e.g. `/scheduler` for `/scheduler/filter`; may be empty
/// @param bodyBytesMax largest body; names of 5,000 nodes take 0.25 MB, 500 whole nodes 8 MB, and a heap of 256 MiB
///     that holds a cluster of 150,000 pods has no room for much more
/// @param bodiesBytesMax largest sum of the bodies held at one time; who comes beyond it is not read from until
///     there is room
/// @param connectionsMax beyond it, of the address that has the most, the connection that is quiet longest is closed
/// @param requestMillisMax how long a client may take from a request's first byte until it has read the answer
/// @param idleMillisMax how long a connection may stay without a complete request; Go's client keeps them for 90
/// s
public record SchedulerPortConfig(
        String host,
        int port,
        String prefix,
        Optional<TlsFiles> tls,
        int bodyBytesMax,
        long bodiesBytesMax,
        int connectionsMax,
        long requestMillisMax,
        long idleMillisMax) {

    public static final SchedulerPortConfig DEFAULT = new SchedulerPortConfig(
            "127.0.0.1", 8888, "/scheduler", Optional.empty(), 16 << 20, 32L << 20, 64, 10_000, 120_000);

    public SchedulerPortConfig {
        requirePort(port);
        prefix = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (!prefix.isEmpty() && !prefix.matches("(/[A-Za-z0-9._~-]+)+")) {
            throw new IllegalArgumentException("prefix must be empty or a path like /scheduler: '" + prefix + "'");
        }
        limits(bodyBytesMax, bodiesBytesMax, connectionsMax, requestMillisMax, idleMillisMax);
        if (tls.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("the scheduler's port may listen on " + host
                    + " only with TLS and client certificates: give the TLS files, or listen on 127.0.0.1");
        }
    }

    /// What bounds a client.
    public ClientLimits limits() {
        return limits(bodyBytesMax, bodiesBytesMax, connectionsMax, requestMillisMax, idleMillisMax);
    }

    private static ClientLimits limits(
            int bodyBytesMax, long bodiesBytesMax, int connectionsMax, long requestMillisMax, long idleMillisMax) {
        return new ClientLimits(
                bodyBytesMax,
                bodiesBytesMax,
                connectionsMax,
                ClientLimits.HANDSHAKE_MILLIS_MAX,
                requestMillisMax,
                idleMillisMax);
    }

    /// The same, plain on any free loopback port.
    public SchedulerPortConfig onFreePort() {
        return new SchedulerPortConfig(
                host, 0, prefix, tls, bodyBytesMax, bodiesBytesMax, connectionsMax, requestMillisMax, idleMillisMax);
    }

    public SchedulerPortConfig withTls(TlsFiles files) {
        return new SchedulerPortConfig(
                host,
                port,
                prefix,
                Optional.of(files),
                bodyBytesMax,
                bodiesBytesMax,
                connectionsMax,
                requestMillisMax,
                idleMillisMax);
    }

    static void requirePort(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("host of the scheduler's port is not known: " + host, e);
        }
    }
}
