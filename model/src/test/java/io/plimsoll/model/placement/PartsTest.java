package io.plimsoll.model.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.Stability;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tables in the comments of the parts.
class PartsTest {

    private static final Offset<Double> TENTH = within(0.05);
    private static final double NONE = Double.NaN;

    @ParameterizedTest
    @CsvSource({"-1, 100", "0, 100", "0.25, 87.5", "0.65, 67.5", "1, 50", "1.25, 40", "2, 25", "1000, 0.05"})
    void packing_withoutATarget_fallsAllTheWay(double cpuShare, double expected) {
        assertThat(PackingPart.score(cpuShare, 0, 0)).isCloseTo(expected, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"0, 50", "0.25, 75", "0.5, 100", "0.65, 85", "0.8, 70", "1, 50", "1.25, 40", "1000, 0.05"})
    void packing_withATarget_risesToItAndFallsBeyond(double cpuShare, double expected) {
        assertThat(PackingPart.score(cpuShare, 0, 0.5)).isCloseTo(expected, TENTH);
    }

    @Test
    void packing_isThatOfTheResourceThatBinds() {
        assertThat(PackingPart.score(0.2, 0.8, 0)).isCloseTo(60, TENTH);
        assertThat(PackingPart.score(0.8, 0.2, 0)).isCloseTo(60, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "0.2, 100", "0.11, 50", "0.02, 0", "-5, 0"})
    void memoryPressure_headroom(double availableShare, double expected) {
        double risk = MemoryPressurePart.headroomRisk(availableShare, 0.02);

        assertThat(MemoryPressurePart.score(risk, NONE, NONE)).isCloseTo(expected, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "0.0017, 98.3", "0.05, 50", "0.1, 0", "1, 0"})
    void memoryPressure_someStalled(double some60, double expected) {
        double risk = MemoryPressurePart.stallRisk(some60, NONE, NONE);

        assertThat(MemoryPressurePart.score(NONE, risk, NONE)).isCloseTo(expected, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "10, 90.0", "90, 66.7", "1000, 33.2", "10000, 0", "1e300, 0"})
    void memoryPressure_refaults(double pagesPerSecond, double expected) {
        double risk = MemoryPressurePart.refaultRisk(pagesPerSecond);

        assertThat(MemoryPressurePart.score(NONE, NONE, risk)).isCloseTo(expected, TENTH);
    }

    @Test
    void memoryPressure_theWorstStallCounts() {
        // some60 0.02 of 0.10 = 0.2; full60 0.01 of 0.02 = 0.5; some10 0.06 of 0.20 = 0.3
        assertThat(MemoryPressurePart.stallRisk(0.02, 0.01, 0.06)).isEqualTo(0.5);
        assertThat(MemoryPressurePart.stallRisk(0.02, NONE, 0.06)).isCloseTo(0.3, within(1e-9));
        assertThat(MemoryPressurePart.stallRisk(NONE, NONE, NONE)).isNaN();
    }

    @Test
    void memoryPressure_risksMultiply() {
        // 0.5 · 0.8 · 0.75 = 0.3
        assertThat(MemoryPressurePart.score(0.5, 0.2, 0.25)).isCloseTo(30, TENTH);
    }

    @Test
    void memoryPressure_withoutAnyDataIsAbsent() {
        assertThat(MemoryPressurePart.score(NONE, NONE, NONE)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "0.1, 100", "0.2, 75", "0.3, 50", "0.4, 25", "0.5, 0", "1, 0"})
    void cpuContention_fallsFromATenthToAHalf(double some60, double expected) {
        assertThat(CpuContentionPart.score(some60)).isCloseTo(expected, TENTH);
    }

    @Test
    void cpuContention_withoutDataIsAbsent() {
        assertThat(CpuContentionPart.score(NONE)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 20, 100",
        "0.10, 0, 20, 71.7",
        "0.10, 0.01, 5, 58.7",
        "0.10, 0.01, 20, 35.6",
        "0.10, 0.05, 5, 26.4",
        "0.30, 0.05, 5, 13.5"
    })
    void neighbourFit_ofCpu_fallsWithPressureAndWithHowManyWait(
            double pressure, double added, double others, double expected) {
        double cpu = NeighbourFitPart.burden(1, 0.9 * pressure, 0.1 * pressure, added, others);

        assertThat(NeighbourFitPart.score(cpu, 0)).isCloseTo(expected, TENTH);
    }

    @Test
    void neighbourFit_ofMemory_fallsSixTimesAsFast() {
        assertThat(NeighbourFitPart.score(0, 0.05)).isCloseTo(36.8, TENTH);
        assertThat(NeighbourFitPart.score(0.30, 0)).isCloseTo(36.8, TENTH);
        assertThat(NeighbourFitPart.score(0.30, 0.05)).isCloseTo(13.5, TENTH);
        assertThat(NeighbourFitPart.burden(1, NONE, 1, 1, 1)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 100", "1, 2, 50", "2, 2, 0", "3, 2, 0", "1, 3, 66.7", "3, 100, 97", "1, 0, 0", "0.25, 1, 75"})
    void siblings_shareThatWouldBeLost(double siblings, int replicas, double expected) {
        assertThat(SiblingsPart.score(siblings, replicas)).isCloseTo(expected, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"false, true, 100", "false, false, 100", "true, true, 0", "true, false, 100"})
    void emptiness_countsOnlyWhereOthersAreInUse(boolean empty, boolean someInUse, double expected) {
        assertThat(EmptinessPart.score(empty, someInUse)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0.2, 100", "0.6, 0.4, 80", "0.9, 0.1, 20", "0.5, 1.3, 50", "7, 9, 100"})
    void complementarity_strandedShare(double cpuShare, double memoryShare, double expected) {
        assertThat(ComplementarityPart.score(cpuShare, memoryShare)).isCloseTo(expected, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 100", "1000, 0, 75", "1000, 60, 93.75", "3000, 0, 25", "9000, 0, 0"})
    void stability_penaltyHalvesEvery30Minutes(double penalty, long minutesAgo, double expected) {
        long nowMillis = 1_000_000_000L;
        var stability = new Stability(penalty, nowMillis - minutesAgo * 60_000, 0);

        assertThat(StabilityPart.score(stability, nowMillis)).isCloseTo(expected, TENTH);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "75000, 1", "90000, 0.857", "127500, 0.5", "180000, 0", "10000000, 0", "-127500, 0.5"})
    void trust_fadesWithAge(long ageMillis, double expected) {
        long nowMillis = 1_000_000_000L;

        assertThat(new Trust(75_000, 180_000).at((double) (nowMillis - ageMillis), nowMillis))
                .isCloseTo(expected, within(1e-3));
    }

    @Test
    void trust_whatWasNeverMeasuredIsNotTrusted() {
        assertThat(new Trust(75_000, 180_000).at(Trust.NEVER, Long.MIN_VALUE)).isZero();
    }

    @Test
    void trust_blendWithoutTrustIgnoresAnAbsentValue() {
        assertThat(Trust.blend(0, NONE, 0.4)).isEqualTo(0.4);
        assertThat(Trust.blend(0.25, 0.8, 0.4)).isCloseTo(0.5, within(1e-9));
    }
}
