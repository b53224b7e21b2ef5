package io.plimsoll.model.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class DemandTest {

    private static final double ROUNDING = 1e-9;

    @Test
    void steady_amount_variesByNothing() {
        assertThat(Demand.steady(new Resources(300, 1_000))).isEqualTo(new Demand(300, 0, 1_000, 0));
    }

    @Test
    void uncertain_amount_deviatesByAsMuchAsItsMean() {
        assertThat(Demand.uncertain(new Resources(300, 1_000))).isEqualTo(new Demand(300, 90_000, 1_000, 1_000_000));
    }

    /// Four of 100 ± 100 are 400 ± 200, where the sum of their peaks would be 800.
    @Test
    void plus_ofEqualPods_growsTheDeviationWithTheRootOfTheirNumber() {
        var one = Demand.uncertain(new Resources(100, 10));

        var four = one.plus(one).plus(one).plus(one);

        assertThat(four.cpuMillis()).isEqualTo(400);
        assertThat(Math.sqrt(four.cpuVariance())).isEqualTo(200);
        assertThat(four.memoryBytes()).isEqualTo(40);
        assertThat(Math.sqrt(four.memoryVariance())).isEqualTo(20);
    }

    @Test
    void or_believedToAQuarter_isThatFarOnTheWayToTheOther() {
        var known = new Demand(400, 1_600, 8, 64);
        var assumed = new Demand(800, 0, 16, 0);

        assertThat(known.or(assumed, 0.25)).isEqualTo(new Demand(700, 400, 14, 16));
        assertThat(known.or(assumed, 1)).isEqualTo(known);
        assertThat(known.or(assumed, 0)).isEqualTo(assumed);
    }

    @Test
    void demand_negativeOrNotANumber_isRefusedWithItsParts() {
        assertThatThrownBy(() -> new Demand(1, -4, 2, 0)).hasMessageContaining("1.0 ± √-4.0, 2.0 ± √0.0");
        assertThatThrownBy(() -> new Demand(Double.NaN, 0, 0, 0)).hasMessageContaining("NaN");
    }

    /// Pods that peak apart need as much room as the most changeable of them, and at most that of all their peaks.
    @Property(tries = 300, seed = "51")
    void sum_ofAnyDemands_deviatesByNoLessThanTheLargestAndNoMoreThanAllTogether(
            @ForAll("demands") List<Demand> demands) {
        var sum = demands.stream().reduce(Demand.NONE, Demand::plus);

        assertPooled(demands, sum, Demand::cpuVariance);
        assertPooled(demands, sum, Demand::memoryVariance);
        assertThat(sum.cpuMillis())
                .isCloseTo(demands.stream().mapToDouble(Demand::cpuMillis).sum(), within(ROUNDING));
        assertThat(sum.memoryBytes())
                .isCloseTo(demands.stream().mapToDouble(Demand::memoryBytes).sum(), within(ROUNDING));
    }

    private static void assertPooled(List<Demand> demands, Demand sum, ToDoubleFunction<Demand> variance) {
        var deviations = demands.stream()
                .mapToDouble(demand -> Math.sqrt(variance.applyAsDouble(demand)))
                .summaryStatistics();
        assertThat(Math.sqrt(variance.applyAsDouble(sum)))
                .isBetween(deviations.getMax() - ROUNDING, deviations.getSum() + ROUNDING);
    }

    @Property(tries = 300, seed = "52")
    void or_withAnyTrust_liesBetweenTheTwoInEveryPart(
            @ForAll("demand") Demand one,
            @ForAll("demand") Demand other,
            @ForAll @DoubleRange(min = 0, max = 1) double trust) {
        var between = one.or(other, trust);

        for (var part : PARTS) {
            double a = part.applyAsDouble(one);
            double b = part.applyAsDouble(other);
            assertThat(part.applyAsDouble(between)).isBetween(Math.min(a, b) - ROUNDING, Math.max(a, b) + ROUNDING);
        }
    }

    private static final List<ToDoubleFunction<Demand>> PARTS =
            List.of(Demand::cpuMillis, Demand::cpuVariance, Demand::memoryBytes, Demand::memoryVariance);

    @Provide
    Arbitrary<Demand> demand() {
        var amount = Arbitraries.doubles().between(0, 10_000);
        return Combinators.combine(amount, amount, amount, amount).as(Demand::new);
    }

    @Provide
    Arbitrary<List<Demand>> demands() {
        return demand().list().ofMinSize(1).ofMaxSize(20);
    }
}
