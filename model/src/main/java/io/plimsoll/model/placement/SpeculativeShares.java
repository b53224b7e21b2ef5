package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;

/// Remembers for a few seconds where pods just ranked will probably go. Mutable; belongs to the one thread that
/// ranks.
///
/// The scheduler tells nobody which node won, and a watch tells it late. Until a pod is seen bound, each node of
/// its top band therefore counts an equal share of it, so that a burst of equal pods does not all go for one
/// node:
///
///     ranked ──► expected ──► seen bound in the image (it counts there from now on)
///                   │  ▲ └──► 5 s passed: it never was bound
///                   └──┘ ranked again: the new share replaces the old one
///
/// At most [#PODS_MAX] pods are remembered, the oldest being forgotten first, and at most [#BAND_MAX] nodes a
/// pod, taken evenly out of a wider band: one pod on 64 nodes or more is little for any of them.
///
/// | band | share of each node |
/// |---|---|
/// | 1 node | the whole pod |
/// | 4 nodes | a quarter |
/// | 500 nodes | 1/64 on 64 of them |
///
/// A call costs what has changed: sums by slot are kept in whole units (millionths), so that what was added is
/// taken away again exactly. A new node table moves the shares over by node name.
public final class SpeculativeShares implements Shares {

    static final int PODS_MAX = 1_024;
    public static final int BAND_MAX = 64;
    static final long TTL_MILLIS = 5_000;

    private static final double UNIT = 1e6;
    private static final int NO_WORKLOAD = -2;

    /// Beyond any node; keeps sums of absurd pods within a long.
    private static final long AMOUNT_MAX = 1L << 50;

    /// In the order in which they were ranked, by uid.
    private final LinkedHashMap<String, Expected> pods = new LinkedHashMap<>();

    private NodeTable table = ClusterImage.EMPTY.nodeTable();
    private ClusterImage seen = ClusterImage.EMPTY;
    private long[] cpuMicros = {};
    private long[] memoryBytes = {};

    /// Pods by slot of the one workload asked for last.
    private long[] podMicros = {};

    private int podsOf = NO_WORKLOAD;

    /// Counts the pod on the nodes that it will probably go to.
    ///
    /// @param topSlots the nodes that it was given the best wire score for, by slot of `table`
    public void expect(PodToPlace pod, int[] topSlots, NodeTable table, long nowMillis) {
        moveTo(table);
        forget(pod.uid());
        if (topSlots.length == 0) {
            return;
        }
        if (pods.size() == PODS_MAX) {
            forget(pods.firstEntry().getKey());
        }
        var expected = new Expected(pod, band(topSlots), nowMillis);
        pods.put(pod.uid(), expected);
        count(expected, 1);
    }

    /// The shares as of that image and time: what is bound in it, or too old, is gone. Valid until the next call.
    @SuppressWarnings("ReferenceEquality") // an image that is the same has nothing new to tell
    public Shares at(ClusterImage image, long nowMillis) {
        moveTo(image.nodeTable());
        boolean news = image != seen;
        seen = image;
        if (pods.isEmpty()) {
            return NONE;
        }
        for (Iterator<Expected> all = pods.values().iterator(); all.hasNext(); ) {
            var expected = all.next();
            boolean expired = Math.abs(nowMillis - expected.atMillis) >= TTL_MILLIS;
            if (expired || (news && isBound(expected, image))) {
                all.remove();
                count(expected, -1);
            } else if (news) {
                learnWorkload(expected, image);
            } else {
                break; // the others are younger
            }
        }
        return this;
    }

    /// How many pods are remembered.
    public int size() {
        return pods.size();
    }

    @Override
    public double cpuMillis(int slot) {
        return cpuMicros[slot] / UNIT;
    }

    @Override
    public double memoryBytes(int slot) {
        return memoryBytes[slot];
    }

    @Override
    public double pods(int slot, int workloadId) {
        if (workloadId == PodToPlace.UNKNOWN_WORKLOAD) {
            return 0;
        }
        if (workloadId != podsOf) {
            podsOf = workloadId;
            recountPods();
        }
        return podMicros[slot] / UNIT;
    }

    /// Takes back what a pod was expected to add: it asks again, so it is on its way to none of these nodes.
    public void forget(String uid) {
        var expected = pods.remove(uid);
        if (expected != null) {
            count(expected, -1);
        }
    }

    private void count(Expected expected, int sign) {
        for (int slot : expected.slots) {
            cpuMicros[slot] += sign * expected.cpuMicros;
            memoryBytes[slot] += sign * expected.memoryBytes;
        }
        if (expected.workloadId == podsOf) {
            countPods(expected, sign);
        }
    }

    private void countPods(Expected expected, int sign) {
        for (int slot : expected.slots) {
            podMicros[slot] += sign * expected.podMicros;
        }
    }

    private void recountPods() {
        podMicros = new long[table.size()];
        for (var expected : pods.values()) {
            if (expected.workloadId == podsOf) {
                countPods(expected, 1);
            }
        }
    }

    private static boolean isBound(Expected expected, ClusterImage image) {
        return image.pod(expected.key)
                .filter(pod -> pod.spec().uid().equals(expected.uid)
                        && pod.spec().nodeName().isPresent())
                .isPresent();
    }

    /// The first pod of a workload may be ranked before the image knows the workload.
    private void learnWorkload(Expected expected, ClusterImage image) {
        if (expected.workloadId == PodToPlace.UNKNOWN_WORKLOAD) {
            image.workload(expected.workload).ifPresent(workload -> {
                expected.workloadId = workload.id();
                if (workload.id() == podsOf) {
                    countPods(expected, 1);
                }
            });
        }
    }

    @SuppressWarnings("ReferenceEquality") // tables are told apart by identity
    private void moveTo(NodeTable next) {
        if (next == table) {
            return;
        }
        for (var expected : pods.values()) {
            expected.moveTo(table, next);
        }
        table = next;
        cpuMicros = new long[next.size()];
        memoryBytes = new long[next.size()];
        podsOf = NO_WORKLOAD;
        for (var expected : pods.values()) {
            count(expected, 1);
        }
    }

    /// At most [#BAND_MAX] of these, evenly taken.
    private static int[] band(int[] topSlots) {
        var band = new int[Math.min(BAND_MAX, topSlots.length)];
        for (int i = 0; i < band.length; i++) {
            band[i] = topSlots[(int) ((long) i * topSlots.length / band.length)];
        }
        return band;
    }

    /// A pod on its way, and the share of it that each of its nodes counts.
    private static final class Expected {

        private final PodKey key;
        private final String uid;
        private final Owner workload;
        private final long atMillis;
        private final long cpuMicros;
        private final long memoryBytes;
        private final long podMicros;
        private int workloadId;
        private int[] slots;

        Expected(PodToPlace pod, int[] slots, long atMillis) {
            this.key = pod.key();
            this.uid = pod.uid();
            this.workload = pod.workload();
            this.workloadId = pod.workloadId();
            this.slots = slots;
            this.atMillis = atMillis;
            double share = 1.0 / slots.length;
            this.cpuMicros = amount(pod.expected().cpuMillis() * UNIT * share);
            this.memoryBytes = amount(pod.expected().memoryBytes() * share);
            this.podMicros = amount(UNIT * share);
        }

        /// Nodes that are gone take their share with them.
        void moveTo(NodeTable from, NodeTable to) {
            var moved = new int[slots.length];
            int count = 0;
            for (int slot : slots) {
                int next = to.slot(from.names().get(slot));
                if (next != NodeTable.ABSENT) {
                    moved[count++] = next;
                }
            }
            slots = Arrays.copyOf(moved, count);
        }

        private static long amount(double value) {
            return Math.min(AMOUNT_MAX, Math.round(value));
        }
    }
}
