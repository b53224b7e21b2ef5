package io.plimsoll.model.regime;

import static io.plimsoll.model.regime.Loads.MONDAY;
import static io.plimsoll.model.regime.Loads.VIENNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.UsageBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegimeLedgerTest {

    private static final Owner WEB = Clusters.deployment("web");
    private static final Owner BATCH = Clusters.deployment("batch");
    private static final long STEP = 10 * 60_000L;
    private static final long START = MONDAY.atStartOfDay(VIENNA).toInstant().toEpochMilli();
    private static final long DAY = 24 * 3_600_000L;

    private final RegimeLedger ledger = new RegimeLedger(UserHours.none(VIENNA));
    private final ClusterImage bare = Clusters.image(Clusters.node("n1")
            .cpu(16)
            .podOf("web", "web-1", 100)
            .podOf("web", "web-2", 100)
            .podOf("batch", "batch-1", 100)
            .pod("bare-1", 100));

    private static ClusterImage measured(ClusterImage image, Map<String, Double> cpuMillis, long atMillis) {
        var usages = new ArrayList<ContainerUsage>();
        cpuMillis.forEach((pod, millis) -> usages.add(new ContainerUsage(
                new PodKey("default", pod), "main", new Sample(millis, atMillis, "t"), new Sample(1, atMillis, "t"))));
        return Clusters.after(
                image,
                List.of(new ClusterEvent.UsageObserved(
                        new UsageBatch("t", atMillis, List.of(), usages, 0, List.of()), Map.of())));
    }

    /// `web` is busy by day, `batch` by night and four times as large in all.
    private static Map<String, Double> uses(long atMillis) {
        double office = Loads.office(Instant.ofEpochMilli(atMillis).atZone(VIENNA));
        var uses = new LinkedHashMap<String, Double>();
        uses.put("web-1", office / 2);
        uses.put("web-2", office / 2);
        uses.put("batch-1", 4 * (1300 - office));
        uses.put("bare-1", 1.0);
        return uses;
    }

    private void watch(long fromMillis, long toMillis) {
        watch(ledger, fromMillis, toMillis);
    }

    private void watch(RegimeLedger by, long fromMillis, long toMillis) {
        for (long at = fromMillis; at < toMillis; at += STEP) {
            by.observe(measured(bare, uses(at), at), at);
        }
    }

    private RegimeView view(long atMillis) {
        return ledger.view(atMillis);
    }

    @Test
    void hoursOfTheCluster_thatWereKept_areKnownAtOnce() {
        watch(START, START + 8 * DAY);
        var next = new RegimeLedger(UserHours.none(VIENNA));

        next.restoreCluster(ledger.encodedCluster());

        long now = START + 8 * DAY;
        for (long at = now; at < now + 3 * DAY; at += 30 * 60_000L) {
            var time = Instant.ofEpochMilli(at);
            assertThat(next.view(now).expectedKind(time))
                    .isEqualTo(view(now).expectedKind(time))
                    .isNotEqualTo(RegimeKind.UNKNOWN);
        }
        assertThat(next.view(now).workloads()).isEmpty();
    }

    @Test
    void hoursThatWereKept_goOnWithWhatWasMeasuredMeanwhile() {
        // The half hour that is open is not kept: it begins with this look.
        long now = START + 8 * DAY;
        watch(START, now + STEP);
        var next = new RegimeLedger(UserHours.none(VIENNA));
        watch(next, now, now + STEP);

        next.restoreCluster(ledger.encodedCluster());
        watch(next, now + STEP, now + DAY);
        watch(now + STEP, now + DAY);

        assertThat(next.encodedCluster()).isEqualTo(ledger.encodedCluster());
    }

    @Test
    void hoursThatMakeNoSense_areRefused_andNothingIsLost() {
        watch(START, START + 8 * DAY);
        var before = ledger.encodedCluster();

        assertThatThrownBy(() -> ledger.restoreCluster(new byte[] {7})).hasMessageContaining("layout 7");

        assertThat(ledger.encodedCluster()).isEqualTo(before);
    }

    @Test
    void view_clusterAndWorkloads_eachHaveTheirOwnHours() {
        watch(START, START + 8 * DAY);

        long noon = START + 8 * DAY - STEP;
        var view = view(noon);
        var wednesday = Instant.ofEpochMilli(START + 9 * DAY + DAY / 2);
        assertThat(view.of(WEB, wednesday).kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(view.of(BATCH, wednesday).kind()).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(view.now(wednesday).kind()).isEqualTo(RegimeKind.OFF_PEAK);
        assertThat(view.expected(Instant.ofEpochMilli(START + 9 * DAY)).kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(view.workloads()).containsExactly(BATCH, WEB);
        assertThat(view.workloadsByKind(wednesday))
                .containsEntry(RegimeKind.PEAK, 1)
                .containsEntry(RegimeKind.OFF_PEAK, 1);
    }

    @Test
    void view_beforeTwoDays_isUnknownForAll() {
        watch(START, START + DAY);

        var now = Instant.ofEpochMilli(START + DAY);
        assertThat(view(START + DAY).now(now).kind()).isEqualTo(RegimeKind.UNKNOWN);
        assertThat(view(START + DAY).of(WEB, now).kind()).isEqualTo(RegimeKind.UNKNOWN);
        assertThat(RegimeView.NOTHING.now(now).kind()).isEqualTo(RegimeKind.UNKNOWN);
    }

    @Test
    void observe_halfOfTheClusterIsNotMeasured_isNoLowLoad() {
        watch(START, START + 8 * DAY);
        long from = START + 8 * DAY;

        for (long at = from; at < from + DAY + 2 * STEP; at += STEP) {
            ledger.observe(measured(bare, Map.of("bare-1", 1.0), at), at);
        }

        // What the others used is not known: not nothing.
        assertThat(view(from + DAY + STEP)
                        .now(Instant.ofEpochMilli(from + DAY + STEP))
                        .because())
                .contains("nothing was measured for a day");
    }

    @Test
    void observe_onePodOfTwoIsMeasured_countsTwice() {
        for (long at = START; at < START + 8 * DAY; at += STEP) {
            var uses = uses(at);
            uses.remove(at < START + 4 * DAY ? "web-1" : "none");
            ledger.observe(measured(bare, uses, at), at);
        }

        // If it counted once, the load of the first days would be half, and other than usual.
        var noon = Instant.ofEpochMilli(START + 9 * DAY + DAY / 2);
        assertThat(view(START + 8 * DAY).of(WEB, noon).because()).contains("F1 1.00");
    }

    @Test
    void observe_workloadIsGoneForADay_isForgotten() {
        watch(START, START + 2 * DAY);
        var without = Clusters.image(
                Clusters.node("n1").cpu(16).podOf("batch", "batch-1", 100).pod("bare-1", 100));

        for (long at = START + 2 * DAY; at < START + 3 * DAY + 2 * STEP; at += STEP) {
            ledger.observe(measured(without, Map.of("batch-1", 100.0, "bare-1", 1.0), at), at);
        }

        assertThat(view(START + 3 * DAY).workloads()).containsExactly(BATCH);
    }

    @Test
    void observe_workloadScaledToNothing_usesNothingAndStays() {
        watch(START, START + 2 * DAY);
        var without = Clusters.after(
                Clusters.image(Clusters.node("n1")
                        .cpu(16)
                        .podOf("batch", "batch-1", 100)
                        .pod("bare-1", 100)),
                List.of(Clusters.replicas("web", 0)));

        for (long at = START + 2 * DAY; at < START + 4 * DAY; at += STEP) {
            ledger.observe(measured(without, Map.of("batch-1", 100.0, "bare-1", 1.0), at), at);
        }

        assertThat(view(START + 4 * DAY).workloads()).containsExactly(BATCH, WEB);
    }

    @Test
    void view_loadIsHighInAQuietHour_isPeakForTheMoment() {
        watch(START, START + 8 * DAY);
        long night = START + 8 * DAY;

        for (long at = night; at < night + 8 * STEP; at += STEP) {
            var uses = uses(at);
            uses.replaceAll((pod, millis) -> 3000.0);
            ledger.observe(measured(bare, uses, at), at);
        }

        var now = Instant.ofEpochMilli(night + 8 * STEP);
        assertThat(view(night + 8 * STEP).of(WEB, now).kind()).isEqualTo(RegimeKind.PEAK);
        assertThat(view(night + 8 * STEP).of(WEB, now).because()).contains("though this hour is quiet as a rule");
        assertThat(view(night + 8 * STEP).workloadsByKind(now)).containsEntry(RegimeKind.PEAK, 2);
    }
}
