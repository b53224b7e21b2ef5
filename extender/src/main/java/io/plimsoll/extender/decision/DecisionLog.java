package io.plimsoll.extender.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The latest decisions, a bounded number of them. One thread writes, any may read, none waits.
public final class DecisionLog {

    private final AtomicReferenceArray<Decision> ring;
    private volatile long written;

    public DecisionLog(int capacity) {
        ring = new AtomicReferenceArray<>(capacity);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void add(Decision decision) {
        ring.set((int) (written % ring.length()), decision);
        written++;
    }

    /// At most `limit` decisions, the newest first.
    public List<Decision> latest(int limit) {
        var latest = new ArrayList<Decision>();
        long end = written;
        for (long i = end - 1; i >= Math.max(0, end - Math.min(limit, ring.length())); i--) {
            latest.add(ring.get((int) (i % ring.length())));
        }
        // What was overwritten while this read went on is a newer decision in an old place.
        long overwritten = Math.max(0, written - ring.length() - Math.max(0, end - latest.size()));
        return latest.subList(0, (int) Math.max(0, latest.size() - overwritten));
    }
}
