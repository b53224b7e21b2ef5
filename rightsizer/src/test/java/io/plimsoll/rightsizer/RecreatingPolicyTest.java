package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.WorkloadSizing;
import io.plimsoll.model.usage.ContainerUsageView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One pass over a workload of two pods that need more than their node can give them in place.
@Timeout(30)
class RecreatingPolicyTest {

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private final ScriptedCluster cluster = ScriptedCluster.ofPods(2);
    private final MemoryJournal journal = new MemoryJournal();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> evicted = new CopyOnWriteArrayList<>();
    private final Semaphore ends = new Semaphore(0);
    private volatile ClusterImage image = ClusterImage.EMPTY;
    /// Of the change that was told of last.
    private volatile String message = "";

    private Optional<String> unsized = Optional.empty();
    private boolean isRecreating = true;
    private boolean isOtherKilled;
    private long limitBytes;

    @Test
    void stuckPod_underAPolicyThatRecreates_isTakenBackAndThenEvictedAndBothAreTold() throws Exception {
        runOnePass(true, 2);

        assertThat(told).containsExactly("UsageChanged REVERTED", "Recreated APPLIED");
        assertThat(evicted).containsExactly("web-0");
        assertThat(cluster.requests(0)).isEqualTo(ScriptedCluster.BEFORE);
        assertThat(journal.records())
                .extracting(record -> record.change().code() + " " + record.phase())
                .containsExactly("UsageChanged REVERTED", "Recreated APPLIED");
    }

    @Test
    void stuckPod_underAPolicyThatDoesNotRecreate_isOnlyTakenBack() throws Exception {
        runOnePass(false, 1);

        assertThat(told).containsExactly("UsageChanged REVERTED");
        assertThat(evicted).isEmpty();
    }

    @Test
    void stuckPod_thatMayNotBeEvicted_isTakenBackAndItIsSaidWhyItStays() throws Exception {
        unsized = Optional.of("install manifests/overlays/webhook");

        runOnePass(true, 1);

        assertThat(told).containsExactly("UsageChanged REVERTED");
        assertThat(evicted).isEmpty();
        assertThat(message).endsWith("; not recreated: install manifests/overlays/webhook");
    }

    /// No pod can take the place of the evicted one for now, which is waited for for five minutes. The other one is
    /// killed meanwhile.
    @Test
    void kill_whileASuccessorIsWaitedFor_isAnsweredAndTheSuccessorIsToldOfLater() throws Exception {
        limitBytes = 512 << 20;
        cluster.limit(0, new Resources(0, limitBytes));
        cluster.limit(1, new Resources(0, limitBytes));
        cluster.kubelet.addAll(List.of(ScriptedCluster.Kubelet.INFEASIBLE, ScriptedCluster.Kubelet.DONE));
        isOtherKilled = true;

        runUntilRecreated();

        assertThat(told)
                .startsWith("UsageChanged REVERTED", "Recreated INTENDED", "OomKilled APPLIED")
                .contains("Recreated APPLIED");
        assertThat(cluster.spec(1).limits().memoryBytes()).isGreaterThan(limitBytes);
        assertThat(evicted).containsExactly("web-0");
    }

    /// Passes follow one another without a pause.
    private void runUntilRecreated() throws InterruptedException {
        var done = new CountDownLatch(1);
        run(
                pause -> {
                    if (Thread.currentThread().getName().equals("rightsizer") && told.contains("Recreated APPLIED")) {
                        done.countDown();
                        throw new InterruptedException("the end of the test");
                    }
                    if (Thread.interrupted()) {
                        throw new InterruptedException("closed");
                    }
                    Thread.onSpinWait();
                },
                done);
    }

    /// @param ended how many changes are told of
    private void runOnePass(boolean isRecreating, int ended) throws InterruptedException {
        var done = new CountDownLatch(1);
        this.isRecreating = isRecreating;
        run(
                pause -> {
                    if (pause.compareTo(TransactionSettings.DEFAULT.look()) > 0) {
                        ends.acquire(ended);
                        done.countDown();
                        throw new InterruptedException("the end of the test");
                    }
                },
                done);
    }

    private void run(Pauses pauses, CountDownLatch done) throws InterruptedException {
        cluster.kubelet.add(ScriptedCluster.Kubelet.INFEASIBLE);
        image = image();
        var context = new LoopContext(
                InstantSource.fixed(NOW), System::nanoTime, pauses, new Random(1), new SimpleMeterRegistry());
        try (var rightsizer = new Rightsizer(
                () -> image,
                () -> List.of(policy(isRecreating)),
                workload -> usage(),
                port,
                cluster,
                journal,
                telling,
                context,
                RightsizerSettings.DEFAULT)) {
            rightsizer.start();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private final Sizings telling = new Sizings() {
        @Override
        public void decided(List<WorkloadSizing> sizings) {
            assertThat(sizings).hasSize(1);
        }

        @Override
        public void ended(Change change, ChangeResult result) {
            told.add(change.code() + " " + result.phase());
            message = result.message();
            if (change.code().equals("OomKilled")) {
                image = with(pod(2, ScriptedCluster.AFTER, NOW.toEpochMilli()), killedPod(cluster.spec(1)));
            }
            ends.release();
        }
    };

    private final ActionPort port = new ActionPort() {
        @Override
        public Outcome carryOut(Action action) {
            if (action instanceof Action.Resize) {
                return cluster.carryOut(action);
            }
            evicted.add(action.pod().name());
            var delta = new ClusterDelta(image);
            delta.replay(new ClusterEvent.PodDeleted(action.pod()));
            image = delta.apply();
            image = with(
                    isOtherKilled ? killedPod(cluster.spec(1)) : pod(2, ScriptedCluster.AFTER, NOW.toEpochMilli()));
            return new Outcome.Done();
        }

        @Override
        public Outcome dryRun(Action action) {
            return cluster.dryRun(action);
        }

        @Override
        public WorkloadMarks marks() {
            return cluster.marks();
        }

        @Override
        public RecreatablePods recreatable() {
            return new RecreatablePods() {
                @Override
                public Optional<String> unsized() {
                    return unsized;
                }

                @Override
                public Look look(PodKey pod, String uid) {
                    return new Look.Evictable("7");
                }
            };
        }
    };

    private static ResizePolicy policy(boolean isRecreating) {
        return new ResizePolicy(
                new PolicyCandidate(Optional.of("shop"), "auto", 0, 0, false, workload -> true),
                ResizePolicy.Mode.AUTO,
                "high-water",
                container -> Optional.of(ContainerSizing.DEFAULT),
                now -> true,
                0,
                0,
                Set.of(ContainerRole.MAIN),
                0,
                List.of(),
                isRecreating);
    }

    private ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(8000, 8L << 30);
        delta.replay(new ClusterEvent.Confirmed(NOW.toEpochMilli()));
        delta.replay(
                new ClusterEvent.OwnerApplied(new OwnerSpec(ScriptedCluster.WORKLOAD, Optional.empty(), 2, Set.of())));
        delta.replay(new ClusterEvent.NodeApplied(
                new NodeSpec("n1", "u-n1", "b-1", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of()),
                0));
        delta.replay(new ClusterEvent.PodApplied(pod(0, ScriptedCluster.BEFORE, 1)));
        delta.replay(new ClusterEvent.PodApplied(pod(1, ScriptedCluster.BEFORE, 1)));
        return delta.apply();
    }

    private ClusterImage with(PodSpec... pods) {
        var delta = new ClusterDelta(image);
        for (var pod : pods) {
            delta.replay(new ClusterEvent.PodApplied(pod));
        }
        return delta.apply();
    }

    /// The second one, as it is.
    private PodSpec killedPod(ContainerSpec container) {
        var kill = new MemoryKill("main", "c1", 0, limitBytes, limitBytes, NOW.toEpochMilli(), false);
        return new PodSpec(
                ScriptedCluster.key(1),
                "u-1",
                Optional.of(ScriptedCluster.WORKLOAD),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(container),
                InitContainers.NONE,
                PodLevel.NONE,
                Set.of(),
                new MemoryFacts(List.of(), List.of(kill)),
                PodTraits.NONE);
    }

    private PodSpec pod(int number, Resources requests, long boundAtMillis) {
        return new PodSpec(
                ScriptedCluster.key(number),
                "u-" + number,
                Optional.of(ScriptedCluster.WORKLOAD),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                boundAtMillis,
                false,
                List.of(new ContainerSpec("main", requests, new Resources(0, limitBytes))),
                Resources.NONE,
                Set.of());
    }

    /// Two days of 400m and 256Mi, up to now.
    private static Map<String, ContainerUsageView> usage() {
        return Map.of("main", TwoDays.of(400, 256 << 20, NOW));
    }
}
