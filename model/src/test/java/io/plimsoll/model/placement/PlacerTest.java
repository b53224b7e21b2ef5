package io.plimsoll.model.placement;

import static io.plimsoll.model.cluster.Clusters.GIB;
import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.after;
import static io.plimsoll.model.cluster.Clusters.image;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pending;
import static io.plimsoll.model.cluster.Clusters.pendingOf;
import static io.plimsoll.model.cluster.Clusters.replicas;
import static io.plimsoll.model.cluster.Clusters.slots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PlacerTest {

    private static final Offset<Double> CLOSE = within(0.01);

    /// With the weight for emptiness that suits packing, so that every part that there is counts.
    private final Placer placer = new Placer(packing());

    // How well

    @Test
    void card_nodeWithEverySignal_addsUpAsWorkedOut() {
        var image = image(node("n")
                .cpu(4)
                .memoryGib(16)
                .pod("a", 1000, 4 * GIB)
                .usesCpu(1400)
                .usesMemoryGib(6)
                .availableGib(6)
                .signal(SignalKind.MEMORY_PSI_SOME_60, 0.02)
                .signal(SignalKind.CPU_PSI_SOME_60, 0.2)
                .signal(SignalKind.MEMORY_REFAULTS_PER_SECOND, 0));

        var card = card(image, pending("p", 600, 2 * GIB), "n");

        // nothing is known of a: 1000 ± 1000, and 400 of the 1400 are the machine's own; the pod 600 ± 600
        // U = (1400 + 600 + √(1000² + 600²)) / 4000 = 0.7915      packing 100 − 50·(0.7915 − 0.65) / 0.35 = 79.78
        // M = (6 + 2 + √(4² + 2²)) / 16 = 0.7795                  complementarity 98.8
        // A = (6 − 2) / 16 = 0.25 ≥ 0.20: no risk; r_stall = 0.02 / 0.10 = 0.2      memory pressure 80
        // cpu contention 100·(1 − 0.1/0.4) = 75; siblings 100; emptiness 100; stability 100
        assertThat(card.predictedCpu()).isCloseTo(0.7915, CLOSE);
        assertThat(card.predictedMemory()).isCloseTo(0.7795, CLOSE);
        assertThat(card.trust()).isEqualTo(1);
        assertThat(card.values())
                .containsOnlyKeys(
                        ScorePart.PACKING,
                        ScorePart.MEMORY_PRESSURE,
                        ScorePart.CPU_CONTENTION,
                        ScorePart.SIBLINGS,
                        ScorePart.EMPTINESS,
                        ScorePart.COMPLEMENTARITY,
                        ScorePart.STABILITY);
        assertThat(card.values().get(ScorePart.PACKING)).isCloseTo(79.78, CLOSE);
        assertThat(card.values().get(ScorePart.MEMORY_PRESSURE)).isCloseTo(80, CLOSE);
        assertThat(card.values().get(ScorePart.CPU_CONTENTION)).isCloseTo(75, CLOSE);
        assertThat(card.values().get(ScorePart.COMPLEMENTARITY)).isCloseTo(98.80, CLOSE);
        // (3·79.78 + 3·80 + 75 + 100 + 2·100 + 0.25·98.8 + 100) / 11.25 = 979.04 / 11.25
        assertThat(card.weighted()).isCloseTo(87.03, CLOSE);
        assertThat(card.floor()).isEqualTo(1);
        assertThat(card.score()).isCloseTo(87.03, CLOSE);
        assertThat(card.weights().get(ScorePart.PACKING)).isCloseTo(3 / 11.25, CLOSE);
    }

    @Test
    void card_absentSignals_dropOutAndWeightsRenormalise() {
        var image = image(node("n").cpu(4).memoryGib(16).pod("a", 2000, 8 * GIB));

        var card = card(image, pending("p", 600, 1), "n");

        // weights 3 packing, 1 siblings, 2 emptiness, 0.25 complementarity, 1 stability: 7.25
        assertThat(card.values()).doesNotContainKeys(ScorePart.MEMORY_PRESSURE, ScorePart.CPU_CONTENTION);
        assertThat(card.weights().get(ScorePart.PACKING)).isCloseTo(3 / 7.25, CLOSE);
        assertThat(card.weights().values().stream().mapToDouble(w -> w).sum()).isCloseTo(1, CLOSE);
        assertThat(card.trust()).isZero();
        // (2000 + 600 + √(2000² + 600²)) / 4000
        assertThat(card.predictedCpu()).isCloseTo(1.172, CLOSE);
    }

    /// What was available ten minutes ago says nothing of the gibibyte that is left now: A = 1 / 16, and the kubelet
    /// evicts at 0.02.
    @Test
    void card_availableMemoryStaleAndWorkingSetFresh_isJudgedByTheWorkingSet() {
        var image = image(node("n")
                .cpu(4)
                .memoryGib(16)
                .signal(SignalKind.MEMORY_AVAILABLE_BYTES, 15.0 * GIB, NOW_MILLIS - 600_000)
                .usesMemoryGib(15));

        var card = card(image, pending("p", 100, 1), "n");

        assertThat(card.values().get(ScorePart.MEMORY_PRESSURE)).isLessThan(30);
    }

    /// (0.30 − 0.10) / 0.40 = 0.5
    @Test
    void card_noStallsTold_contentionIsOfTheRunQueue() {
        var queued = node("queued").signal(SignalKind.CPU_RUN_QUEUE_60, 0.30);
        var stalled =
                node("stalled").signal(SignalKind.CPU_RUN_QUEUE_60, 0.30).signal(SignalKind.CPU_PSI_SOME_60, 0.10);
        var image = image(queued, stalled);

        assertThat(card(image, pending("p", 100, 1), "queued").values().get(ScorePart.CPU_CONTENTION))
                .isCloseTo(50, CLOSE);
        assertThat(card(image, pending("p", 100, 1), "stalled").values().get(ScorePart.CPU_CONTENTION))
                .isCloseTo(100, CLOSE);
    }

    /// 9,990 a second: 1 − log10(1000) / 3 = 0.
    @Test
    void card_majorFaults_countOnlyWhereNoRefaultsAreTold() {
        var faults = node("faults").signal(SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND, 9_990);
        var refaults = node("refaults")
                .signal(SignalKind.MEMORY_MAJOR_FAULTS_PER_SECOND, 9_990)
                .signal(SignalKind.MEMORY_REFAULTS_PER_SECOND, 0);
        var image = image(faults, refaults);

        assertThat(card(image, pending("p", 100, 1), "faults").values().get(ScorePart.MEMORY_PRESSURE))
                .isCloseTo(0, CLOSE);
        assertThat(card(image, pending("p", 100, 1), "refaults").values().get(ScorePart.MEMORY_PRESSURE))
                .isCloseTo(100, CLOSE);
    }

    @Test
    void card_measuredAboveItsRequests_fadesToThemWithAge() {
        var image = image(node("n").cpu(4).pod("a", 1000).usesCpu(3000));

        // t = 0.5: 0.5·3000 + 0.5·1000 = 2000, and 400 for the pod, ± √(1000² + 400²) = 1077
        var halfTrusted = placer.card(image, Shares.NONE, pod(image, 400), 0, NOW_MILLIS + 127_500);

        assertThat(halfTrusted.trust()).isCloseTo(0.5, CLOSE);
        assertThat(halfTrusted.predictedCpu()).isCloseTo(0.869, CLOSE);
    }

    /// Four pods of 200 ± 300 each at any time: 800 ± 600, where the sum of their peaks would be 4 · 693.
    @Test
    void card_podsThatPeakApart_countByTheirPooledDeviation() {
        var usual = new Resources(200, 0);
        var high = new Resources(200 + Math.round(1.645 * 300), 0);
        var estimate = new UsageEstimate(usual, usual, high, high, 1, NOW_MILLIS);
        var node = node("n").cpu(4).usesCpu(800);
        var estimates = new LinkedHashMap<Owner, UsageEstimate>();
        for (int i = 0; i < 4; i++) {
            node.podOf("w" + i, "p" + i, 100);
            estimates.put(new Owner("default", "Deployment", "w" + i), estimate);
        }
        var histories = new UsageBatch("test", NOW_MILLIS, List.of(), List.of(), 0, List.of());
        var image = after(image(node), List.of(new ClusterEvent.UsageObserved(histories, estimates)));

        var card = placer.card(image, Shares.NONE, pod(image, 1), 0, NOW_MILLIS);

        assertThat(card.predictedCpu()).isCloseTo(1400 / 4000.0, CLOSE);
    }

    @Test
    void card_podBoundAfterTheMeasurement_counts() {
        // settled 1000 measured at 1200, and 800 not seen yet: 2000, and 400, ± √(1000² + 800² + 400²) = 1342
        var image = image(node("n").cpu(4).pod("a", 1000).justBound("b", 800).usesCpu(1200));

        var card = placer.card(image, Shares.NONE, pod(image, 400), 0, NOW_MILLIS);

        assertThat(card.predictedCpu()).isCloseTo(0.935, CLOSE);
    }

    @Test
    void card_sharesOfPodsOnTheirWay_count() {
        var image = image(node("n").cpu(4).usesCpu(1000));
        var shares = new SpeculativeShares();
        shares.expect(pod(image, 1000), new int[] {0}, image.nodeTable(), NOW_MILLIS);

        var card = placer.card(image, shares.at(image, NOW_MILLIS), pod(image, 400), 0, NOW_MILLIS);

        // 1000, 1000 on their way, and 400 ± 400
        assertThat(card.predictedCpu()).isCloseTo(0.7, CLOSE);
    }

    @Test
    void rank_dangerousNode_isNotBoughtByItsOtherParts() {
        // b is at its target, 2600 of 4000 with the pod, but A = 0.5/16: r_head = 0.94, so 6.2 and a floor of 0.21
        var image = image(
                node("a-roomy").pod("a", 1).usesCpu(400).availableGib(12),
                node("b-short").pod("b", 1).usesCpu(2200).availableGib(0.5).usesMemoryGib(15));

        var scores = rank(image, pending("p", 400, 1));

        assertThat(scores[0]).isGreaterThan(60);
        assertThat(scores[1]).isLessThan(15);
    }

    @Test
    void rank_nodeBeyondItsSize_isNotBought() {
        var image = image(
                node("a").pod("a", 1).usesCpu(3900).usesMemoryGib(1),
                node("b").pod("b", 1).usesCpu(2800).usesMemoryGib(1));

        var scores = rank(image, pending("p", 400, 1));

        assertThat(scores[0]).isLessThan(10);
        assertThat(scores[1]).isGreaterThan(30);
    }

    @Test
    void rank_untilTheTarget_prefersTheFullerNode() {
        var image = image(
                node("a").pod("a", 1).usesCpu(400).usesMemoryGib(4),
                node("b").pod("b", 1).usesCpu(2000).usesMemoryGib(4),
                node("c").pod("c", 1).usesCpu(2800).usesMemoryGib(4));

        var scores = rank(image, pending("p", 400, 1));

        // U: 0.3, 0.7, 0.9 with a target of 0.65
        assertThat(scores[1]).isGreaterThan(scores[0]);
        assertThat(scores[0]).isGreaterThan(scores[2]);
    }

    @Test
    void rank_emptyNode_isKeptEmptyWhileOthersHaveRoom() {
        var image = image(
                node("a").usesCpu(100),
                node("b").pod("b", 300).usesCpu(100),
                node("c")
                        .podOf(new Owner("default", "DaemonSet", "agent"), "d", 50, 0)
                        .usesCpu(100),
                node("d")
                        .podOf(new Owner("default", "Deployment", "pause"), "e", 50, -10)
                        .usesCpu(100));

        var scores = rank(image, pending("p", 400, 1));

        assertThat(scores[0]).isLessThan(scores[1]);
        assertThat(scores[2]).isLessThan(scores[1]);
        assertThat(scores[3]).isLessThan(scores[1]);
    }

    @Test
    void rank_siblings_areKeptApart() {
        var image = after(
                image(
                        node("a").podOf("web", "w1", 300).usesCpu(300),
                        node("b").pod("other", 300).usesCpu(300)),
                List.of(replicas("web", 2)));

        var scores = rank(image, pendingOf("web", "w2", 300, 1));

        // one of two replicas: siblings 50, with a weight of 1 of 7.25 where no pressure is measured
        assertThat(scores[1] - scores[0]).isCloseTo(50f / 7.25f, within(0.01f));
    }

    @Test
    void rank_virtualNode_isBelowEveryRealOneInOrder() {
        var image = image(
                node("a").virtual().signal(SignalKind.MEMORY_PSI_SOME_60, 0),
                node("b").pod("b", 3500).usesCpu(3500));

        var scores = rank(image, pending("p", 400, 1));
        var card = card(image, pending("p", 400, 1), "a");

        assertThat(scores[0]).isBetween(0f, 1f);
        assertThat(scores[1]).isGreaterThan(1);
        assertThat(card.values()).containsOnlyKeys(ScorePart.SIBLINGS, ScorePart.EMPTINESS, ScorePart.STABILITY);
    }

    @Test
    void rank_podThatOptedOut_scoresEverywhereTheSame() {
        var image = image(node("a").usesCpu(3900), node("b").usesCpu(100));
        var pod = optedOut(pending("p", 400, 1));

        assertThat(rank(image, pod)).containsExactly(50, 50);
        assertThat(card(image, pod, "a").score()).isEqualTo(50);
        assertThat(card(image, pod, "a").parts()).isEmpty();
    }

    @Test
    void rank_withoutWeights_isNeutral() {
        var image = image(node("a").usesCpu(2500), node("b").usesCpu(100));
        var none = new PlacementConfig(0.65, 0.9, 0.92, 0.02, 75_000, 180_000, 3, Map.of());

        var ranking = new Placer(none).rank(image, Shares.NONE, pod(image, 400), slots(image), NOW_MILLIS);

        assertThat(ranking.scores()).containsExactly(50, 50);
    }

    // Whether

    @Test
    void judge_measuredPeakAboveTheLimit_isCpuHot() {
        var image = image(node("n").cpu(4).usesCpu(3300));

        // (3300 + 300) / 4000 = 0.90: just fits; 400 is 0.025 too much
        assertThat(judge(image, pending("p", 300, 1))).isEqualTo(new Verdict.Fit());
        assertUnfit(judge(image, pending("p", 400, 1)), Reason.CPU_HOT, 0.025);
    }

    @Test
    void judge_sumOfHistoriesAlone_refusesNothing() {
        var image = image(node("n").cpu(4).pod("a", 3900).usesCpu(500));

        assertThat(judge(image, pending("p", 100, 1))).isEqualTo(new Verdict.Fit());
    }

    @Test
    void judge_workingSetAboveTheLimit_isMemoryHot() {
        var image = image(node("n").memoryGib(100).usesMemoryGib(90).availableGib(30));

        assertUnfit(judge(image, pending("p", 1, 4 * GIB)), Reason.MEMORY_HOT, 1.02);
    }

    @Test
    void judge_stalledNowAndForAMinute_isMemoryPressure() {
        var image =
                image(node("n").signal(SignalKind.MEMORY_PSI_SOME_60, 0.2).signal(SignalKind.MEMORY_PSI_SOME_10, 0.2));

        assertUnfit(judge(image, pending("p", 1, 1)), Reason.MEMORY_PRESSURE, 3);
    }

    /// Prometheus tells of a minute only.
    @Test
    void judge_stalledForAMinute_theLastSecondsNotTold_isMemoryPressure() {
        var stalled = image(node("n").signal(SignalKind.MEMORY_PSI_SOME_60, 0.2));
        var less = image(node("n").signal(SignalKind.MEMORY_PSI_SOME_60, 0.19));

        assertUnfit(judge(stalled, pending("p", 1, 1)), Reason.MEMORY_PRESSURE, 3);
        assertThat(judge(less, pending("p", 1, 1))).isEqualTo(new Verdict.Fit());
    }

    @Test
    void judge_stallThatHasPassed_isFit() {
        var image =
                image(node("n").signal(SignalKind.MEMORY_PSI_SOME_60, 0.3).signal(SignalKind.MEMORY_PSI_SOME_10, 0.1));

        assertThat(judge(image, pending("p", 1, 1))).isEqualTo(new Verdict.Fit());
    }

    @Test
    void judge_noHeadroomForThePod_isMemoryPressure() {
        // (10 − 9) / 100 = 0.01, 0.01 short of the 0.02 at which the kubelet evicts
        var image = image(node("n").memoryGib(100).availableGib(10));

        assertUnfit(judge(image, pending("p", 1, 9 * GIB)), Reason.MEMORY_PRESSURE, 2.01);
        assertThat(judge(image, pending("p", 1, 7 * GIB))).isEqualTo(new Verdict.Fit());
    }

    @Test
    void judge_nodeThatKeepsLosingReadiness_isUnstable() {
        // three losses at once: 3000 of 4000
        var image = image(node("n").lost(3, NOW_MILLIS));

        assertUnfit(judge(image, pending("p", 1, 1)), Reason.UNSTABLE, 3.75);
    }

    @Test
    void judge_withoutOrWithExpiredMeasurements_isFit() {
        var unmeasured = image(node("n").pod("a", 3999));
        var expired = image(node("n")
                .signal(SignalKind.CPU_USAGE_MILLIS, 4000, NOW_MILLIS - 180_000)
                .signal(SignalKind.MEMORY_WORKING_SET_BYTES, 16.0 * GIB, NOW_MILLIS - 180_000)
                .signal(SignalKind.MEMORY_PSI_SOME_60, 1, NOW_MILLIS - 180_000)
                .signal(SignalKind.MEMORY_PSI_SOME_10, 1, NOW_MILLIS - 180_000));

        assertThat(judge(unmeasured, pending("p", 4000, 1))).isEqualTo(new Verdict.Fit());
        assertThat(judge(expired, pending("p", 4000, 1))).isEqualTo(new Verdict.Fit());
    }

    @Test
    void judge_exemptPods_areAlwaysFit() {
        var image = image(node("n").usesCpu(4000).usesMemoryGib(16).lost(5, NOW_MILLIS));
        var agent = pending("d", 100, 1);
        var ofDaemonSet = PodBuilder.like(agent)
                .owner(new Owner("default", "DaemonSet", "agent"))
                .build();

        assertThat(judge(image, agent).isFit()).isFalse();
        assertThat(judge(image, ofDaemonSet)).isEqualTo(new Verdict.Fit());
        assertThat(judge(image, optedOut(agent))).isEqualTo(new Verdict.Fit());
    }

    @Test
    void filter_someFit_keepsThoseInTheirOrder() {
        var image =
                image(node("a").usesCpu(100), node("b").usesCpu(3900), node("c").usesCpu(200));

        var filtered = filter(image, 2, 1, 0);

        assertThat(filtered).isEqualTo(new Filtered(new int[] {2, 0}, new int[] {1}, List.of(Reason.CPU_HOT), false));
    }

    @Test
    void filter_noneFit_keepsTheLeastBad() {
        var image = image(
                node("a").usesCpu(3990),
                node("b").usesCpu(3900),
                node("c").lost(3, NOW_MILLIS),
                node("d").usesCpu(3950),
                node("e").memoryGib(100).usesMemoryGib(95).availableGib(30));

        var filtered = filter(image, 0, 1, 2, 3, 4);

        // CPU is the least of evils, in the order of 3900, 3950, 3990; then memory; then the unstable one
        assertThat(filtered)
                .isEqualTo(new Filtered(
                        new int[] {0, 1, 3}, new int[] {2, 4}, List.of(Reason.UNSTABLE, Reason.MEMORY_HOT), true));
    }

    @Test
    void filter_noCandidates_keepsNone() {
        assertThat(filter(image(node("a")))).isEqualTo(new Filtered(new int[0], new int[0], List.of(), false));
    }

    private Filtered filter(ClusterImage image, int... slots) {
        return placer.filter(image, Shares.NONE, pod(image, 400), slots, NOW_MILLIS);
    }

    private Verdict judge(ClusterImage image, PodSpec pod) {
        return placer.judge(image, Shares.NONE, PodToPlace.of(image, pod), 0, NOW_MILLIS);
    }

    private float[] rank(ClusterImage image, PodSpec pod) {
        return placer.rank(image, Shares.NONE, PodToPlace.of(image, pod), slots(image), NOW_MILLIS)
                .scores();
    }

    private ScoreCard card(ClusterImage image, PodSpec pod, String node) {
        return placer.card(
                image, Shares.NONE, PodToPlace.of(image, pod), image.nodeTable().slot(node), NOW_MILLIS);
    }

    private static PodToPlace pod(ClusterImage image, long cpuMillis) {
        return PodToPlace.of(image, pending("p", cpuMillis, 1));
    }

    private static PodSpec optedOut(PodSpec pod) {
        return PodBuilder.like(pod).optOuts(Set.of(OptOut.SCORE)).build();
    }

    private static void assertUnfit(Verdict verdict, Reason reason, double severity) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Unfit.class, unfit -> {
            assertThat(unfit.reason()).isEqualTo(reason);
            assertThat(unfit.severity()).isCloseTo(severity, CLOSE);
        });
    }

    private static PlacementConfig packing() {
        var weights = new EnumMap<>(PlacementConfig.DEFAULT.busy().weights());
        weights.put(ScorePart.EMPTINESS, 2.0);
        weights.put(ScorePart.COMPLEMENTARITY, 0.25);
        return new PlacementConfig(0.65, 0.9, 0.92, 0.02, 75_000, 180_000, 3, weights);
    }
}
