package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodePlatform.CpuManager;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.cluster.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizePlannerTest {

    private static final long MIB = 1L << 20;
    private static final long NOW = Clusters.NOW_MILLIS;
    private static final Owner WEB = Clusters.deployment("web");
    private static final ChangeBounds TENTH = new ChangeBounds(0.1, 0, 1, 0.5);
    private static final ContainerSizing SIZING = new ContainerSizing(
            new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, TENTH),
            new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, TENTH),
            new MemoryRule(MemoryDecrease.FREE, 0),
            new LimitRule.RequestsOnly(),
            0.5);
    private static final ContainerSpec PRESENT =
            new ContainerSpec("main", new Resources(200, 100 * MIB), new Resources(0, 400 * MIB));

    @Test
    void plan_requestOutsideTheRange_isDueWithBeforeAndAfter() {
        var plan = plan(image(pod("web-1"), pod("web-2")), policy(), recommended(300, 100 * MIB));

        var after = new ContainerSpec("main", new Resources(300, 100 * MIB), new Resources(0, 400 * MIB));
        assertThat(changes(plan))
                .containsExactly(
                        new PodChange(pod("web-1").key(), "uid-web-1", List.of(PRESENT), List.of(after)),
                        new PodChange(pod("web-2").key(), "uid-web-2", List.of(PRESENT), List.of(after)));
    }

    @Test
    void plan_requestWithinTheRange_isLeft() {
        assertThat(plan(image(pod("web-1")), policy(), recommended(210, 100 * MIB)))
                .isEqualTo(skipped(SkipReason.FITS, "CPU 200m, recommended 210m"));
    }

    @Test
    void plan_memoryBetweenTwoMebibytes_isTheUpperOneUnlessThePolicyForbidsThat() {
        long between = 150 * MIB - 1;
        var bounded = new ContainerSizing(
                SIZING.cpu(),
                new ResourceSizing(0.95, 1.1, 1, between, TENTH),
                SIZING.memoryRule(),
                SIZING.limits(),
                0.5);
        var policy = policy(bounded);

        assertThat(memory(plan(image(pod("web-1")), policy(), recommended(200, between))))
                .isEqualTo(150 * MIB);
        assertThat(memory(plan(image(pod("web-1")), policy, recommended(200, between))))
                .isEqualTo(between);
    }

    /// 200m may grow by all of itself in one step, and shrink by half.
    @Test
    void plan_changeBeyondOneStep_isCutToIt() {
        assertThat(cpu(plan(image(pod("web-1")), policy(), recommended(900, 100 * MIB))))
                .isEqualTo(400);
        assertThat(cpu(plan(image(pod("web-1")), policy(), recommended(20, 100 * MIB))))
                .isEqualTo(100);
    }

    @Test
    void plan_raiseAfterOomKills_isNeitherCutNorHeldUpByLittleData() {
        var killed = new SizingReason.OomKilled(1, 400 * MIB, 500 * MIB);
        var memory = resource(ResourceKind.MEMORY, 100 * MIB, 500 * MIB, 0.01, killed);
        var recommendation = new ContainerRecommendation(
                "main",
                "percentile",
                resource(ResourceKind.CPU, 200, 200, 0.01, new SizingReason.NoHistory()),
                memory,
                0);

        var plan = plan(image(pod("web-1")), policy(), recommendation);

        // The limit is carried along, since no request may exceed it.
        assertThat(changes(plan).getFirst().after())
                .containsExactly(new ContainerSpec("main", new Resources(200, 500 * MIB), new Resources(0, 500 * MIB)));
    }

    /// A container that is killed again and again is not left alone because the raise is small beside it.
    @Test
    void plan_raiseAfterOomKillsBelowTheLeastChange_isDue() {
        var large = new ChangeBounds(0, 500 * MIB, 1, 0.5);
        var sizing = new ContainerSizing(
                SIZING.cpu(),
                new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, large),
                SIZING.memoryRule(),
                SIZING.limits(),
                0.5);
        var policy = policy(sizing);

        var killed = plan(image(pod("web-1")), policy, killed());
        var usual = plan(image(pod("web-1")), policy, recommended(200, 500 * MIB));

        assertThat(changes(killed).getFirst().after().getFirst().requests().memoryBytes())
                .isEqualTo(500 * MIB);
        assertThat(usual).isInstanceOf(ResizePlan.Skipped.class);
    }

    /// The CPU is raised when the cooldown is over.
    @Test
    void plan_killWithinTheCooldownOrWhileItRollsOut_raisesTheMemoryAlone() {
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        var rollingOut = Clusters.after(image(pod("web-1"), pod("web-2")), List.of(Clusters.replicas("web", 1)));
        var killed = Map.of("main", killed());

        var cooling = new ResizePlanner(image(pod("web-1")), false, NOW).plan(WEB, hourly, killed, changedAt(NOW));
        var rolling = new ResizePlanner(rollingOut, false, NOW).plan(WEB, hourly, killed, WorkloadHistory.NONE);

        assertThat(changes(cooling).getFirst().after().getFirst().requests()).isEqualTo(new Resources(200, 500 * MIB));
        assertThat(changes(rolling).getFirst().after().getFirst().requests()).isEqualTo(new Resources(200, 500 * MIB));
    }

    /// Those that are killed now cannot wait until the first pod has been watched.
    @Test
    void plan_raiseAfterOomKills_isNotTriedOnOnePodFirst() {
        var watched = policy(SIZING, 60_000);

        var urgent = (ResizePlan.Due) plan(image(pod("web-1")), watched, killed());
        var usual = (ResizePlan.Due) plan(image(pod("web-1")), watched, recommended(300, 100 * MIB));

        assertThat(urgent.change().code()).isEqualTo("OomKilled");
        assertThat(urgent.canary()).isZero();
        assertThat(usual.canary()).hasMinutes(1);
    }

    /// A fifth more than the request would be a limit of 144 MiB, and the heap alone may take 256 with what
    /// lies around it 356.
    @Test
    void plan_limitThatWouldComeToLieWithinTheHeap_isKeptAboveIt() {
        var heap = new HeapSetting("main", 256 * MIB, 356 * MIB, "-Xmx256m in the arguments");
        var facts = new MemoryFacts(List.of(heap), List.of());
        var sizing = new ContainerSizing(
                SIZING.cpu(), SIZING.memory(), SIZING.memoryRule(), new LimitRule.ByHeadroom(0.2), 0.5);
        var policy = policy(sizing);
        var recommended = recommended(200, 120 * MIB);

        var guarded = plan(image(pod("web-1", pod -> pod.memory(facts))), policy, recommended);
        var unguarded = plan(image(pod("web-1")), policy, recommended);

        assertThat(memoryLimit(guarded)).isEqualTo(356 * MIB);
        assertThat(memoryLimit(unguarded)).isEqualTo(144 * MIB);
    }

    private static long memoryLimit(ResizePlan plan) {
        return changes(plan).getFirst().after().getFirst().limits().memoryBytes();
    }

    @Test
    void plan_littleIsKnown_waits() {
        var unsure = new ContainerRecommendation(
                "main",
                "percentile",
                resource(ResourceKind.CPU, 200, 300, 0.2, new SizingReason.NoHistory()),
                resource(ResourceKind.MEMORY, 100 * MIB, 100 * MIB, 0.2, new SizingReason.NoHistory()),
                0);

        assertThat(plan(image(pod("web-1")), policy(), unsure))
                .isEqualTo(skipped(SkipReason.TOO_LITTLE_DATA, "confidence 0.20, of 0.50 that the policy wants"));
    }

    @Test
    void plan_metricOfAnAutoscaler_isLeftAloneAndTheOtherIsNot() {
        var history = WorkloadHistory.of(
                Claimed.by("HorizontalPodAutoscaler web", Set.of(ResourceKind.CPU)),
                OptionalLong.empty(),
                false,
                List.of());

        var plan = new ResizePlanner(image(pod("web-1")), false, NOW)
                .plan(WEB, policy(), Map.of("main", recommended(300, 150 * MIB)), history);

        assertThat(changes(plan).getFirst().after().getFirst().requests()).isEqualTo(new Resources(200, 150 * MIB));
    }

    @Test
    void plan_policyThatOnlyRecommends_isSkipped() {
        var policy = policy(ResizePolicy.Mode.RECOMMEND, false, true, 0);

        assertThat(plan(image(pod("web-1")), policy, recommended(300, 100 * MIB)))
                .isEqualTo(skipped(SkipReason.RECOMMEND_ONLY, "policy default/p"));
    }

    @Test
    void plan_suspendedPolicyOrClosedScheduleOrDryRun_isSkipped() {
        var auto = ResizePolicy.Mode.AUTO;
        var recommended = recommended(300, 100 * MIB);

        assertThat(reason(plan(image(pod("web-1")), policy(auto, true, true, 0), recommended)))
                .isEqualTo(SkipReason.SUSPENDED);
        assertThat(reason(plan(image(pod("web-1")), policy(auto, false, false, 0), recommended)))
                .isEqualTo(SkipReason.OUTSIDE_SCHEDULE);
        assertThat(reason(new ResizePlanner(image(pod("web-1")), true, NOW)
                        .plan(WEB, policy(), Map.of("main", recommended), WorkloadHistory.NONE)))
                .isEqualTo(SkipReason.DRY_RUN);
    }

    @Test
    void plan_cutWithinTheCooldownOrWhileAChangeIsOpen_waits() {
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);
        var recommended = Map.of("main", recommended(150, 100 * MIB));

        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW - 600_000)))
                .isEqualTo(skipped(SkipReason.COOLDOWN, "600 s ago, of 3600 s"));
        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW - 3_600_000)))
                .isInstanceOf(ResizePlan.Due.class);
        assertThat(reason(planner.plan(
                        WEB,
                        hourly,
                        recommended,
                        WorkloadHistory.of(Claimed.NONE, OptionalLong.empty(), true, List.of()))))
                .isEqualTo(SkipReason.CHANGE_OPEN);
    }

    /// What is short cannot wait for an hour: for a minute it can.
    @Test
    void plan_raiseWithinTheCooldown_waitsForAMinuteAndTheCutBesideItForTheHour() {
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        var recommended = Map.of("main", recommended(300, 50 * MIB));
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);

        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW - 59_000)))
                .isEqualTo(skipped(SkipReason.COOLDOWN, "59 s ago, of 60 s"));
        assertThat(changes(planner.plan(WEB, hourly, recommended, changedAt(NOW - 60_000)))
                        .getFirst()
                        .after()
                        .getFirst()
                        .requests())
                .isEqualTo(new Resources(300, 100 * MIB));
    }

    /// Longer than the minute that raises wait for, and than the cooldown; a kill does not wait.
    @Test
    void plan_raiseWithinThePolicysInterval_waitsForItUnlessItFollowsAKill() {
        var rare = new ResizePolicy(
                policy().candidate(),
                ResizePolicy.Mode.AUTO,
                "percentile",
                name -> Optional.of(SIZING),
                now -> true,
                300_000,
                0,
                Set.of(ContainerRole.MAIN),
                1_800_000,
                List.of(),
                false);
        var raise = Map.of("main", recommended(300, 100 * MIB));
        var cut = Map.of("main", recommended(50, 100 * MIB));
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);

        assertThat(planner.plan(WEB, rare, raise, changedAt(NOW - 1_799_000)))
                .isEqualTo(skipped(SkipReason.COOLDOWN, "1799 s ago, of 1800 s"));
        assertThat(planner.plan(WEB, rare, cut, changedAt(NOW - 1_799_000)))
                .isEqualTo(skipped(SkipReason.COOLDOWN, "1799 s ago, of 1800 s"));
        assertThat(planner.plan(WEB, rare, raise, changedAt(NOW - 1_800_000))).isInstanceOf(ResizePlan.Due.class);
        assertThat(planner.plan(WEB, rare, Map.of("main", killed()), changedAt(NOW)))
                .isInstanceOf(ResizePlan.Due.class);
    }

    /// Not even after a kill.
    @Test
    void plan_changeTakenBackByHand_leavesTheWorkloadAloneForTheCooldown() {
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);
        var undone = changedAt(NOW - 3_599_000, ChangePhase.UNDONE);

        assertThat(reason(planner.plan(WEB, hourly, Map.of("main", killed()), undone)))
                .isEqualTo(SkipReason.COOLDOWN);
        assertThat(planner.plan(WEB, hourly, Map.of("main", killed()), changedAt(NOW - 3_600_000, ChangePhase.UNDONE)))
                .isInstanceOf(ResizePlan.Due.class);
    }

    /// An hour, twice as long for each of two changes in a row that were taken back.
    @Test
    void plan_afterChangesThatWereTakenBack_waitsLonger() {
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        var recommended = Map.of("main", recommended(300, 100 * MIB));
        var twice = new ChangePhase[] {ChangePhase.APPLIED, ChangePhase.REVERTED, ChangePhase.REVERTED};
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);

        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW - 4 * 3_600_000 + 1000, twice)))
                .isEqualTo(skipped(SkipReason.COOLDOWN, "14399 s ago, of 14400 s"));
        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW - 4 * 3_600_000, twice)))
                .isInstanceOf(ResizePlan.Due.class);
    }

    @Test
    void plan_threeOfTheLastChangesTakenBack_isLeftAloneForADay() {
        var phases = new ChangePhase[] {
            ChangePhase.REVERTED, ChangePhase.APPLIED, ChangePhase.REVERTED, ChangePhase.FAILED, ChangePhase.APPLIED
        };
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);
        var recommended = Map.of("main", recommended(300, 100 * MIB));

        assertThat(planner.plan(WEB, policy(), recommended, changedAt(NOW - 20 * 3_600_000, phases)))
                .isEqualTo(skipped(SkipReason.REVERTED_OFTEN, "for 4 h yet"));
        assertThat(planner.plan(WEB, policy(), recommended, changedAt(NOW - 24 * 3_600_000, phases)))
                .isInstanceOf(ResizePlan.Due.class);
    }

    /// By a month, after a change, or after three that were taken back.
    @Test
    void plan_clockSetBack_holdsNoLongerThanItWould() {
        long month = 30 * 24 * 3_600_000L;
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        var planner = new ResizePlanner(image(pod("web-1")), false, NOW);
        var recommended = Map.of("main", recommended(150, 100 * MIB));
        var often = new ChangePhase[] {ChangePhase.REVERTED, ChangePhase.REVERTED, ChangePhase.REVERTED};

        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW + month)))
                .isInstanceOf(ResizePlan.Due.class);
        assertThat(planner.plan(WEB, hourly, recommended, changedAt(NOW + month, often)))
                .isEqualTo(skipped(SkipReason.REVERTED_OFTEN, "for 24 h yet"));
    }

    /// Up and down by half each minute for a day: each raise is made, a minute after the last change at the
    /// earliest, and a cut takes an hour.
    @Test
    void plan_recommendationThatFlaps_isFollowedTwiceAnHourAtMost() {
        var hourly = policy(ResizePolicy.Mode.AUTO, false, true, 3_600_000);
        long cpuMillis = 200;
        long changedAt = NOW - 3_600_000;
        int changes = 0;
        for (int minute = 0; minute < 24 * 60; minute++) {
            long now = NOW + minute * 60_000L;
            long current = cpuMillis;
            var present = new ContainerSpec("main", new Resources(current, 100 * MIB), Resources.NONE);
            var found = recommended(current, minute % 2 == 0 ? 300 : 200, 100 * MIB);
            var plan = new ResizePlanner(image(pod("web-1", pod -> pod.containers(present))), false, now)
                    .plan(WEB, hourly, Map.of("main", found), changedAt(changedAt));
            if (plan instanceof ResizePlan.Due) {
                cpuMillis = cpu(plan);
                changedAt = now;
                changes++;
            }
        }

        assertThat(changes).isBetween(2, 2 * 24);
    }

    /// By a twentieth to both sides of what it asks for.
    @Test
    void plan_recommendationThatFlapsAroundTheLeastChange_isNeverFollowed() {
        for (long cpuMillis : List.of(190L, 210L, 191L, 209L)) {
            assertThat(reason(plan(image(pod("web-1")), policy(), recommended(cpuMillis, 100 * MIB))))
                    .isEqualTo(SkipReason.FITS);
        }
    }

    @Test
    void plan_morePodsThanWanted_waitsForTheRollout() {
        var image = Clusters.after(image(pod("web-1"), pod("web-2")), List.of(Clusters.replicas("web", 1)));

        assertThat(reason(plan(image, policy(), recommended(300, 100 * MIB)))).isEqualTo(SkipReason.ROLLING_OUT);
    }

    @Test
    void plan_podThatOptsOut_leavesTheOthersTheirChange() {
        var plan = plan(
                image(pod("web-1", pod -> pod.optOuts(Set.of(OptOut.RESIZE))), pod("web-2")),
                policy(),
                recommended(300, 100 * MIB));

        assertThat(changes(plan))
                .extracting(PodChange::pod)
                .containsExactly(pod("web-2").key());
    }

    @Test
    void plan_onlyPodOptsOutOrDoesNotRun_isSkippedForThat() {
        var recommended = recommended(300, 100 * MIB);

        assertThat(reason(plan(image(pod("web-1", pod -> pod.optOuts(Set.of(OptOut.RESIZE)))), policy(), recommended)))
                .isEqualTo(SkipReason.OPTED_OUT);
        assertThat(reason(plan(image(pod("web-1", pod -> pod.phase(PodPhase.PENDING))), policy(), recommended)))
                .isEqualTo(SkipReason.NO_PODS);
    }

    /// The API server lets nobody take a request away again.
    @Test
    void plan_whereNothingIsAskedFor_addsNothing() {
        var bare = new ContainerSpec("main", new Resources(0, 100 * MIB), Resources.NONE);

        var plan = plan(image(pod("web-1", pod -> pod.containers(bare))), policy(), recommended(300, 200 * MIB));

        assertThat(changes(plan).getFirst().after().getFirst().requests()).isEqualTo(new Resources(0, 200 * MIB));
    }

    @Test
    void plan_morePodsThanARecordHolds_changesSoManyFirst() {
        var pods = new PodSpec[101];
        for (int i = 0; i < pods.length; i++) {
            pods[i] = pod(
                    "web-" + i,
                    pod -> pod.containers(new ContainerSpec("main", new Resources(10, MIB), Resources.NONE)));
        }

        assertThat(changes(plan(image(pods), policy(), recommended(20, 2 * MIB))))
                .hasSize(100);
    }

    /// A sidecar is an init container: the patch of containers cannot name it.
    @Test
    void plan_sidecar_isLeftAndTheOthersAreNot() {
        var sidecar = new ContainerSpec("side", new Resources(50, 10 * MIB), Resources.NONE).asSidecar();
        var recommended = Map.of("main", recommended(300, 100 * MIB), "side", recommended(300, 100 * MIB));

        var plan = new ResizePlanner(image(pod("web-1", pod -> pod.containers(PRESENT, sidecar))), false, NOW)
                .plan(WEB, policy(), recommended, WorkloadHistory.NONE);

        assertThat(changes(plan).getFirst().before()).containsExactly(PRESENT);
    }

    /// It stays one: the patch names it among the init containers.
    @Test
    void plan_sidecarThatThePolicySpeaksOf_isChangedToo() {
        var sidecar = new ContainerSpec("side", new Resources(200, 100 * MIB), Resources.NONE).asSidecar();
        var policy = new ResizePolicy(
                policy().candidate(),
                ResizePolicy.Mode.AUTO,
                "percentile",
                name -> Optional.of(SIZING),
                now -> true,
                0,
                0,
                Set.of(ContainerRole.MAIN, ContainerRole.SIDECAR),
                0,
                List.of(),
                false);

        var plan = new ResizePlanner(image(pod("web-1", pod -> pod.containers(PRESENT, sidecar))), false, NOW)
                .plan(WEB, policy, Map.of("side", recommended(300, 100 * MIB)), WorkloadHistory.NONE);

        assertThat(changes(plan).getFirst().after())
                .containsExactly(sidecar.with(new Resources(300, 100 * MIB), Resources.NONE));
    }

    @Test
    void plan_podThatItsNodeRunsFromAFile_isLeftForThat() {
        var node = new Owner("kube-system", "Node", "n1");
        var image = image(pod("etcd-n1", pod -> pod.owner(node)));

        var plan = new ResizePlanner(image, false, NOW)
                .plan(node, policy(), Map.of("main", recommended(300, 100 * MIB)), WorkloadHistory.NONE);

        assertThat(plan).isEqualTo(skipped(SkipReason.STATIC_POD, ""));
    }

    @Test
    void plan_podOnANodeWithWindows_isLeftForThat() {
        assertThat(plan(on(platform("windows", "v1.36.3"), pod("web-1")), policy(), recommended(300, 100 * MIB)))
                .isEqualTo(skipped(SkipReason.WINDOWS_NODE, "node n1"));
    }

    @ParameterizedTest
    @CsvSource({
        "v1.32.9, OldKubelet",
        "v1.31.4-eks-2d5f260, OldKubelet",
        "1.9.0, OldKubelet",
        "v1.33.0, ",
        "v1.33.0-alpha.1, ",
        "v1.36.3+k3s1, ",
        "v2.0.0, ",
        "kwok-v0.8.0, ",
        "'', "
    })
    void plan_podWithAKubeletBefore133_isLeftForThat(String version, String reason) {
        var plan = plan(on(platform("linux", version), pod("web-1")), policy(), recommended(300, 100 * MIB));

        assertThat(plan instanceof ResizePlan.Skipped(var why, var detail) ? why.code() : null)
                .isEqualTo(reason);
    }

    /// One pod is left, the other one of the workload is not.
    @Test
    void plan_podsOnNodesOfBothKinds_changesThoseThatCanBe() {
        var windows = on(platform("windows", ""), pod("web-1"));
        var elsewhere = PodBuilder.like(pod("web-2")).boundTo("n2", NOW).build();
        var events = new ArrayList<>(Clusters.node("n2").events());
        events.add(new ClusterEvent.PodApplied(elsewhere));

        var plan = plan(Clusters.after(windows, events), policy(), recommended(300, 100 * MIB));

        assertThat(changes(plan)).extracting(PodChange::pod).containsExactly(elsewhere.key());
    }

    /// | node says | request | CPU |
    /// |---|---|---|
    /// | nothing | whole | left: the kubelet would refuse the memory too |
    /// | nothing | a part | changed |
    /// | `none` | whole | changed |
    /// | `static` | a part | left |
    @ParameterizedTest
    @CsvSource({"'', 2000, 2000", "'', 1500, 1800", "none, 2000, 1800", "static, 1500, 1500", "odd, 2000, 2000"})
    void plan_guaranteedPod_keepsCpusThatMayBeItsOwnAndChangesItsMemory(String label, long cpuMillis, long expected) {
        var size = new Resources(cpuMillis, 100 * MIB);
        var guaranteed = pod("web-1", pod -> pod.containers(new ContainerSpec("main", size, size)));
        var platform = new NodePlatform("linux", "v1.36.3", CpuManager.of(label));

        var plan = plan(on(platform, guaranteed), both(), recommended(cpuMillis, 1800, 150 * MIB));

        var after = new Resources(expected, 150 * MIB);
        assertThat(changes(plan).getFirst().after()).containsExactly(new ContainerSpec("main", after, after));
    }

    @Test
    void plan_guaranteedPodOfWhichOnlyTheCpuIsOff_saysHowToHaveItChanged() {
        var size = new Resources(2000, 100 * MIB);
        var guaranteed = pod("web-1", pod -> pod.containers(new ContainerSpec("main", size, size)));

        assertThat(plan(image(guaranteed), both(), recommended(2000, 1500, 100 * MIB)))
                .isEqualTo(skipped(
                        SkipReason.WHOLE_CPUS,
                        "where it is not so, label the node plimsoll.io/cpu-manager-policy=none"));
    }

    /// Its kubelet evicts those first that use more than they ask for: a cut would choose the victim, and so would a
    /// raise, among the others.
    @ParameterizedTest
    @CsvSource({"60", "150"})
    void plan_podOnANodeThatIsShortOfMemory_keepsItsMemoryAndHasItsCpuChanged(long mebibytes) {
        var node = pressed(pod("web-1"));

        var both = plan(node, policy(), recommended(300, mebibytes * MIB));
        var memoryAlone = plan(node, policy(), recommended(200, mebibytes * MIB));

        assertThat(changes(both).getFirst().after())
                .extracting(ContainerSpec::requests)
                .containsExactly(new Resources(300, 100 * MIB));
        assertThat(memoryAlone).isEqualTo(skipped(SkipReason.NODE_PRESSURE, "node n1"));
    }

    @Test
    void plan_killedPodOnANodeThatIsShortOfMemory_isRaised() {
        assertThat(plan(pressed(pod("web-1")), policy(), killed())).isInstanceOf(ResizePlan.Due.class);
    }

    private static ClusterImage pressed(PodSpec pod) {
        var size = new Resources(16_000, 64L << 30);
        var taints = List.of(new Taint("node.kubernetes.io/memory-pressure", "", Taint.Effect.NO_SCHEDULE));
        var node = new NodeSpec("n1", "u", "b", size, size, 110, NodeSpec.Readiness.READY, false, false, taints);
        return Clusters.image(List.of(new ClusterEvent.NodeApplied(node, 0), new ClusterEvent.PodApplied(pod)));
    }

    /// Nobody gives a pod CPUs of its own that is not Guaranteed.
    @Test
    void plan_burstablePodWithWholeCpus_isChanged() {
        var whole = new ContainerSpec("main", new Resources(2000, 100 * MIB), Resources.NONE);

        assertThat(cpu(plan(image(pod("web-1", pod -> pod.containers(whole))), policy(), recommended(1500, 100 * MIB))))
                .isEqualTo(1500);
    }

    /// With limits that go along.
    private static ResizePolicy both() {
        var sizing =
                new ContainerSizing(SIZING.cpu(), SIZING.memory(), SIZING.memoryRule(), new LimitRule.ByRatio(), 0.5);
        return policy(sizing);
    }

    private static NodePlatform platform(String operatingSystem, String kubeletVersion) {
        return new NodePlatform(operatingSystem, kubeletVersion, CpuManager.UNTOLD);
    }

    /// A large node of that platform with these pods.
    private static ClusterImage on(NodePlatform platform, PodSpec... pods) {
        var size = new Resources(16_000, 64L << 30);
        var node = new NodeSpec(
                "n1",
                "u",
                "b",
                size,
                size,
                110,
                NodeSpec.Readiness.READY,
                false,
                false,
                false,
                List.of(),
                platform,
                Map.of());
        var events = new ArrayList<ClusterEvent>();
        events.add(new ClusterEvent.NodeApplied(node, 0));
        List.of(pods).forEach(pod -> events.add(new ClusterEvent.PodApplied(pod)));
        return Clusters.image(events);
    }

    /// The scheduler counts the pod's own requests: those of its containers would change nothing.
    @Test
    void plan_podWithRequestsOfItsOwn_isLeft() {
        var level = new PodLevel(new Resources(500, 0), Resources.NONE);

        assertThat(plan(image(pod("web-1", pod -> pod.level(level))), policy(), recommended(300, 100 * MIB)))
                .isEqualTo(skipped(SkipReason.NOT_RESIZABLE, "it has requests of its own, beside its containers'"));
    }

    /// One request equal to its limit and one below it: raising the latter to its limit makes the pod Guaranteed.
    @Test
    void plan_thatWouldChangeTheQualityOfService_isSkipped() {
        var almost = new ContainerSpec("main", new Resources(200, 100 * MIB), new Resources(400, 100 * MIB));

        var plan = plan(image(pod("web-1", pod -> pod.containers(almost))), policy(), recommended(400, 100 * MIB));

        assertThat(reason(plan)).isEqualTo(SkipReason.QUALITY_OF_SERVICE);
    }

    /// 4 cores, of which 3.8 are taken by another pod: 200m is full, and the second pod of the workload has no room
    /// once the first has taken what is left.
    @Test
    void plan_roomForOneRaiseOfTwo_changesOnePod() {
        var events = new ArrayList<>(Clusters.node("n1").pod("other", 3_500).events());
        List.of(pod("web-1"), pod("web-2")).forEach(pod -> events.add(new ClusterEvent.PodApplied(pod)));

        var plan = plan(Clusters.image(events), policy(), recommended(300, 100 * MIB));

        assertThat(changes(plan))
                .extracting(PodChange::pod)
                .containsExactly(pod("web-1").key());
    }

    @Test
    void plan_noRoomAtAll_saysWhichNode() {
        var events = new ArrayList<>(Clusters.node("n1").pod("other", 3_800).events());
        events.add(new ClusterEvent.PodApplied(pod("web-1")));

        assertThat(plan(Clusters.image(events), policy(), recommended(300, 100 * MIB)))
                .isEqualTo(skipped(SkipReason.NO_ROOM, "node n1"));
    }

    @Test
    void code_ofAReason_isItsNameInCamelCase() {
        assertThat(SkipReason.OUTSIDE_SCHEDULE.code()).isEqualTo("OutsideSchedule");
    }

    private static ResizePlan plan(ClusterImage image, ResizePolicy policy, ContainerRecommendation recommendation) {
        return new ResizePlanner(image, false, NOW)
                .plan(WEB, policy, Map.of("main", recommendation), WorkloadHistory.NONE);
    }

    // LimitRanges and quotas

    /// A raise of 100m and 100 MiB.
    @Test
    void plan_raiseBeyondALimitRange_isCutToIt() {
        var limits = range(Resources.NONE, new Resources(250, 0));

        var after = changes(plan(limits, recommended(300, 200 * MIB), pod("web-1")))
                .getFirst()
                .after()
                .getFirst();

        assertThat(after.requests()).isEqualTo(new Resources(250, 200 * MIB));
    }

    @Test
    void plan_raiseOfWhatIsAtTheLimitRangesMost_isLeftForIt() {
        var limits = range(Resources.NONE, new Resources(200, 0));

        assertThat(plan(limits, recommended(300, 100 * MIB), pod("web-1")))
                .isEqualTo(skipped(
                        SkipReason.LIMIT_RANGE,
                        "CPU 200m, recommended 300m, and LimitRange narrow allows at most 200m of CPU"));
    }

    @Test
    void plan_cutBelowALimitRangesLeast_isCutToIt() {
        var limits = range(new Resources(150, 0), Resources.NONE);

        assertThat(cpu(plan(limits, recommended(110, 100 * MIB), pod("web-1")))).isEqualTo(150);
        assertThat(reason(
                        plan(range(new Resources(195, 0), Resources.NONE), recommended(110, 100 * MIB), pod("web-1"))))
                .as("what is left of the cut is below the minimum change")
                .isEqualTo(SkipReason.LIMIT_RANGE);
    }

    /// The memory limit of 400 MiB is there already, and is not lowered for a LimitRange that came later.
    @Test
    void plan_limitBeyondALimitRange_staysWhereItIs() {
        var limits = range(Resources.NONE, new Resources(0, 300 * MIB));

        var after = changes(plan(limits, recommended(300, 100 * MIB), pod("web-1")))
                .getFirst()
                .after()
                .getFirst();

        assertThat(after.limits()).isEqualTo(PRESENT.limits());
    }

    /// 150m are left, and each raise takes 100m.
    @Test
    void plan_raisesBeyondAQuota_areThoseThatItHasRoomFor() {
        var limits = quota(new NamespaceLimits.Room("team", false, ResourceKind.CPU, 150));

        assertThat(changes(plan(limits, recommended(300, 100 * MIB), pod("web-1"), pod("web-2"))))
                .extracting(change -> change.pod().name())
                .containsExactly("web-1");
    }

    @Test
    void plan_raiseThatAQuotaLeavesNoRoomFor_namesTheQuota() {
        var limits = quota(new NamespaceLimits.Room("team", false, ResourceKind.CPU, 99));

        assertThat(plan(limits, recommended(300, 100 * MIB), pod("web-1")))
                .isEqualTo(skipped(SkipReason.QUOTA, "quota team leaves 99m of CPU requests, and it takes 100m more"));
    }

    /// The API server checks a quota only for what is asked for more.
    @Test
    void plan_cutUnderAQuotaThatIsUsedUp_isDue() {
        var limits = quota(
                new NamespaceLimits.Room("team", false, ResourceKind.CPU, 0),
                new NamespaceLimits.Room("team", true, ResourceKind.MEMORY, 0));

        assertThat(cpu(plan(limits, recommended(150, 100 * MIB), pod("web-1")))).isEqualTo(150);
    }

    private static NamespaceLimits range(Resources min, Resources max) {
        return new NamespaceLimits(List.of(new NamespaceLimits.Range("narrow", min, max, false)), List.of());
    }

    private static NamespaceLimits quota(NamespaceLimits.Room... rooms) {
        return new NamespaceLimits(List.of(), List.of(rooms));
    }

    private static ResizePlan plan(NamespaceLimits limits, ContainerRecommendation recommendation, PodSpec... pods) {
        return new ResizePlanner(image(pods), Map.of("default", limits), false, NOW)
                .plan(WEB, policy(), Map.of("main", recommendation), WorkloadHistory.NONE);
    }

    private static List<PodChange> changes(ResizePlan plan) {
        assertThat(plan).isInstanceOf(ResizePlan.Due.class);
        return ((ResizePlan.Due) plan).change().pods();
    }

    private static long memory(ResizePlan plan) {
        return changes(plan).getFirst().after().getFirst().requests().memoryBytes();
    }

    private static long cpu(ResizePlan plan) {
        return changes(plan).getFirst().after().getFirst().requests().cpuMillis();
    }

    private static SkipReason reason(ResizePlan plan) {
        assertThat(plan).isInstanceOf(ResizePlan.Skipped.class);
        return ((ResizePlan.Skipped) plan).reason();
    }

    private static ResizePlan skipped(SkipReason reason, String detail) {
        return new ResizePlan.Skipped(reason, detail);
    }

    private static WorkloadHistory changedAt(long millis, ChangePhase... ended) {
        return WorkloadHistory.of(Claimed.NONE, OptionalLong.of(millis), false, List.of(ended));
    }

    private static ResizePolicy policy() {
        return policy(ResizePolicy.Mode.AUTO, false, true, 0);
    }

    private static ResizePolicy policy(ContainerSizing sizing) {
        return policy(sizing, 0);
    }

    private static ResizePolicy policy(ContainerSizing sizing, long canaryMillis) {
        return new ResizePolicy(
                policy().candidate(),
                ResizePolicy.Mode.AUTO,
                "percentile",
                name -> Optional.of(sizing),
                now -> true,
                0,
                canaryMillis);
    }

    private static ResizePolicy policy(
            ResizePolicy.Mode mode, boolean isSuspended, boolean isOpen, long cooldownMillis) {
        var candidate = new PolicyCandidate(Optional.of("default"), "p", 0, 0, isSuspended, owner -> true);
        return new ResizePolicy(
                candidate, mode, "percentile", name -> Optional.of(SIZING), now -> isOpen, cooldownMillis, 0);
    }

    private static ContainerRecommendation killed() {
        return new ContainerRecommendation(
                "main",
                "percentile",
                resource(ResourceKind.CPU, 200, 300, 1, new SizingReason.NoHistory()),
                resource(
                        ResourceKind.MEMORY,
                        100 * MIB,
                        500 * MIB,
                        0.01,
                        new SizingReason.OomKilled(1, 400 * MIB, 500 * MIB)),
                0);
    }

    private static ContainerRecommendation recommended(long cpuMillis, long memoryBytes) {
        return recommended(200, cpuMillis, memoryBytes);
    }

    private static ContainerRecommendation recommended(long currentCpuMillis, long cpuMillis, long memoryBytes) {
        var reason = new SizingReason.NoHistory();
        return new ContainerRecommendation(
                "main",
                "percentile",
                resource(ResourceKind.CPU, currentCpuMillis, cpuMillis, 1, reason),
                resource(ResourceKind.MEMORY, 100 * MIB, memoryBytes, 1, reason),
                NOW);
    }

    /// Within a tenth of the target is well enough.
    private static ResourceRecommendation resource(
            ResourceKind kind, long current, long target, double confidence, SizingReason reason) {
        return new ResourceRecommendation(
                kind, current, target, target - target / 10, target + target / 10, target, confidence, List.of(reason));
    }

    private static PodSpec pod(String name) {
        return pod(name, pod -> pod);
    }

    private static PodSpec pod(String name, UnaryOperator<PodBuilder> edit) {
        var pod = PodBuilder.like(Clusters.bound(Clusters.pendingOf("web", name, 200, 100 * MIB), "n1", NOW))
                .containers(PRESENT);
        return edit.apply(pod).build();
    }

    private static ClusterImage image(PodSpec... pods) {
        var events = new ArrayList<>(Clusters.node("n1").events());
        List.of(pods).forEach(pod -> events.add(new ClusterEvent.PodApplied(pod)));
        return Clusters.image(events);
    }
}
