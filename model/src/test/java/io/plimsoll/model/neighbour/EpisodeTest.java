package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// One node of 10 cores with three workloads that use a core each, looked at every half minute. Everybody's use goes up
/// and down by a tenth of itself, so that there is something to learn from.
class EpisodeTest {

    private static final int HOUR = 120;
    private static final List<String> WORKLOADS = List.of("hog", "quiet", "shop");

    private final NeighbourLedger ledger = new NeighbourLedger();
    private final SplittableRandom random = new SplittableRandom(2026);
    private SignalKind signal = SignalKind.CPU_PSI_SOME_60;
    private ClusterImage image = Clusters.image(Clusters.node("n1")
            .cpu(10)
            .podOf(Clusters.deployment("hog"), "hog", 1000, 0)
            .podOf(Clusters.deployment("quiet"), "quiet", 1000, 0)
            .podOf(Clusters.deployment("shop"), "shop", 1000, 0));
    private long nowMillis = Clusters.NOW_MILLIS;

    @Test
    void workload_whosePressureFollowsItsUse_hasTheBlameWithinTwoMinutes() {
        look(HOUR, 1, 0.02);

        look(4, 6, 0.42); // two minutes of five cores more, and 0.40 more of the time somebody waits

        assertThat(ledger.neighbours(nowMillis).episodes()).singleElement().satisfies(episode -> {
            assertThat(episode.node()).isEqualTo("n1");
            assertThat(episode.contention()).isEqualTo(Contention.CPU);
            assertThat(episode.pressure()).isEqualTo(new Pressure(0.42, Pressure.Tier.STALLS, nowMillis));
            assertThat(episode.rise()).isCloseTo(0.40, within(0.01));
            assertThat(episode.sinceMillis()).isEqualTo(nowMillis - 90_000);
            assertThat(episode.blames().getFirst().workload()).isEqualTo(Clusters.deployment("hog"));
            assertThat(episode.blames().getFirst().share()).isGreaterThan(0.5);
        });
    }

    @Test
    void workload_thatKeepsOn_isAccusedAndNobodyElseIs() {
        look(HOUR, 1, 0.02);

        for (int times = 0; times < 3; times++) {
            look(10, 6, 0.42);
            look(30, 1, 0.02);
        }

        assertThat(ledger.neighbours(nowMillis).suspicions().stream().filter(Suspicion::isAccused))
                .extracting(Suspicion::workload)
                .containsExactly(Clusters.deployment("hog"));
    }

    /// It rests for a quarter of an hour between, so that each time is an episode of its own.
    @Test
    void workload_thatIsBadAgainAndAgain_isAccusedSinceTheFirstTime() {
        look(HOUR, 1, 0.02);
        look(10, 6, 0.42);
        long firstMillis = nowMillis;
        look(30, 1, 0.02);
        look(10, 6, 0.42);

        var now = ledger.neighbours(nowMillis);

        assertThat(now.episodes())
                .singleElement()
                .satisfies(episode -> assertThat(episode.sinceMillis()).isGreaterThan(firstMillis));
        assertThat(now.suspicions().stream().filter(Suspicion::isAccused))
                .singleElement()
                .satisfies(hog -> assertThat(hog.accusedSinceMillis().orElseThrow())
                        .isBetween(firstMillis - 300_000, firstMillis));
        assertThat(now.suspicions().stream().filter(suspicion -> !suspicion.isAccused()))
                .isNotEmpty();
    }

    @Test
    void pressure_thatNobodysUseGoesWith_isUnexplained() {
        look(HOUR, 1, 0.02);

        look(6, 1, 0.42);

        assertThat(ledger.neighbours(nowMillis).episodes())
                .singleElement()
                .satisfies(episode -> assertThat(episode.unexplained()).isGreaterThan(0.9));
    }

    @Test
    void pressure_belowTheFloor_isNoEpisode() {
        look(HOUR, 1, 0.01);

        look(6, 6, 0.09); // far above what is usual, and nothing is short

        assertThat(ledger.neighbours(nowMillis).episodes()).isEmpty();
        assertThat(ledger.neighbours(nowMillis).suspicions()).noneMatch(Suspicion::isAccused);
    }

    @Test
    void pressure_highForOneLook_isNoEpisode() {
        look(HOUR, 1, 0.02);

        look(1, 6, 0.42);

        assertThat(ledger.neighbours(nowMillis).episodes()).isEmpty();
    }

    @Test
    void pressure_readFromUsageAlone_accusesNobody() {
        signal = SignalKind.CPU_USAGE_MILLIS;
        look(HOUR, 1, 0.02);

        for (int times = 0; times < 3; times++) {
            look(10, 7.8, 9_900); // 9.9 of 10 cores: a load of 0.95 on the scale that begins at 8
            assertThat(ledger.neighbours(nowMillis).episodes()).singleElement().satisfies(episode -> {
                assertThat(episode.pressure().tier()).isEqualTo(Pressure.Tier.USAGE);
                assertThat(episode.pressure().share()).isCloseTo(0.95, within(1e-9));
                assertThat(episode.blames())
                        .allSatisfy(blame -> assertThat(blame.harm()).isZero());
            });
            look(30, 1, 3_000);
        }

        assertThat(ledger.neighbours(nowMillis).suspicions()).noneMatch(Suspicion::isAccused);
    }

    @Test
    void pressure_readFromTheRunQueue_accusesAsStallsDo() {
        signal = SignalKind.CPU_RUN_QUEUE_60;
        look(HOUR, 1, 0.02);

        for (int times = 0; times < 3; times++) {
            look(10, 6, 0.42);
            look(30, 1, 0.02);
        }

        assertThat(ledger.neighbours(nowMillis).suspicions())
                .filteredOn(Suspicion::isAccused)
                .extracting(Suspicion::workload)
                .containsExactly(Clusters.deployment("hog"));
    }

    /// Half of a node's use above four fifths, and half of the time waited: the numbers are alike, and say
    /// nothing of each other.
    @Test
    void pressure_readFromAnotherTierThanBefore_isNotToldFromWhatWasUsualInThat() {
        signal = SignalKind.CPU_USAGE_MILLIS;
        look(HOUR, 1, 3_000);

        signal = SignalKind.CPU_PSI_SOME_60;
        look(HOUR, 1, 0.30);

        assertThat(ledger.neighbours(nowMillis).episodes()).isEmpty();
        assertThat(ledger.neighbours(nowMillis).suspicions())
                .allSatisfy(suspicion -> assertThat(suspicion.times()).isZero());
    }

    /// A pod without a measurement that goes with the pressure counts as not there, and not as one that uses nothing.
    @Test
    void workload_notMeasuredAnyMore_isNotBlamed() {
        look(HOUR, 1, 0.02);
        look(4, 6, 0.42);

        for (int looks = 0; looks < 4; looks++) {
            observe(Map.of(), 0.42);
        }

        assertThat(ledger.neighbours(nowMillis).episodes())
                .singleElement()
                .satisfies(episode -> assertThat(episode.blames()).isEmpty());
    }

    @Test
    void node_notMeasuredAnyMore_isInNoEpisodeAfterTenMinutes() {
        look(HOUR, 1, 0.02);
        look(4, 6, 0.42);

        long later = nowMillis + 10 * 60_000;
        ledger.observe(image, later + 1);

        assertThat(ledger.neighbours(later).episodes()).hasSize(1);
        assertThat(ledger.neighbours(later + 1).episodes()).isEmpty();
    }

    @Test
    void node_thatIsGone_isForgotten() {
        look(HOUR, 1, 0.02);
        look(4, 6, 0.42);

        ledger.observe(Clusters.image(), nowMillis);

        assertThat(ledger.neighbours(nowMillis).episodes()).isEmpty();
    }

    @Test
    void grade_whereOnlyUsageIsKnown_isNotKnown() {
        signal = SignalKind.CPU_USAGE_MILLIS;

        look(HOUR, 1, 3_000);

        assertThat(ledger.neighbours(nowMillis).suspicions())
                .isNotEmpty()
                .allSatisfy(suspicion -> assertThat(suspicion.grade()).isEmpty());
    }

    @Test
    void samePicture_lookedAtAgain_teachesNothing() {
        look(HOUR, 1, 0.02);
        look(4, 6, 0.42);
        var before = ledger.neighbours(nowMillis).suspicions();

        ledger.observe(image, nowMillis);

        assertThat(ledger.neighbours(nowMillis).suspicions()).isEqualTo(before);
    }

    /// A source that comes back tells nothing of what was used meanwhile.
    @Test
    void workload_measuredAgainAfterAPause_isNotTakenForOneThatHasJustBegun() {
        look(HOUR, 1, 0.02);
        for (int looks = 0; looks < 30; looks++) {
            observe(Map.of(), 0.02);
        }

        look(4, 1, 0.42);

        assertThat(ledger.neighbours(nowMillis).episodes())
                .singleElement()
                .satisfies(episode -> assertThat(episode.unexplained()).isGreaterThan(0.9));
    }

    @Test
    void workload_thatHasJustCome_isBlamedForAllThatItUses() {
        image = Clusters.image(Clusters.node("n1").cpu(10).podOf(Clusters.deployment("quiet"), "quiet", 1000, 0));
        look(HOUR, 0, 0.02);
        image = Clusters.after(
                image,
                List.of(new ClusterEvent.PodApplied(
                        Clusters.bound(Clusters.pendingOf("hog", "hog", 1000, 1), "n1", nowMillis))));

        look(5, 6, 0.42);

        assertThat(ledger.neighbours(nowMillis).episodes())
                .singleElement()
                .satisfies(episode ->
                        assertThat(episode.blames().getFirst().workload()).isEqualTo(Clusters.deployment("hog")));
    }

    /// So many looks at a hog of so many cores; nobody is measured who is not there.
    private void look(int times, double hogCores, double pressure) {
        for (int i = 0; i < times; i++) {
            var cores = new LinkedHashMap<String, Double>();
            for (var workload : WORKLOADS) {
                double level = workload.equals("hog") ? hogCores : 1;
                cores.put(workload, level * (0.95 + 0.1 * random.nextDouble()));
            }
            observe(cores, pressure);
        }
    }

    private void observe(Map<String, Double> cores, double pressure) {
        nowMillis += 30_000;
        var measured = cores.entrySet().stream()
                .map(use -> new ContainerUsage(
                        new PodKey("default", use.getKey()),
                        "main",
                        new Sample(1000 * use.getValue(), nowMillis, "test"),
                        new Sample(1 << 30, nowMillis, "test")))
                .toList();
        var node = new NodeSample("n1", signal, new Sample(pressure, nowMillis, "test"));
        image = Clusters.after(
                image,
                List.of(new ClusterEvent.UsageObserved(
                        new UsageBatch("test", nowMillis, List.of(node), measured, 0, List.of()), Map.of())));
        ledger.observe(image, nowMillis);
    }
}
