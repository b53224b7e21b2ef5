package io.plimsoll.rightsizer;

import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ChangeBounds;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.MemoryDecrease;
import io.plimsoll.model.recommendation.MemoryRule;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.ResourceSizing;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadHistory;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.CpuThrottling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A node of 1000m on which a pod of 100m is to have 200m, beside two that ask for 450m each: a workload
/// each. What the second and the third provably need is up to the test. Belongs to the test's thread.
final class CrowdedNode {

    static final Resources NEIGHBOUR = new Resources(450, 64 << 20);
    private static final long NODE_CPU_MILLIS = 1000;
    private static final ChangeBounds FREELY = new ChangeBounds(0.05, 5, 9, 1);
    private static final ResizePolicy POLICY = new ResizePolicy(
            new PolicyCandidate(Optional.of("shop"), "all", 0, 0, false, workload -> true),
            ResizePolicy.Mode.AUTO,
            "percentile",
            container -> Optional.of(new ContainerSizing(
                    new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, FREELY),
                    new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, FREELY),
                    new MemoryRule(MemoryDecrease.FREE, 0),
                    new LimitRule.RequestsOnly(),
                    0.5)),
            now -> true,
            3_600_000,
            0);

    final ScriptedCluster cluster = ScriptedCluster.ofPods(1);
    final MemoryJournal journal = new MemoryJournal();
    /// Workloads in the middle of a change.
    final Set<Owner> open = new HashSet<>();

    PodMover mover = PodMover.NONE;
    /// Whether the picture of the cluster is too old to decide on.
    boolean isImageOld;
    private final List<Long> needs = new ArrayList<>();

    /// @param needs what each of the neighbours is recommended, thousandths of a core
    CrowdedNode(long... needs) {
        cluster.cpuMillisMax = NODE_CPU_MILLIS;
        for (long need : needs) {
            this.needs.add(need);
            cluster.add(NEIGHBOUR);
        }
    }

    static Owner workload(int number) {
        return Owner.bare("shop", "web-" + number);
    }

    static Change raise() {
        var change = ScriptedCluster.change(1);
        return new Change(workload(0), change.policy(), change.code(), change.reason(), change.undoes(), change.pods());
    }

    /// A process that begins now. As the right-sizer does, it has one change of a workload at a time.
    Replica replica() {
        return new Replica(cluster, cluster, journal);
    }

    /// A process of which it is told when it dies.
    Replica replica(String end) {
        return replica(end, 0);
    }

    /// @param unclear the number of the record of which it is not known whether it was written; 0 for none
    Replica replica(String end, int unclear) {
        var mortal = new MortalProcess(cluster, cluster, new UnclearJournal(journal, unclear, 0), end);
        return new Replica(mortal, mortal, mortal);
    }

    final class Replica {

        final RoomMaker room;
        final ResizeTransaction transaction;
        private final ResizeTransaction lowering;

        private Replica(ActionPort port, LivePods pods, ChangeJournal records) {
            var context = cluster.context();
            var settings = TransactionSettings.DEFAULT;
            lowering = new ResizeTransaction(port, pods, records, context, settings);
            room = new RoomMaker(
                    () -> isImageOld ? Optional.empty() : Optional.of(image()),
                    this::carryOut,
                    mover,
                    context,
                    settings);
            room.learn(Optional.of(found()));
            transaction = new ResizeTransaction(
                    port, pods, records, context, settings, room, CpuThrottling.UNKNOWN, Budgets.NONE);
        }

        private Optional<ChangeResult> carryOut(Change change) throws InterruptedException {
            return open.contains(change.workload())
                    ? Optional.empty()
                    : Optional.of(lowering.run(change, Duration.ZERO));
        }

        /// Ends what another process left open, as the right-sizer does: what was lowered first.
        void resumeAll() throws InterruptedException {
            var left = journal.records().stream()
                    .filter(record -> !record.phase().isFinal())
                    .sorted(Comparator.comparing(
                            record -> !record.change().code().equals("MakesRoom")))
                    .map(Logged::entry)
                    .toList();
            for (var entry : left) {
                var ignored = transaction.resume(entry);
            }
        }
    }

    RoomMaker.Found found() {
        var sizings = new ArrayList<WorkloadSizing>();
        for (int i = 0; i < needs.size(); i++) {
            var recommendation = new ContainerRecommendation(
                    "main",
                    "percentile",
                    resource(ResourceKind.CPU, NEIGHBOUR.cpuMillis(), needs.get(i)),
                    resource(ResourceKind.MEMORY, NEIGHBOUR.memoryBytes(), NEIGHBOUR.memoryBytes()),
                    1);
            sizings.add(new WorkloadSizing(
                    workload(i + 1),
                    new PolicyChoice(POLICY.candidate(), List.of(), PolicyChoice.Grounds.ALONE),
                    List.of(recommendation),
                    new ResizePlan.Skipped(SkipReason.COOLDOWN, "")));
        }
        return new RoomMaker.Found(
                sizings,
                List.of(POLICY),
                Map.of(),
                owner -> WorkloadHistory.of(Claimed.NONE, OptionalLong.empty(), open.contains(owner), List.of()));
    }

    private static ResourceRecommendation resource(ResourceKind kind, long current, long target) {
        return new ResourceRecommendation(
                kind, current, target, target, target, target, 1, List.of(new SizingReason.NoHistory()));
    }

    /// As a watch would tell it right now.
    private ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(NODE_CPU_MILLIS, 8L << 30);
        delta.replay(new ClusterEvent.NodeApplied(
                new NodeSpec("n1", "u-n1", "b-1", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of()),
                0));
        for (int i = 0; i < cluster.size(); i++) {
            delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                    ScriptedCluster.key(i),
                    "u-" + i,
                    Optional.empty(),
                    Optional.of("n1"),
                    PodPhase.RUNNING,
                    true,
                    0,
                    1,
                    false,
                    List.of(new ContainerSpec("main", cluster.requests(i), Resources.NONE)),
                    Resources.NONE,
                    Set.of())));
        }
        return delta.apply();
    }
}
