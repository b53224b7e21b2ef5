package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.placement.WireScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the plan that is being carried out and the moves of late ask of whoever places pods: their targets are held
/// for the replacements, and no replacement goes back. Immutable.
///
/// | move | its target | the node that it leaves |
/// |---|---|---|
/// | planned, in a plan that runs and has not expired | counts its demand, for others | |
/// | on its way, for ten minutes at most | the same, and comes first for pods of its workload | comes last for them |
/// | landed or lost, of late | | comes last for pods of its workload |
///
/// A score is all that this changes: a target that must not be had is not had, and a source that is the only fit node
/// is still one.
public final class Reservations {

    public static final Reservations NONE = new Reservations(List.of());

    /// How long after its eviction the node that a pod left is the last one for its workload.
    static final long REPELLED_MILLIS = 1_800_000;

    /// How long after its eviction a replacement is waited for at most.
    static final long AWAITED_MILLIS = 600_000;

    private static final float BEST = 100;
    /// Every other node for a replacement has at most this of ten.
    private static final byte OTHERS = 3;

    private final List<Held> held;

    private record Held(Owner workload, String from, String to, Resources demand, boolean isRoom, boolean isGuiding) {}

    private Reservations(List<Held> held) {
        this.held = List.copyOf(held);
    }

    /// @param demands what the pods that are moved are expected to use, by their uids
    public static Reservations of(
            List<RecordedPlan> plans, Map<String, Resources> demands, ClusterImage image, long nowMillis) {
        var held = new ArrayList<Held>();
        for (var plan : plans) {
            for (var step : plan.steps()) {
                boolean isAwaited =
                        plan.phase() == PlanPhase.RUNNING && isAwaited(step, nowMillis) && !isThere(step, image);
                boolean isRoom = isAwaited || isToCome(plan, step, nowMillis);
                boolean isRepelled = step.phase().isBegun() && step.evictedAtMillis() > nowMillis - REPELLED_MILLIS;
                if (isRoom || isRepelled) {
                    var move = step.move();
                    held.add(new Held(
                            move.workload(),
                            isRepelled ? move.from() : "",
                            move.to(),
                            demands.getOrDefault(move.uid(), Resources.NONE),
                            isRoom,
                            isAwaited));
                }
            }
        }
        return held.isEmpty() ? NONE : new Reservations(held);
    }

    /// Whoever should have gone on with it may be gone for long.
    private static boolean isAwaited(MoveStep step, long nowMillis) {
        return step.phase().isUnderWay() && step.evictedAtMillis() > nowMillis - AWAITED_MILLIS;
    }

    /// Whether a pod has come to the target since: the next one of the workload is another matter.
    private static boolean isThere(MoveStep step, ClusterImage image) {
        return image.podsOf(step.move().workload()).stream()
                .map(PodImage::spec)
                .anyMatch(pod -> pod.nodeName().equals(Optional.of(step.move().to()))
                        && pod.boundAtMillis() >= step.evictedAtMillis()
                        && !pod.uid().equals(step.move().uid()));
    }

    private static boolean isToCome(RecordedPlan plan, MoveStep step, long nowMillis) {
        return plan.phase() == PlanPhase.RUNNING
                && step.phase() == MovePhase.PLANNED
                && nowMillis <= plan.expiresAtMillis();
    }

    /// What is expected of a pod that is to be moved: what it was seen to use, or what its workload's history says.
    public static Map<String, Resources> demands(List<RecordedPlan> plans, ClusterImage image) {
        var demands = new HashMap<String, Resources>();
        for (var plan : plans) {
            for (var step : plan.steps()) {
                image.pod(step.move().pod())
                        .filter(pod -> pod.spec().uid().equals(step.move().uid()))
                        .ifPresent(pod -> demands.put(
                                pod.spec().uid(),
                                PodToPlace.of(image, pod.spec())
                                        .expected()
                                        .max(pod.usage().orElse(Resources.NONE))));
            }
        }
        return demands;
    }

    /// The same shares with the room that is held for others than a pod of this workload.
    public Shares over(Shares shares, NodeTable table, Owner workload) {
        if (held.isEmpty()) {
            return shares; // as nearly always: nothing is allocated for it
        }
        var others = held.stream()
                .filter(one -> one.isRoom() && !one.workload().equals(workload))
                .filter(one -> table.slot(one.to()) != NodeTable.ABSENT)
                .toList();
        return others.isEmpty() ? shares : new WithRoom(shares, table, others);
    }

    /// Some room more than other shares. There are a few tens at most, so they are looked through.
    private static final class WithRoom implements Shares {

        private final Shares shares;
        private final int[] slots;
        private final Resources[] demands;

        WithRoom(Shares shares, NodeTable table, List<Held> room) {
            this.shares = shares;
            this.slots = room.stream().mapToInt(one -> table.slot(one.to())).toArray();
            this.demands = room.stream().map(Held::demand).toArray(Resources[]::new);
        }

        @Override
        public double cpuMillis(int slot) {
            double sum = shares.cpuMillis(slot);
            for (int i = 0; i < slots.length; i++) {
                sum += slots[i] == slot ? demands[i].cpuMillis() : 0;
            }
            return sum;
        }

        @Override
        public double memoryBytes(int slot) {
            double sum = shares.memoryBytes(slot);
            for (int i = 0; i < slots.length; i++) {
                sum += slots[i] == slot ? demands[i].memoryBytes() : 0;
            }
            return sum;
        }

        @Override
        public double pods(int slot, int workloadId) {
            return shares.pods(slot, workloadId);
        }
    }

    /// Puts the target of a pod of this workload first, and the nodes that its predecessors left last. Where
    /// one node is the target of one move and was left by another, it comes first.
    ///
    /// @param slots the candidates
    /// @param scores of each of them, 0 to 100; changed
    public void guide(Owner workload, NodeTable table, int[] slots, float[] scores) {
        if (held.isEmpty()) {
            return;
        }
        for (var one : held) {
            if (one.workload().equals(workload) && !one.from().isEmpty()) {
                set(table.slot(one.from()), 0, slots, scores);
            }
        }
        for (var one : held) {
            if (one.workload().equals(workload) && one.isGuiding()) {
                set(table.slot(one.to()), BEST, slots, scores);
            }
        }
    }

    private static void set(int slot, float score, int[] slots, float[] scores) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == slot) {
                scores[i] = score;
            }
        }
    }

    /// The same for what the scheduler is told: scores are sent by their ranks, so that the second best node
    /// comes close behind the best one, and what else the scheduler scores could outweigh that.
    ///
    /// @param slots the candidates
    /// @param wire of each of them, 0 to 10; changed
    public void guide(Owner workload, NodeTable table, int[] slots, byte[] wire) {
        if (held.isEmpty()) {
            return;
        }
        for (var one : held) {
            int to = one.workload().equals(workload) && one.isGuiding() ? table.slot(one.to()) : NodeTable.ABSENT;
            if (to != NodeTable.ABSENT && Arrays.stream(slots).anyMatch(slot -> slot == to)) {
                for (int i = 0; i < slots.length; i++) {
                    wire[i] = (byte) (slots[i] == to ? WireScores.BEST : Math.min(wire[i], OTHERS));
                }
            }
        }
    }
}
