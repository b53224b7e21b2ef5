package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.Sample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SizingPassTest {

    private static final long MIB = 1L << 20;
    /// What is recommended for 200 MiB: a fifth above the end of its bucket.
    private static final long SIZED = 247 * MIB;
    private static final Owner JOB = new Owner("default", "CronJob", "nightly");
    private static final ResizePolicy POLICY = policy(container -> Optional.of(ContainerSizing.DEFAULT), 0);
    private static final PodSpec POD = PodBuilder.like(Clusters.pending("nightly-1", 100, 32 * MIB))
            .owner(JOB)
            .containers(new ContainerSpec("main", new Resources(100, 32 * MIB), new Resources(0, 64 * MIB)))
            .boundTo("n1", 1)
            .memory(new MemoryFacts(List.of(), List.of(new MemoryKill("main", "c1", 0, 64 * MIB, 32 * MIB, 9, false))))
            .build();

    /// It is killed before it is measured, each time.
    @Test
    void container_killedAndNeverMeasured_isRaised() {
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(POD)));

        var sizing = pass(image, killed()).getFirst();

        assertThat(sizing.recommendations().getFirst().memory().target()).isEqualTo(164 * MIB);
        assertThat(sizing.plan()).isInstanceOf(ResizePlan.Due.class);
    }

    /// Twice the request, as before.
    @Test
    void limits_thatThePolicyMoves_areRecommendedWithTheRequests() {
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(POD)));
        var keeping = policy(container -> Optional.of(limited(new LimitRule.ByRatio())), 0);
        var freed = policy(container -> Optional.of(limited(new LimitRule.RequestsOnly())), 0);

        assertThat(limits(image, keeping)).isEqualTo(new Resources(0, 328 * MIB));
        assertThat(limits(image, freed)).as("below the request it cannot stay").isEqualTo(new Resources(0, 164 * MIB));
    }

    @Test
    void limits_thatStayAsTheyAre_areNotSpokenOf() {
        var limited = PodBuilder.like(POD)
                .containers(new ContainerSpec("main", new Resources(100, 32 * MIB), new Resources(0, 400 * MIB)))
                .build();
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(limited)));

        assertThat(limits(image, policy(container -> Optional.of(limited(new LimitRule.RequestsOnly())), 0)))
                .isEqualTo(Resources.NONE);
    }

    private static ContainerSizing limited(LimitRule limits) {
        var present = ContainerSizing.DEFAULT;
        return new ContainerSizing(present.cpu(), present.memory(), present.memoryRule(), limits, 0.5);
    }

    private static Resources limits(ClusterImage image, ResizePolicy policy) {
        return new SizingPass(image, List.of(policy), killed(), false, Clusters.NOW_MILLIS)
                .run()
                .getFirst()
                .recommendations()
                .getFirst()
                .limits();
    }

    @Test
    void container_neitherKilledNorMeasured_isNotSpokenOf() {
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(POD)));

        assertThat(pass(image, Known.NOTHING).getFirst().recommendations()).isEmpty();
    }

    /// It is not only not measured yet: what was recommended before is taken away.
    @Test
    void workload_whoseContainersThePolicyLeavesOut_isSaidToBe() {
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(POD)));
        var policy = policy(container -> Optional.empty(), 0);

        assertThat(first(image, policy, Known.NOTHING)).isEqualTo(new ResizePlan.Skipped(SkipReason.LEFT_OUT, ""));
        assertThat(first(image, POLICY, Known.NOTHING)).isNotEqualTo(new ResizePlan.Skipped(SkipReason.LEFT_OUT, ""));
    }

    /// There is no pod to be resized: the next one is to start with more.
    @Test
    void workload_whosePodsAllFailedOfKills_isRecommendedFor() {
        var failed = PodBuilder.like(POD).phase(PodPhase.FAILED).build();
        var image =
                Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.FailedPodApplied(failed)));

        var sizing = pass(image, killed()).getFirst();

        assertThat(sizing.workload()).isEqualTo(JOB);
        assertThat(sizing.recommendations().getFirst().memory().target()).isEqualTo(164 * MIB);
        assertThat(sizing.plan()).isEqualTo(new ResizePlan.Skipped(SkipReason.NO_PODS, ""));
    }

    private static final ContainerSpec MIGRATE =
            new ContainerSpec("migrate", new Resources(50, 32 * MIB), new Resources(0, 64 * MIB)).asInit();

    /// Its kubelet starts it again and again: nothing of that pod can be changed.
    @Test
    void initContainer_killedOfAPolicyThatIncludesIt_isRecommendedMoreForPodsToCome() {
        var sizing = initPass(ResizePolicy.Mode.AUTO, ContainerRole.INIT);

        var recommendation = sizing.recommendations().getLast();
        assertThat(recommendation.container()).isEqualTo("migrate");
        assertThat(recommendation.role()).isEqualTo(ContainerRole.INIT);
        assertThat(recommendation.memory().target()).isEqualTo(164 * MIB);
        assertThat(sizing.plan())
                .isEqualTo(new ResizePlan.Skipped(SkipReason.AT_CREATION, "migrate memory 32Mi, recommended 164Mi"));
    }

    @Test
    void initContainer_killedOfAPolicyWithoutTheOptIn_isNotSpokenOf() {
        var sizing = initPass(ResizePolicy.Mode.AUTO, ContainerRole.SIDECAR);

        assertThat(sizing.recommendations())
                .extracting(ContainerRecommendation::container)
                .doesNotContain("migrate");
        assertThat(sizing.plan()).isEqualTo(new ResizePlan.Skipped(SkipReason.NO_PODS, ""));
    }

    @Test
    void initContainer_killedOfAPolicyThatOnlyRecommends_isLeftForThat() {
        var sizing = initPass(ResizePolicy.Mode.RECOMMEND, ContainerRole.INIT);

        assertThat(sizing.recommendations().getLast().container()).isEqualTo("migrate");
        assertThat(sizing.plan())
                .isEqualTo(new ResizePlan.Skipped(SkipReason.RECOMMEND_ONLY, "policy " + POLICY.label()));
    }

    @Test
    void initContainer_writtenOut_standsInTheTemplateAmongInitContainers() {
        var sizing = initPass(ResizePolicy.Mode.EXPORT, ContainerRole.INIT);

        assertThat(sizing.template())
                .containsExactly(MIGRATE.with(new Resources(0, 164 * MIB), new Resources(0, 164 * MIB)));
    }

    private static WorkloadSizing initPass(ResizePolicy.Mode mode, ContainerRole role) {
        var pod = PodBuilder.like(Clusters.pending("nightly-1", 100, 32 * MIB))
                .owner(JOB)
                .boundTo("n1", 1)
                .phase(PodPhase.PENDING)
                .init(MIGRATE)
                .build();
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(pod)));
        var including = new ResizePolicy(
                POLICY.candidate(),
                mode,
                POLICY.recommender(),
                POLICY.sizings(),
                POLICY.isOpen(),
                0,
                0,
                Set.of(ContainerRole.MAIN, role),
                0,
                List.of(),
                false);
        return new SizingPass(image, List.of(including), new InitKilled(), false, Clusters.NOW_MILLIS)
                .run()
                .getFirst();
    }

    /// Of the init container alone.
    private record InitKilled() implements WorkloadKnowledge {

        @Override
        public Map<String, ContainerUsageView> usage(Owner workload) {
            return Map.of();
        }

        @Override
        public List<MemoryFloor> floors(
                PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> usage) {
            return container.equals(MIGRATE) ? List.of(new MemoryFloor.OomRaise(164 * MIB, 64 * MIB, 1, 9)) : List.of();
        }

        @Override
        public WorkloadHistory history(Owner workload) {
            return WorkloadHistory.NONE;
        }
    }

    /// A policy of this version never throws: one to come may.
    @Test
    void workload_thatCannotBeDecided_isLeftWithTheCauseAndKeepsNoOther() {
        var broken = new ArithmeticException("/ by zero");
        var policy = policy(
                container -> {
                    if (container.equals("odd")) {
                        throw broken;
                    }
                    return Optional.of(ContainerSizing.DEFAULT);
                },
                0);
        var odd = PodBuilder.like(Clusters.bound(Clusters.pendingOf("web", "web-1", 100, 32 * MIB), "n1", 1))
                .containers(new ContainerSpec("odd", new Resources(100, 32 * MIB), Resources.NONE))
                .build();
        var image = Clusters.after(
                Clusters.image(Clusters.node("n1")),
                List.of(new ClusterEvent.PodApplied(odd), new ClusterEvent.PodApplied(POD)));

        var pass = new SizingPass(image, List.of(policy), killed(), false, Clusters.NOW_MILLIS);
        var sizings = pass.run();

        assertThat(sizings).extracting(WorkloadSizing::workload).containsExactly(JOB, Clusters.deployment("web"));
        assertThat(sizings.getFirst().plan()).isInstanceOf(ResizePlan.Due.class);
        assertThat(sizings.getLast().plan())
                .isEqualTo(new ResizePlan.Skipped(SkipReason.UNDECIDED, "java.lang.ArithmeticException: / by zero"));
        assertThat(pass.failures()).containsExactly(new SizingPass.Failure(Clusters.deployment("web"), broken));
    }

    /// Killed for memory, which waits for nothing else.
    @Test
    void workload_ofWhichItIsNotKnownWhetherThePolicySelectsIt_isNeitherSizedNorRecommendedFor() {
        var policy = POLICY.with(new PolicyCandidate(
                Optional.empty(),
                "some",
                0,
                0,
                false,
                workload -> true,
                workload -> new Selection.Unknown("403 rollouts")));
        var image = Clusters.after(Clusters.image(Clusters.node("n1")), List.of(new ClusterEvent.PodApplied(POD)));

        var pass = new SizingPass(image, List.of(policy), killed(), false, Clusters.NOW_MILLIS);
        var sizing = pass.run().getFirst();

        assertThat(sizing.recommendations()).isEmpty();
        assertThat(sizing.plan()).isEqualTo(new ResizePlan.Skipped(SkipReason.LABELS_UNKNOWN, "403 rollouts"));
        assertThat(pass.isSelected(sizing.workload())).isTrue();
    }

    /// From its start on: forty samples in forty minutes, of which nothing is true.
    @Test
    void container_measuredWithZerosAloneSinceItsStart_isNotCutBeforeThatIsConfident() {
        var image = Clusters.after(
                Clusters.image(Clusters.node("n1")),
                List.of(new ClusterEvent.PodApplied(asking("web-a", 400 * MIB, 1))));

        var sizing = new SizingPass(image, List.of(POLICY), new Zeros(40), false, Clusters.NOW_MILLIS)
                .run()
                .getFirst();

        var recommendation = sizing.recommendations().getFirst();
        assertThat(recommendation.cpu().target()).isLessThan(300);
        assertThat(recommendation.cpu().confidence()).isBetween(0.4, 0.5);
        assertThat(((ResizePlan.Skipped) sizing.plan()).reason()).isEqualTo(SkipReason.TOO_LITTLE_DATA);
    }

    private record Zeros(int minutes) implements WorkloadKnowledge {

        @Override
        public Map<String, ContainerUsageView> usage(Owner workload) {
            var history = new ContainerHistory();
            for (int minute = minutes - 1; minute >= 0; minute--) {
                long at = Clusters.NOW_MILLIS - minute * 60_000L;
                var none = new Sample(0, at, "test");
                history.add(new ContainerUsage(new PodKey("default", "web-a"), "main", none, none), at);
            }
            return Map.of("main", history);
        }

        @Override
        public List<MemoryFloor> floors(
                PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> usage) {
            return List.of();
        }

        @Override
        public WorkloadHistory history(Owner workload) {
            return WorkloadHistory.NONE;
        }
    }

    /// The older pod asks for 400 MiB since it was raised in place, the newer one for 100 MiB as its template says;
    /// both use 200 MiB.
    @Test
    void memoryOfAnOlderPod_whereThePolicyNeverLowersIt_staysWhileTheNewerOneIsRaised() {
        assertThat(memories(uneven(MemoryDecrease.NEVER, WorkloadHistory.NONE))).containsExactly(SIZED);
    }

    @Test
    void memoryOfAnOlderPod_whereThePolicyLowersIt_isCutAboveUsage() {
        assertThat(memories(uneven(MemoryDecrease.ABOVE_USAGE, WorkloadHistory.NONE)))
                .containsExactly(SIZED, SIZED);
    }

    /// The cooldown of an hour holds cuts, a raise may follow after a minute.
    @Test
    void memoryOfAnOlderPod_withinTheCooldown_isNotCutBesideTheRaiseOfTheNewerOne() {
        var changed = WorkloadHistory.of(
                Claimed.NONE, OptionalLong.of(Clusters.NOW_MILLIS - 120_000), false, List.of(ChangePhase.APPLIED));

        assertThat(memories(uneven(MemoryDecrease.FREE, changed))).containsExactly(SIZED);
    }

    /// A kill raises the newer one to 300 MiB: that is a cut for an older one of 400 MiB, and no raise after a kill.
    @Test
    void memoryOfAnOlderPod_besideANewerOneThatWasKilled_isNotCutForThat() {
        var killed = new MemoryFloor.OomRaise(300 * MIB, 200 * MIB, 1, 9);

        var plan = uneven(MemoryDecrease.NEVER, WorkloadHistory.NONE, killed);

        assertThat(memories(plan)).containsExactly(300 * MIB);
        assertThat(((ResizePlan.Due) plan).change().code()).isEqualTo(ResizePlanner.OOM_KILLED);
    }

    /// In the order of the pods, of those that are changed.
    private static List<Long> memories(ResizePlan plan) {
        return ((ResizePlan.Due) plan)
                .change().pods().stream()
                        .map(pod -> pod.after().getFirst().requests().memoryBytes())
                        .toList();
    }

    private static ResizePlan uneven(MemoryDecrease rule, WorkloadHistory history, MemoryFloor... floors) {
        var sizing = new ContainerSizing(
                ContainerSizing.DEFAULT.cpu(),
                ContainerSizing.DEFAULT.memory(),
                new MemoryRule(rule, 0.1),
                ContainerSizing.DEFAULT.limits(),
                0.5);
        var policy = policy(container -> Optional.of(sizing), 3_600_000);
        var image = Clusters.after(
                Clusters.image(Clusters.node("n1")),
                List.of(
                        new ClusterEvent.PodApplied(asking("web-a", 400 * MIB, 1)),
                        new ClusterEvent.PodApplied(asking("web-b", 100 * MIB, 2))));
        var used = Map.of(Clusters.deployment("web"), new Resources(240, 200 * MIB));
        return first(image, policy, new Known(used, List.of(floors), workload -> history));
    }

    private static PodSpec asking(String name, long memoryBytes, long boundAtMillis) {
        var pod = Clusters.bound(Clusters.pendingOf("web", name, 300, memoryBytes), "n1", boundAtMillis);
        return PodBuilder.like(pod)
                .containers(new ContainerSpec("main", new Resources(300, memoryBytes), Resources.NONE))
                .build();
    }

    /// The node has 4000m. `busy` uses 1500m of the 500m that it asks for; `idle` asks for 3000m and uses 100m,
    /// which its cooldown of an hour keeps from being cut for another 50 minutes.
    @Test
    void raise_beyondTheRoomThatNeighboursCanMake_isDueOnlyWhereTheyMay() {
        var image =
                Clusters.image(Clusters.node("n1").pod("busy", 500, 60 * MIB).pod("idle", 3000, 60 * MIB));

        var made = busy(image, Clusters.NOW_MILLIS - 600_000);
        var notMade = busy(image, Clusters.NOW_MILLIS - 30_000);

        assertThat(made).isInstanceOf(ResizePlan.Due.class);
        assertThat(notMade).isEqualTo(new ResizePlan.Skipped(SkipReason.NO_ROOM, "node n1"));
    }

    @Test
    void raise_beyondTheRoomThatNeighboursCanMake_isDueWherePodsAreMoved() {
        var image =
                Clusters.image(Clusters.node("n1").pod("busy", 500, 60 * MIB).pod("idle", 3000, 60 * MIB));

        var moved = busyPass(image, Clusters.NOW_MILLIS - 30_000).run(true).getFirst();

        assertThat(moved.plan()).isInstanceOf(ResizePlan.Due.class);
    }

    /// What waits holds room that nobody uses.
    @Test
    void raise_wherePodsAreMoved_isNotDueBesideAnotherThatWaitsForThat() {
        var waiting = new PodLevel(Resources.NONE, Resources.NONE, Resources.NONE, 1);
        var other = Clusters.bound(Clusters.pendingOf("other", "other", 10, MIB), "n1", 1);
        var image = Clusters.after(
                Clusters.image(Clusters.node("n1").pod("busy", 500, 60 * MIB).pod("idle", 3000, 60 * MIB)),
                List.of(new ClusterEvent.PodApplied(
                        PodBuilder.like(other).level(waiting).build())));

        var sizings = busyPass(image, Clusters.NOW_MILLIS - 30_000).run(true);

        assertThat(sizings)
                .filteredOn(sizing -> sizing.workload().name().equals("busy"))
                .extracting(WorkloadSizing::plan)
                .containsExactly(new ResizePlan.Skipped(SkipReason.NO_ROOM, "node n1"));
    }

    private static ResizePlan busy(ClusterImage image, long idleChangedAtMillis) {
        return busyPass(image, idleChangedAtMillis).run().getFirst().plan();
    }

    private static SizingPass busyPass(ClusterImage image, long idleChangedAtMillis) {
        var used = Map.of(
                new Owner("default", "Pod", "busy"), new Resources(1500, 50 * MIB),
                new Owner("default", "Pod", "idle"), new Resources(100, 50 * MIB));
        var changed = WorkloadHistory.of(Claimed.NONE, OptionalLong.of(idleChangedAtMillis), false, List.of());
        var known =
                new Known(used, List.of(), workload -> workload.name().equals("busy") ? WorkloadHistory.NONE : changed);
        var policy = policy(POLICY.sizings(), 3_600_000);
        return new SizingPass(image, List.of(policy), known, false, Clusters.NOW_MILLIS);
    }

    private static ResizePlan first(ClusterImage image, ResizePolicy policy, Known known) {
        return new SizingPass(image, List.of(policy), known, false, Clusters.NOW_MILLIS)
                .run()
                .getFirst()
                .plan();
    }

    private static List<WorkloadSizing> pass(ClusterImage image, Known known) {
        return new SizingPass(image, List.of(POLICY), known, false, Clusters.NOW_MILLIS).run();
    }

    private static ResizePolicy policy(Function<String, Optional<ContainerSizing>> sizings, long cooldownMillis) {
        return new ResizePolicy(
                new PolicyCandidate(Optional.empty(), "all", 0, 0, false, workload -> true),
                ResizePolicy.Mode.AUTO,
                HighWaterRecommender.NAME,
                sizings,
                now -> true,
                cooldownMillis,
                0);
    }

    private static Known killed() {
        var raise = new MemoryFloor.OomRaise(164 * MIB, 64 * MIB, 1, 9);
        return new Known(Map.of(), List.of(raise), workload -> WorkloadHistory.NONE);
    }

    /// @param used by each container, all the time for two days
    private record Known(Map<Owner, Resources> used, List<MemoryFloor> raises, Function<Owner, WorkloadHistory> past)
            implements WorkloadKnowledge {

        private static final Known NOTHING = new Known(Map.of(), List.of(), workload -> WorkloadHistory.NONE);

        @Override
        public Map<String, ContainerUsageView> usage(Owner workload) {
            return Optional.ofNullable(used.get(workload))
                    .map(Known::twoDaysOf)
                    .map(history -> Map.of("main", history))
                    .orElse(Map.of());
        }

        private static ContainerUsageView twoDaysOf(Resources used) {
            var history = new ContainerHistory();
            for (int minute = 2 * 24 * 60; minute >= 0; minute -= 5) {
                long at = Clusters.NOW_MILLIS - minute * 60_000L;
                var usage = new ContainerUsage(
                        new PodKey("default", "any"),
                        "main",
                        new Sample(used.cpuMillis(), at, "test"),
                        new Sample(used.memoryBytes(), at, "test"));
                history.add(usage, at);
            }
            return history;
        }

        @Override
        public List<MemoryFloor> floors(
                PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> seen) {
            return raises;
        }

        @Override
        public WorkloadHistory history(Owner workload) {
            return past.apply(workload);
        }
    }
}
