package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.neighbour.Pressure.Tier;
import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import org.junit.jupiter.api.Test;

/// A node of 10 cores and 16 GiB.
class PressureTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final double CORES = 10_000;
    private static final double BYTES = 16.0 * (1L << 30);

    private NodeSignals signals = NodeSignals.NONE;

    @Test
    void cpu_allTold_isOfStalls() {
        tell(SignalKind.CPU_USAGE_MILLIS, 9_000);
        tell(SignalKind.CPU_RUN_QUEUE_60, 0.3);
        tell(SignalKind.CPU_PSI_SOME_60, 0.2);

        assertPressure(Contention.CPU, Tier.STALLS, 0.2);
    }

    @Test
    void cpu_noStallsTold_isOfTheRunQueue() {
        tell(SignalKind.CPU_USAGE_MILLIS, 9_000);
        tell(SignalKind.CPU_RUN_QUEUE_60, 0.3);

        assertPressure(Contention.CPU, Tier.RUN_QUEUE, 0.3);
    }

    @Test
    void cpu_useAlone_isHowFarItIsAboveFourFifths() {
        tell(SignalKind.CPU_USAGE_MILLIS, 9_000);

        assertPressure(Contention.CPU, Tier.USAGE, 0.5);
    }

    /// 200 pages a second, 0.1 ms each.
    @Test
    void memory_refaultsWithoutStalls_areTheTimeOfTheirReads() {
        tell(SignalKind.MEMORY_REFAULTS_PER_SECOND, 200);
        tell(SignalKind.MEMORY_AVAILABLE_BYTES, 0);

        assertPressure(Contention.MEMORY, Tier.REFAULTS, 0.02);
    }

    /// The page cache that can be had again is in the working set in part.
    @Test
    void memory_availableTold_isPreferredToTheWorkingSet() {
        tell(SignalKind.MEMORY_WORKING_SET_BYTES, BYTES);
        tell(SignalKind.MEMORY_AVAILABLE_BYTES, 0.05 * BYTES);

        assertPressure(Contention.MEMORY, Tier.AVAILABLE, 0.75);
    }

    @Test
    void memory_aFifthAvailable_isNone() {
        tell(SignalKind.MEMORY_AVAILABLE_BYTES, 0.20 * BYTES);

        assertPressure(Contention.MEMORY, Tier.AVAILABLE, 0);
    }

    @Test
    void cpu_stallsNotToldForTenMinutes_giveWayToWhatIs() {
        tell(SignalKind.CPU_PSI_SOME_60, 0.2);
        tell(SignalKind.CPU_USAGE_MILLIS, 9_000, NOW + NodeWatch.GAP_MILLIS);
        assertPressure(Contention.CPU, Tier.STALLS, 0.2);

        tell(SignalKind.CPU_USAGE_MILLIS, 9_000, NOW + NodeWatch.GAP_MILLIS + 1);
        assertPressure(Contention.CPU, Tier.USAGE, 0.5);
    }

    @Test
    void nothingTold_isUnknown() {
        tell(SignalKind.MEMORY_AVAILABLE_BYTES, 0);

        assertThat(Pressure.of(signals, Contention.CPU, CORES)).isEmpty();
    }

    private void tell(SignalKind kind, double value) {
        tell(kind, value, NOW);
    }

    private void tell(SignalKind kind, double value, long atMillis) {
        signals = signals.with(kind, new Sample(value, atMillis, "test"), Long.MAX_VALUE);
    }

    private void assertPressure(Contention contention, Tier tier, double share) {
        double capacity = contention == Contention.CPU ? CORES : BYTES;
        assertThat(Pressure.of(signals, contention, capacity)).hasValueSatisfying(pressure -> {
            assertThat(pressure.tier()).isEqualTo(tier);
            assertThat(pressure.share()).isCloseTo(share, within(1e-9));
        });
    }
}
