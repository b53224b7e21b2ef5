package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.usage.SignalKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Nodes of 4 cores: hot above 3.6.
class HotNodesTest {

    private static final long MINUTE = 60_000;

    private final HotNodes nodes = new HotNodes(PlacementConfig.DEFAULT);
    private long now = Clusters.NOW_MILLIS;

    @Test
    void node_inSixOfTenMeasurementsAboveTheLine_isHot() {
        measure(3900, 3900, 3000, 3900, 3000, 3900, 3900);
        assertThat(nodes.hot()).isEmpty();

        measure(3900);

        assertThat(nodes.hot()).isEqualTo(Map.of("n1", List.of(Contention.CPU)));
    }

    @Test
    void node_thatIsBelowTheLineNow_isNotHot() {
        measure(3900, 3900, 3900, 3900, 3900, 3900, 3900, 3000);

        assertThat(nodes.hot()).isEmpty();
    }

    @Test
    void load_thatSwingsWithAPeriodOfTwoMeasurements_isNeverHot() {
        for (int i = 0; i < 30; i++) {
            measure(3900, 3000);
            assertThat(nodes.hot()).isEmpty();
        }
        measure(3900);
        assertThat(nodes.hot()).isEmpty();
    }

    @Test
    void sameMeasurement_lookedAtAgain_countsOnce() {
        for (int i = 0; i < 10; i++) {
            nodes.observe(image(3900), now);
        }

        assertThat(nodes.hot()).isEmpty();
    }

    @Test
    void measurements_beforeALongGap_countNoMore() {
        measure(3900, 3900, 3900, 3900, 3900);
        now += 20 * MINUTE;

        measure(3900);

        assertThat(nodes.hot()).isEmpty();
    }

    @Test
    void staleMeasurement_countsForNothing() {
        for (int i = 0; i < 10; i++) {
            now += MINUTE;
            nodes.observe(image(3900), now + 5 * MINUTE);
        }

        assertThat(nodes.hot()).isEmpty();
    }

    @Test
    void node_thatIsGone_isForgotten() {
        measure(3900, 3900, 3900, 3900, 3900, 3900);
        assertThat(nodes.hot()).isNotEmpty();

        nodes.observe(ClusterImage.EMPTY, now);

        assertThat(nodes.hot()).isEmpty();
    }

    private void measure(int... cpuMillis) {
        for (int used : cpuMillis) {
            now += MINUTE;
            nodes.observe(image(used), now);
        }
    }

    private ClusterImage image(int cpuMillis) {
        return Clusters.image(Clusters.node("n1")
                .signal(SignalKind.CPU_USAGE_MILLIS, cpuMillis, now)
                .signal(SignalKind.MEMORY_WORKING_SET_BYTES, 1.0 * Clusters.GIB, now));
    }
}
