package io.plimsoll.model.recommendation;

import static io.plimsoll.model.recommendation.SizingCases.DAY;
import static io.plimsoll.model.recommendation.SizingCases.HOUR;
import static io.plimsoll.model.recommendation.SizingCases.MIB;
import static io.plimsoll.model.recommendation.SizingCases.MINUTE;
import static io.plimsoll.model.recommendation.SizingCases.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecommendersTest {

    /// Daily peaks and percentiles are ends of buckets, which are 5 % wide and 10m (10 MB) besides.
    private static final double BUCKET = 1.11;

    private final Recommender highWater = new HighWaterRecommender();
    private final Recommender percentile = new PercentileRecommender();

    static List<Recommender> recommenders() {
        return Recommender.all();
    }

    @Test
    void named_builtInNames_areFoundByServiceLoader() {
        assertThat(Recommender.all())
                .extracting(Recommender::name)
                .containsExactly("high-water", "percentile", "vpa-compat");
        assertThat(Recommender.named("high-water")).isPresent();
        assertThat(Recommender.named("no-such")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("recommenders")
    void recommend_noHistory_keepsTheRequestsAndSaysSo(Recommender recommender) {
        var recommendation =
                recommender.recommend(container().requests(300, 400).build());

        assertThat(recommendation.target()).isEqualTo(new Resources(300, 400 * MIB));
        assertThat(recommendation.cpu().isOutside()).isFalse();
        assertThat(recommendation.cpu().confidence()).isZero();
        assertThat(recommendation.cpu().reasons()).containsExactly(new SizingReason.NoHistory());
    }

    // high-water

    @Test
    void highWater_calmerThanAnHourAgo_holdsTheMarkOfTheHour() {
        var sizingCase =
                container().used(DAY, 200, 100).used(10 * MINUTE, 1000, 100).used(40 * MINUTE, 300, 100);

        var cpu = highWater.recommend(sizingCase.requests(1200, 100).build()).cpu();

        // 1.25 · 1000; raised below 1.05 · 300, lowered above 1.2 · 1250
        assertThat(cpu.target()).isEqualTo(1250);
        assertThat(cpu.lower()).isEqualTo(315);
        assertThat(cpu.upper()).isEqualTo(1500);
    }

    @Test
    void highWater_anHourAfterTheSurge_isLowered() {
        var sizingCase =
                container().used(DAY, 200, 100).used(10 * MINUTE, 1000, 100).used(70 * MINUTE, 300, 100);

        var cpu = highWater.recommend(sizingCase.requests(1200, 100).build()).cpu();

        assertThat(cpu.target()).isEqualTo(375);
        assertThat(cpu.isOutside()).isTrue();
    }

    @Test
    void highWater_lull_doesNotGoBelowTheUsualLevel() {
        var sizingCase = container().used(DAY, 1000, 100).used(2 * HOUR, 100, 100);

        var cpu = highWater.recommend(sizingCase.requests(1200, 100).build()).cpu();

        assertThat((double) cpu.target()).isBetween(800.0, 800 * BUCKET);
        assertThat(cpu.reasons()).anyMatch(SizingReason.UsualLevel.class::isInstance);
    }

    /// A surge is above 1,200 / 1.05 = 1,143.
    @ParameterizedTest
    @CsvSource({"1140, false", "1150, true", "3000, true"})
    void highWater_usageNearTheRequest_isRaisedWithTheNextSample(double surge, boolean isRaised) {
        var sizingCase = container().used(DAY, 1000, 100).used(MINUTE, surge, 100);

        var cpu = highWater.recommend(sizingCase.requests(1200, 100).build()).cpu();

        assertThat(cpu.isOutside()).isEqualTo(isRaised);
        assertThat((double) cpu.target()).isCloseTo(1.25 * surge, within(1.0));
    }

    @Test
    void highWater_littleConfidence_widensTheUpperBoundOnly() {
        var known = highWater.recommend(container().used(DAY, 100, 100).build()).cpu();
        var fresh = highWater
                .recommend(container().used(5 * MINUTE, 100, 100).build())
                .cpu();

        assertThat(fresh.target()).isEqualTo(known.target());
        assertThat(fresh.lower()).isEqualTo(known.lower());
        assertThat(fresh.upper()).isGreaterThan(2 * known.upper());
    }

    @Test
    void highWater_oldData_lowersNothing() {
        var sizingCase = container().used(DAY, 100, 100).requests(1000, 1000);

        assertThat(highWater
                        .recommend(sizingCase.late(14 * MINUTE).build())
                        .target()
                        .cpuMillis())
                .isEqualTo(125);
        var late = highWater.recommend(sizingCase.late(20 * MINUTE).build());
        assertThat(late.target()).isEqualTo(new Resources(1000, 1000 * MIB));
        assertThat(late.cpu().reasons()).contains(new SizingReason.Stale(20 * MINUTE));
    }

    /// Two days of 1000m and 500 MiB, then an hour in which the source tells of nothing: below the usual level no
    /// request goes, and no peak is forgotten.
    @ParameterizedTest
    @MethodSource("recommenders")
    void recommend_anHourOfZerosAfterTwoDays_staysAtWhatTheHistorySays(Recommender recommender) {
        var zeros = container().used(2 * DAY, 1000, 500).used(HOUR, 0, 0).requests(1250, 600);

        var recommendation = recommender.recommend(zeros.build());

        assertThat(recommendation.cpu().target()).isGreaterThanOrEqualTo(800);
        assertThat(recommendation.memory().target()).isGreaterThanOrEqualTo(575 * MIB);
    }

    @ParameterizedTest
    @MethodSource("recommenders")
    void recommend_anHourWithoutSamples_lowersNothing(Recommender recommender) {
        var silent = container().used(2 * DAY, 100, 100).late(HOUR).requests(1250, 600);

        assertThat(recommender.recommend(silent.build()).target()).isEqualTo(new Resources(1250, 600 * MIB));
    }

    // percentile

    /// 90 % of the time 200, 10 % of it 400: p80 is 200.
    @Test
    void percentile_mixedUse_isThePercentileTimesTheFactor() {
        var sizing = cpu(new ResourceSizing(0.8, 1.5, 10, Long.MAX_VALUE, anyChange()));
        var sizingCase = container().sizing(sizing);
        for (int hour = 0; hour < 24; hour++) {
            sizingCase.used(54 * MINUTE, 200, 100).used(6 * MINUTE, 400, 100);
        }

        var cpu = percentile.recommend(sizingCase.build()).cpu();

        assertThat((double) cpu.target()).isBetween(300.0, 300 * BUCKET);
        assertThat((double) cpu.upper()).isBetween(600.0, 600 * BUCKET);
    }

    // memory

    @ParameterizedTest
    @CsvSource({"high-water", "percentile"})
    void memory_peakDaysAgo_isRemembered(String name) {
        var sizingCase = container().used(HOUR, 100, 1000).used(6 * DAY, 10 * MINUTE, 100, 300);

        var memory = Recommender.named(name)
                .orElseThrow()
                .recommend(sizingCase.build())
                .memory();

        assertThat((double) memory.target() / MIB).isBetween(1200.0, 1200 * BUCKET);
    }

    @ParameterizedTest
    @CsvSource({"high-water", "percentile"})
    void memory_peakFromBeforeThePolicysWindow_isForgotten(String name) {
        var given = ContainerSizing.DEFAULT;
        var threeDays = new ContainerSizing(
                given.cpu(), given.memory(), given.memoryRule(), given.limits(), given.confidenceMin(), 3 * DAY);
        var sizingCase = container()
                .used(HOUR, 100, 1000)
                .used(6 * DAY, 10 * MINUTE, 100, 300)
                .sizing(threeDays);

        var memory = Recommender.named(name)
                .orElseThrow()
                .recommend(sizingCase.build())
                .memory();

        assertThat((double) memory.target() / MIB).isBetween(360.0, 360 * BUCKET);
    }

    @Test
    void memory_usageNearTheRequest_isRaisedBeforeTheKill() {
        var memory = highWater
                .recommend(container()
                        .used(DAY, 100, 900)
                        .used(MINUTE, 100, 970)
                        .requests(100, 1000)
                        .build())
                .memory();

        assertThat(memory.isOutside()).isTrue();
        assertThat((double) memory.target() / MIB).isBetween(970 * 1.2, 970 * 1.2 * BUCKET);
    }

    @Test
    void memory_oomRaise_isAFloorThatIsCarriedOutWhateverTheHistorySays() {
        var raise = new MemoryFloor.OomRaise(615 * MIB, 512 * MIB, 1, 0);

        var memory = highWater
                .recommend(container()
                        .used(DAY, 100, 100)
                        .requests(100, 512)
                        .floor(raise)
                        .build())
                .memory();

        assertThat(memory.target()).isEqualTo(615 * MIB);
        assertThat(memory.isOutside()).isTrue();
        assertThat(memory.reasons()).contains(new SizingReason.OomKilled(1, 512 * MIB, 615 * MIB));
        assertThat(memory.sentence()).contains("1 OOM kills, the last at a limit of 512Mi: raised to 615Mi");
    }

    /// A pod that is killed at once has no samples: waiting for them would leave it dying.
    @Test
    void memory_oomRaiseWithoutAnyHistory_isCarriedOut() {
        var raise = new MemoryFloor.OomRaise(356 * MIB, 256 * MIB, 1, 0);

        var memory = highWater
                .recommend(container().requests(100, 256).floor(raise).build())
                .memory();

        assertThat(memory.target()).isEqualTo(356 * MIB);
        assertThat(memory.isOutside()).isTrue();
    }

    /// The next pod has started with the raise, and nothing was measured: its template would be killed again. The
    /// raise was 614.4 MiB, and a request is in whole ones.
    @ParameterizedTest
    @MethodSource("recommenders")
    void memory_oomRaiseThatThePodHasAndNothingElseIsKnown_isStillToldAsOne(Recommender recommender) {
        var raise = new MemoryFloor.OomRaise((long) (614.4 * MIB), 512 * MIB, 1, 0);

        var raised = recommender
                .recommend(container().requests(100, 615).floor(raise).build())
                .memory();
        var changedByHand = recommender
                .recommend(container().requests(100, 616).floor(raise).build())
                .memory();

        assertThat(raised.target()).isEqualTo(615 * MIB);
        assertThat(raised.reasons()).anyMatch(SizingReason.OomKilled.class::isInstance);
        assertThat(changedByHand.reasons()).noneMatch(SizingReason.OomKilled.class::isInstance);
    }

    /// It ran five hours ago, as it does when its pods start: no outage, and its peak may lie between two samples.
    @ParameterizedTest
    @MethodSource("recommenders")
    void recommend_initContainerThatRanLongAgo_isSizedByThatButItsMemoryIsNotLowered(Recommender recommender) {
        var ran = container().role(ContainerRole.INIT).used(DAY, 100, 300).late(5 * HOUR);

        var small = recommender.recommend(ran.requests(50, 200).build());
        var large = recommender.recommend(ran.requests(1000, 1000).build());

        assertThat(small.cpu().target()).isGreaterThan(100);
        assertThat(small.memory().target()).isGreaterThan(300 * MIB);
        assertThat(large.cpu().target()).isLessThan(200);
        assertThat(large.memory().target()).isEqualTo(1000 * MIB);
        assertThat(large.memory().reasons()).contains(new SizingReason.PeakUnseen());
        assertThat(large.cpu().reasons()).noneMatch(SizingReason.Stale.class::isInstance);
    }

    @Test
    void memory_jvmHeap_isNotGoneBelow() {
        var heap = new MemoryFloor.JvmHeap(640 * MIB, 512 * MIB, "-Xmx512m in the arguments");

        var memory = highWater
                .recommend(container()
                        .used(DAY, 100, 100)
                        .requests(100, 1024)
                        .floor(heap)
                        .build())
                .memory();

        assertThat(memory.target()).isEqualTo(640 * MIB);
        assertThat(memory.sentence()).contains("kept at 640Mi for -Xmx512m in the arguments");
    }

    /// It asks for less than its heap may take, and lives: no reason to give more, nor to take anything away.
    @Test
    void memory_jvmHeapAboveTheRequest_keepsTheRequest() {
        var heap = new MemoryFloor.JvmHeap(640 * MIB, 512 * MIB, "-Xmx512m in the arguments");

        var memory = highWater
                .recommend(container()
                        .used(DAY, 100, 100)
                        .requests(100, 400)
                        .floor(heap)
                        .build())
                .memory();

        assertThat(memory.target()).isEqualTo(400 * MIB);
        assertThat(memory.sentence()).contains("kept at 400Mi for -Xmx512m in the arguments");
    }

    @Test
    void memory_maximumBelowTheFloor_theMaximumIsTheLastWord() {
        var raise = new MemoryFloor.OomRaise(615 * MIB, 512 * MIB, 1, 0);
        var sizing = memory(new ResourceSizing(1, 1.2, 0, 550 * MIB, anyChange()), MemoryDecrease.FREE);

        var memory = highWater
                .recommend(container()
                        .used(DAY, 100, 100)
                        .sizing(sizing)
                        .floor(raise)
                        .build())
                .memory();

        assertThat(memory.target()).isEqualTo(550 * MIB);
    }

    /// Usage fell from 800 to 500 Mi; p50 is told by the long time at 100 Mi.
    @ParameterizedTest
    @CsvSource({"NEVER, 1000", "ABOVE_USAGE, 1000", "FREE, 960"})
    void memory_decreaseRule_boundsHowFarItFalls(MemoryDecrease decrease, long targetMib) {
        var sizing = memory(new ResourceSizing(1, 1.2, 0, 960 * MIB, anyChange()), decrease);

        var memory = highWater
                .recommend(container()
                        .used(DAY, 100, 950)
                        .requests(100, 1000)
                        .sizing(sizing)
                        .build())
                .memory();

        assertThat(memory.target() / MIB).isEqualTo(targetMib);
    }

    // bounds and laws

    @Test
    void bounds_minimumAndMaximum_clampTheTargetAndAreCarriedOut() {
        var sizing = cpu(new ResourceSizing(0.5, 1.2, 500, 600, anyChange()));

        var low = highWater
                .recommend(container()
                        .used(DAY, 100, 100)
                        .requests(400, 100)
                        .sizing(sizing)
                        .build())
                .cpu();
        var high = highWater
                .recommend(container()
                        .used(DAY, 1000, 100)
                        .requests(700, 100)
                        .sizing(sizing)
                        .build())
                .cpu();

        assertThat(low.target()).isEqualTo(500);
        assertThat(low.isOutside()).isTrue();
        assertThat(low.reasons()).contains(new SizingReason.RaisedToMin(ResourceKind.CPU, 500));
        assertThat(high.target()).isEqualTo(600);
        assertThat(high.isOutside()).isTrue();
        assertThat(high.uncapped()).isEqualTo(1200);
    }

    @Property(tries = 200)
    void recommend_anyHistory_isWithinTheBoundsAndSettlesAtOnce(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 5000) Integer> cpu,
            @ForAll @IntRange(max = 6000) int request) {
        var sizing = cpu(new ResourceSizing(0.9, 1.2, 50, 4000, anyChange()));
        for (var recommender : Recommender.all()) {
            var sizingCase = container().sizing(sizing).requests(request, 100);
            cpu.forEach(use -> sizingCase.used(20 * MINUTE, 5 * MINUTE, use, use));

            var first = recommender.recommend(sizingCase.build()).cpu();
            var second = recommender
                    .recommend(sizingCase.requests(first.target(), 100).build())
                    .cpu();

            assertThat(first.target()).isBetween(50L, 4000L);
            assertThat(second.isOutside()).isFalse();
            assertThat(second.target()).isEqualTo(first.target());
        }
    }

    @Test
    void limits_everyRule_keepsQualityOfServiceAndNeverAddsALimit() {
        var burstable = new ContainerSpec("app", new Resources(100, 100 * MIB), new Resources(0, 200 * MIB));
        var guaranteed = new ContainerSpec("app", new Resources(100, 100 * MIB), new Resources(100, 100 * MIB));
        var unlimited = new ContainerSpec("app", new Resources(100, 100 * MIB), Resources.NONE);
        var next = new Resources(300, 150 * MIB);
        var more = new Resources(300, 250 * MIB);

        assertThat(new LimitRule.RequestsOnly().limits(burstable, next)).isEqualTo(new Resources(0, 200 * MIB));
        assertThat(new LimitRule.RequestsOnly().limits(burstable, more)).isEqualTo(new Resources(0, 250 * MIB));
        assertThat(new LimitRule.ByRatio().limits(burstable, next)).isEqualTo(new Resources(0, 300 * MIB));
        assertThat(new LimitRule.ByHeadroom(0.5).limits(burstable, next)).isEqualTo(new Resources(0, 225 * MIB));
        for (var rule : List.of(new LimitRule.RequestsOnly(), new LimitRule.ByRatio(), new LimitRule.ByHeadroom(0.5))) {
            assertThat(rule.limits(guaranteed, next)).isEqualTo(next);
            assertThat(rule.limits(unlimited, next)).isEqualTo(Resources.NONE);
        }
    }

    private static ChangeBounds anyChange() {
        return new ChangeBounds(0, 0, 100, 1);
    }

    private static ContainerSizing cpu(ResourceSizing cpu) {
        var usual = ContainerSizing.DEFAULT;
        return new ContainerSizing(cpu, usual.memory(), usual.memoryRule(), usual.limits(), usual.confidenceMin());
    }

    private static ContainerSizing memory(ResourceSizing memory, MemoryDecrease decrease) {
        var usual = ContainerSizing.DEFAULT;
        return new ContainerSizing(
                usual.cpu(), memory, new MemoryRule(decrease, 0.1), usual.limits(), usual.confidenceMin());
    }
}
