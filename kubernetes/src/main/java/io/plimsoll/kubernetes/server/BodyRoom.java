package io.plimsoll.kubernetes.server;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Optional;

/// How many bytes of bodies are held at one time, over all connections, and who waits for room. Belongs to the
/// event loop of its port.
///
/// Goals, in their order: the heap is never filled by clients; a body within its own limit is taken, if need be
/// later; small ones (a scheduler's names, a pod) go past large ones (whole nodes).
///
/// So a body takes room for its first [#FIRST_BYTES] when its head is there, for all that it declares when they
/// came, and gives both back when its answer is sent: promises cost next to nothing. *Large* bodies (over a mebibyte;
/// 10,000 names take less) have one room as large as the largest body for all of them, and what is left of the total is
/// for small ones. Who finds no room is not read from until there is some. While somebody waits, a body that has
/// had room for some time and is still not there is in the way, and the port takes it away with its connection.
///
/// | limits 16 and 32 MiB | |
/// |---|---|
/// | two bodies of 15 MiB at one time | the second is read on when the first is answered |
/// | beside them bodies of 1 MiB | 16 of them at one time |
/// | 64 clients that promise 1 MiB and send a byte | 4 MiB of room; names of 5,000 nodes go past them |
public final class BodyRoom {

    public static final int LARGE_BYTES = 1 << 20;
    /// What a body has room for before anything of it came.
    public static final int FIRST_BYTES = 64 << 10;

    private static final int SPARES_MAX = 4;
    private static final int SPARE_BYTES_MAX = 8 << 20;
    private static final int SPARE_MILLIS_MAX = 10_000;

    private final long largeBytesMax;
    private final long bytesMax;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<RequestBody> spares = new ArrayDeque<>();
    private long largeBytes;
    private long bytes;
    private long lastUseMillis;

    private record Waiting(Object request, long declaredBytes, Runnable admit) {}

    public BodyRoom(ClientLimits limits) {
        largeBytesMax = limits.bodyBytesMax();
        bytesMax = limits.bodiesBytesMax();
    }

    /// Takes room if there is some. Small bodies go past those that wait for more; large ones go in their order.
    public boolean take(long declaredBytes) {
        boolean isTurn = declaredBytes <= LARGE_BYTES || !isLargeOneWaiting();
        return isTurn && isFree(declaredBytes) && taken(declaredBytes);
    }

    /// Calls `admit` as soon as there is room; it has been taken by then.
    public void await(Object request, long declaredBytes, Runnable admit) {
        waiting.add(new Waiting(request, declaredBytes, admit));
    }

    /// Whoever waits no longer does so.
    @SuppressWarnings("ReferenceEquality") // a request is itself only
    public void leave(Object request) {
        waiting.removeIf(waits -> waits.request == request);
    }

    /// Gives room back and lets those in that fit into it now, in the order in which they came.
    public void give(long declaredBytes) {
        bytes -= declaredBytes;
        largeBytes -= declaredBytes > LARGE_BYTES ? declaredBytes : 0;
        for (var next = firstThatFits(); next.isPresent(); next = firstThatFits()) {
            var admitted = next.get();
            waiting.remove(admitted);
            taken(admitted.declaredBytes);
            admitted.admit.run();
        }
    }

    /// Of large ones only the first is looked at: others must not go past it again and again.
    private Optional<Waiting> firstThatFits() {
        boolean isLargeOneSeen = false;
        for (var waits : waiting) {
            boolean isLarge = waits.declaredBytes > LARGE_BYTES;
            if (!(isLarge && isLargeOneSeen) && isFree(waits.declaredBytes)) {
                return Optional.of(waits);
            }
            isLargeOneSeen |= isLarge;
        }
        return Optional.empty();
    }

    public boolean isAnyoneWaiting() {
        return !waiting.isEmpty();
    }

    /// Bytes promised to bodies by now.
    public long bytes() {
        return bytes;
    }

    private boolean isFree(long declaredBytes) {
        boolean isLarge = declaredBytes > LARGE_BYTES;
        return bytes + declaredBytes <= bytesMax && (!isLarge || largeBytes + declaredBytes <= largeBytesMax);
    }

    private boolean isLargeOneWaiting() {
        return waiting.stream().anyMatch(waits -> waits.declaredBytes > LARGE_BYTES);
    }

    /// Spares are held beside the bodies, and go as soon as the two come to more than the total.
    private boolean taken(long declaredBytes) {
        bytes += declaredBytes;
        largeBytes += declaredBytes > LARGE_BYTES ? declaredBytes : 0;
        while (bytes + spareBytes() > bytesMax && !spares.isEmpty()) {
            spares.pollFirst();
        }
        return true;
    }

    // Reuse

    /// A body for the first bytes, and for all that are declared where one that large is at hand: the smallest such.
    public RequestBody body(int declaredBytes, long nowMillis) {
        lastUseMillis = nowMillis;
        var fits = spares.stream()
                .filter(spare -> spare.capacity() >= declaredBytes)
                .min(Comparator.comparingInt(RequestBody::capacity));
        if (fits.isEmpty()) {
            spares.pollFirst();
            return new RequestBody(FIRST_BYTES);
        }
        spares.remove(fits.get());
        fits.get().clear();
        return fits.get();
    }

    /// Keeps a body for the next request, if it is not too large for that.
    public void reuse(RequestBody body) {
        if (body.capacity() <= SPARE_BYTES_MAX && spares.size() < SPARES_MAX) {
            spares.addLast(body);
        }
    }

    /// Lets go of what was not used for some time.
    public void sweep(long nowMillis) {
        if (nowMillis - lastUseMillis > SPARE_MILLIS_MAX) {
            spares.clear();
        }
    }

    long spareBytes() {
        return spares.stream().mapToLong(RequestBody::capacity).sum();
    }
}
