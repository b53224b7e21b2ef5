package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodePlatform;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.Freed;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.Price;
import io.plimsoll.model.recommendation.PriceTable;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.Saved;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SavingsTest {

    private static final String LABEL = "karpenter.sh/capacity-type";
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final long MIB = 1L << 20;

    /// 50m and 64 MiB cost 1.83 a month at the most: 0.05 · 0.05 · 730 h and 0.0625 · 0.0001 · 730 h.
    private final Savings savings = new Savings(
            Savings.NONE.pods(),
            Optional.of(new PriceTable(new Price(0.01, 0.0001), LABEL, Map.of("big", new Price(0.05, 0)), "EUR")));

    /// One pod at 0.02 and one at 0.05 free 800m each: 0.07 · 0.8 · 730 h.
    @Test
    void saving_ofAnImageWithNodesOfTwoPrices_isTheSumOverPods() {
        var prices = new PriceTable(new Price(0.05, 0), LABEL, Map.of("spot", new Price(0.02, 0)), "EUR");
        var image = image(node("n1", "spot"), node("n2", "on-demand"), pod("web-1", "n1"), pod("web-2", "n2"));

        var saved = Savings.of(image, Optional.of(prices)).saved(sizing());

        assertThat(saved.freed()).isEqualTo(new Freed(1600, 0));
        assertThat(saved.monthlyCost()).isCloseTo(40.88, within(1e-9));
    }

    @Test
    void saving_withoutPrices_isOfAmountsAlone() {
        var unpriced = Savings.of(image(node("n1", "spot"), pod("web-1", "n1")), Optional.empty());

        assertThat(unpriced.shown(unpriced.saved(sizing()))).isEqualTo(saving("800m", "0Mi", null, null));
    }

    @Test
    void amountsAndCost_thatMoveByATenthAtMost_stayAsTheyWereTold() {
        var before = saving("1000m", "1024Mi", "100.00", "EUR");

        assertThat(savings.steady(before, saved(1100, 1024 - 102, 90))).isEqualTo(before);
    }

    /// Told together: what they are told at is of one moment.
    @Test
    void amountsAndCost_ofWhichOneMovesByMore_areAllToldAnew() {
        var before = saving("1000m", "1024Mi", "100.00", "EUR");

        assertThat(savings.steady(before, saved(1090, 1000, 110.01)))
                .isEqualTo(saving("1090m", "1000Mi", "110.01", "EUR"));
        assertThat(savings.steady(before, saved(1101, 1000, 101)))
                .isEqualTo(saving("1101m", "1000Mi", "101.00", "EUR"));
        assertThat(savings.steady(before, saved(1090, 921, 101))).isEqualTo(saving("1090m", "921Mi", "101.00", "EUR"));
    }

    /// A tenth of nearly nothing would have each ripple told.
    @Test
    void cost_nearZero_isToldAnewOnlyByWhatTheLeastAmountsCostAtTheDearestNode() {
        var before = saving("0m", "0Mi", "0.00", "EUR");

        assertThat(savings.steady(before, saved(-50, 64, -1.82))).isEqualTo(before);
        assertThat(savings.steady(before, saved(-50, 64, -1.84))).isEqualTo(saving("-50m", "64Mi", "-1.84", "EUR"));
    }

    @Test
    void cost_thatWasToldInAnotherCurrencyOrNotOrMakesNoSense_isToldAnew() {
        var now = saved(1000, 0, 100);
        var anew = saving("1000m", "0Mi", "100.00", "EUR");

        assertThat(savings.steady(saving("1000m", "0Mi", "101.00", "USD"), now)).isEqualTo(anew);
        assertThat(savings.steady(saving("1000m", "0Mi", null, null), now)).isEqualTo(anew);
        assertThat(savings.steady(saving("1000m", "0Mi", null, "EUR"), now)).isEqualTo(anew);
        assertThat(savings.steady(saving("1000m", "0Mi", "Infinity", "EUR"), now))
                .isEqualTo(anew);
        assertThat(savings.steady(saving("1000m", "0Mi", "much", "EUR"), now)).isEqualTo(anew);
        assertThat(savings.steady(null, now)).isEqualTo(anew);
    }

    @Test
    void cost_whosePricesWereTakenOut_isNotToldAnyMore() {
        var before = saving("1000m", "0Mi", "100.00", "EUR");

        assertThat(Savings.NONE.steady(before, saved(1000, 0, 0))).isEqualTo(saving("1000m", "0Mi", null, null));
    }

    /// Costs that cancel out leave a rest of rounding, which would be shown as -0.00.
    @Test
    void cost_ofLessThanACent_hasNoSign() {
        assertThat(savings.shown(saved(0, 0, -1e-12)).monthlyCost()).isEqualTo("0.00");
    }

    private static Saved saved(long cpuMillis, long memoryMib, double monthlyCost) {
        return new Saved(new Freed(cpuMillis, memoryMib * MIB), monthlyCost);
    }

    private static Saving saving(String cpu, String memory, @Nullable String monthlyCost, @Nullable String currency) {
        return new Saving(new ResourceAmounts(new Quantity(cpu), new Quantity(memory)), monthlyCost, currency);
    }

    private static ClusterImage image(ClusterEvent... events) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        List.of(events).forEach(delta::replay);
        return delta.apply();
    }

    private static ClusterEvent node(String name, String capacityType) {
        return new ClusterEvent.NodeApplied(
                new NodeSpec(
                        name,
                        "uid",
                        "boot",
                        Resources.NONE,
                        Resources.NONE,
                        110,
                        NodeSpec.Readiness.READY,
                        false,
                        false,
                        false,
                        List.of(),
                        NodePlatform.UNTOLD,
                        Map.of(LABEL, capacityType)),
                0);
    }

    private static ClusterEvent pod(String name, String node) {
        return new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", name),
                "uid-" + name,
                Optional.of(WEB),
                Optional.of(node),
                PodPhase.RUNNING,
                true,
                0,
                0,
                false,
                List.of(new ContainerSpec("main", new Resources(1000, 100), Resources.NONE)),
                Resources.NONE,
                Set.of()));
    }

    /// 1000m are asked for, and 200m recommended.
    private static WorkloadSizing sizing() {
        var why = List.<SizingReason>of(new SizingReason.NoHistory());
        var container = new ContainerRecommendation(
                "main",
                "high-water",
                new ResourceRecommendation(ResourceKind.CPU, 1000, 200, 150, 240, 200, 0.9, why),
                new ResourceRecommendation(ResourceKind.MEMORY, 100, 100, 100, 100, 100, 0.9, why),
                1);
        var policy = new PolicyCandidate(Optional.of("shop"), "all", 0, 0, false, workload -> true);
        return new WorkloadSizing(
                WEB,
                PolicyChoice.among(List.of(policy), WEB).orElseThrow(),
                List.of(container),
                new ResizePlan.Skipped(SkipReason.FITS, ""));
    }
}
