package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.LivePods;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.WorkloadMarks;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.OwnerSpec;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/// A right-sizer over a [ScriptedCluster] whose one workload uses four times what it asks for, with all its loops and
/// threads. Passes follow one another when all changes have ended, and their clock goes on as if there had been a
/// pause; changes have the cluster's own clock.
final class ScriptedRightsizer {

    private static final Instant START = Instant.parse("2026-03-04T12:00:00Z");
    private static final long A_MOMENT = 50_000;

    final ScriptedCluster cluster;
    final MemoryJournal journal = new MemoryJournal();
    /// Phases of changes in the order of their ends.
    final List<String> ended = new CopyOnWriteArrayList<>();
    RightsizerSettings settings = RightsizerSettings.DEFAULT;
    Duration canary = Duration.ZERO;
    /// What is known of the memory of a pod.
    IntFunction<MemoryFacts> memory = pod -> MemoryFacts.NONE;
    /// Whether passes and changes go on side by side, at the same pace, and not one after the other.
    boolean isInterleaved;
    /// What happens in each pass once it has its image.
    Runnable inPass = () -> {};
    private final Semaphore turns = new Semaphore(0);
    private volatile BooleanSupplier isIdle = () -> true;
    private final int pods;
    private final AtomicLong nowMillis = new AtomicLong(START.toEpochMilli());
    private final Map<String, ContainerUsageView> usage = Map.of("main", TwoDays.of(400, 256 << 20, START));

    ScriptedRightsizer(int pods) {
        this.pods = pods;
        this.cluster = ScriptedCluster.ofPods(pods);
    }

    long nowMillis() {
        return nowMillis.get();
    }

    void runUntil(BooleanSupplier end) throws InterruptedException {
        runUntil(cluster, cluster, journal, end);
    }

    /// Until the end is there at a pause between two passes.
    void runUntil(ActionPort port, LivePods live, ChangeJournal journal, BooleanSupplier end)
            throws InterruptedException {
        var done = new CountDownLatch(1);
        var changes = cluster.context();
        var context = new LoopContext(
                () -> Instant.ofEpochMilli(nowMillis.get()),
                changes.nanoTime(),
                pause -> {
                    if (Thread.currentThread().getName().startsWith("resize-")) {
                        if (isInterleaved) {
                            turns.acquire();
                        }
                        synchronized (cluster) {
                            changes.pauses().pause(pause);
                        }
                        return;
                    }
                    awaitChanges();
                    nowMillis.addAndGet(pause.toMillis());
                    if (end.getAsBoolean()) {
                        done.countDown();
                        throw new InterruptedException("the end of the test");
                    }
                },
                new Random(1),
                new SimpleMeterRegistry());
        try (var rightsizer = new Rightsizer(
                this::image,
                () -> List.of(policy()),
                workload -> {
                    inPass.run();
                    return usage;
                },
                locked(port),
                key -> {
                    synchronized (cluster) {
                        return live.look(key);
                    }
                },
                journal,
                telling,
                context,
                settings)) {
            isIdle = rightsizer::isIdle;
            rightsizer.start();
            assertThat(done.await(10, TimeUnit.SECONDS))
                    .as(() -> "ended, with " + journal.records(any -> true) + " after " + cluster.log)
                    .isTrue();
        }
    }

    /// Otherwise their clock would run away from the one of the passes.
    private void awaitChanges() throws InterruptedException {
        if (isInterleaved) {
            turns.release();
        }
        while (!isIdle.getAsBoolean() && (!isInterleaved || turns.availablePermits() > 0)) {
            if (Thread.interrupted()) {
                throw new InterruptedException("closed");
            }
            LockSupport.parkNanos(A_MOMENT);
        }
        turns.drainPermits();
    }

    /// Passes wait while the changes go on to their ends.
    void endChanges() {
        while (!isIdle.getAsBoolean()) {
            if (turns.availablePermits() == 0) {
                turns.release();
            }
            LockSupport.parkNanos(A_MOMENT);
        }
        turns.drainPermits();
    }

    private ActionPort locked(ActionPort port) {
        return new ActionPort() {
            @Override
            public Outcome carryOut(Action action) {
                synchronized (cluster) {
                    return port.carryOut(action);
                }
            }

            @Override
            public Outcome dryRun(Action action) {
                synchronized (cluster) {
                    return port.dryRun(action);
                }
            }

            @Override
            public WorkloadMarks marks() {
                return port.marks();
            }
        };
    }

    private final Sizings telling = new Sizings() {
        @Override
        public void decided(List<WorkloadSizing> sizings) {}

        @Override
        public void ended(Change change, ChangeResult result) {
            ended.add(change.code() + " " + result.phase());
        }
    };

    private ResizePolicy policy() {
        return new ResizePolicy(
                new PolicyCandidate(Optional.of("shop"), "auto", 0, 0, false, workload -> true),
                ResizePolicy.Mode.AUTO,
                "high-water",
                container -> Optional.of(ContainerSizing.DEFAULT),
                now -> true,
                0,
                canary.toMillis());
    }

    private ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(800_000, 800L << 30);
        delta.replay(new ClusterEvent.Confirmed(nowMillis.get()));
        delta.replay(new ClusterEvent.OwnerApplied(
                new OwnerSpec(ScriptedCluster.WORKLOAD, Optional.empty(), pods, Set.of())));
        delta.replay(new ClusterEvent.NodeApplied(
                new NodeSpec("n1", "u-n1", "b-1", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of()),
                0));
        synchronized (cluster) {
            for (int i = 0; i < pods; i++) {
                if (cluster.isThere(i)) {
                    delta.replay(new ClusterEvent.PodApplied(pod(i)));
                }
            }
        }
        return delta.apply();
    }

    private PodSpec pod(int number) {
        return new PodSpec(
                ScriptedCluster.key(number),
                "u-" + number,
                Optional.of(ScriptedCluster.WORKLOAD),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(cluster.spec(number)),
                InitContainers.NONE,
                PodLevel.NONE,
                Set.of(),
                memory.apply(number),
                PodTraits.NONE);
    }
}
