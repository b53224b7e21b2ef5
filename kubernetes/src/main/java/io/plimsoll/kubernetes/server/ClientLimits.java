package io.plimsoll.kubernetes.server;

/// What bounds the clients of one port.
///
/// @param bodyBytesMax largest body
/// @param bodiesBytesMax largest sum of the bodies held at one time
/// @param connectionsMax beyond it, of the address that has the most, the connection that is quiet longest is closed
/// @param handshakeMillisMax how long a connection may take until TLS is agreed on
/// @param requestMillisMax how long a client may take from a request's first byte until it has read the answer
/// @param idleMillisMax how long a connection may stay without a complete request; Go's client keeps them for 90 s
public record ClientLimits(
        int bodyBytesMax,
        long bodiesBytesMax,
        int connectionsMax,
        long handshakeMillisMax,
        long requestMillisMax,
        long idleMillisMax) {

    /// Longer than a call: a connection that comes too late for one is kept for the next.
    public static final long HANDSHAKE_MILLIS_MAX = 5_000;

    public ClientLimits {
        if (bodyBytesMax < BodyRoom.FIRST_BYTES) {
            throw new IllegalArgumentException(
                    "bodyBytesMax must be at least " + BodyRoom.FIRST_BYTES + ": " + bodyBytesMax);
        }
        if (bodiesBytesMax < bodyBytesMax) {
            throw new IllegalArgumentException(
                    "bodiesBytesMax must be at least bodyBytesMax: " + bodiesBytesMax + " < " + bodyBytesMax);
        }
        if (connectionsMax < 2) {
            throw new IllegalArgumentException("connectionsMax must be at least 2: " + connectionsMax);
        }
        if (handshakeMillisMax < 100) {
            throw new IllegalArgumentException("handshakeMillisMax must be at least 100: " + handshakeMillisMax);
        }
        if (requestMillisMax < 100) {
            throw new IllegalArgumentException("requestMillisMax must be at least 100: " + requestMillisMax);
        }
        if (idleMillisMax < 100_000) {
            throw new IllegalArgumentException(
                    "idleMillisMax must be at least 100000, since schedulers and API servers keep connections for 90 s: "
                            + idleMillisMax);
        }
    }

    /// What is left of these for bodies that are longer than their first bytes, if those of each connection always
    /// have room.
    ///
    /// @throws IllegalArgumentException where that is less than one body
    public ClientLimits beyondFirstBytes() {
        long firstBytes = (long) connectionsMax * BodyRoom.FIRST_BYTES;
        return new ClientLimits(
                bodyBytesMax,
                bodiesBytesMax - firstBytes,
                connectionsMax,
                handshakeMillisMax,
                requestMillisMax,
                idleMillisMax);
    }
}
