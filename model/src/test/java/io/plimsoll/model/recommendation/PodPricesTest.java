package io.plimsoll.model.recommendation;

import static io.plimsoll.model.cluster.Clusters.GIB;
import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.bound;
import static io.plimsoll.model.cluster.Clusters.deployment;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pendingOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.Owner;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodPricesTest {

    private static final String LABEL = "karpenter.sh/capacity-type";
    private static final Price STANDARD = new Price(0.5, 0.25);
    private static final PriceTable TABLE = new PriceTable(
            STANDARD, LABEL, Map.of("spot", new Price(0.125, 0.0625), "reserved", new Price(1, 0)), "EUR");
    private static final Owner WEB = deployment("web");

    /// Two at 0.125 and 0.0625, one at 1 and nothing.
    @Test
    void pods_onNodesOfSeveralPrices_areEachPricedByTheirNode() {
        var image = Clusters.image(
                node("n1").label(LABEL, "spot").podOf("web", "web-1", 100).podOf("web", "web-2", 100),
                node("n2").label(LABEL, "reserved").podOf("web", "web-3", 100).podOf("db", "db-1", 100));

        assertThat(priced(image, WEB)).isEqualTo(new PricedPods(3, new Price(1.25, 0.125)));
        assertThat(priced(image, deployment("db"))).isEqualTo(new PricedPods(1, new Price(1, 0)));
    }

    /// One at a node without the label, at one with another value, at one that is not known yet, and at none.
    @Test
    void pods_withoutANodeOfAPriceOfItsOwn_areAtTheStandardPrice() {
        var image = Clusters.image(
                node("n1").podOf("web", "web-1", 100),
                node("n2").label(LABEL, "on-demand").podOf("web", "web-2", 100),
                node("n3").label(LABEL, "spot").podOf("web", "web-3", 100));
        image = Clusters.after(
                image,
                List.of(
                        new ClusterEvent.PodApplied(bound(pendingOf("web", "web-4", 100, 1), "n9", NOW_MILLIS)),
                        new ClusterEvent.PodApplied(pendingOf("web", "web-5", 100, 1))));

        assertThat(priced(image, WEB)).isEqualTo(new PricedPods(5, new Price(4 * 0.5 + 0.125, 4 * 0.25 + 0.0625)));
    }

    @Test
    void workload_thatIsNotThere_hasNoPods() {
        assertThat(priced(ClusterImage.EMPTY, WEB)).isEqualTo(PricedPods.NONE);
    }

    @Test
    void table_ofOnePrice_holdsForAllPodsWhateverTheirNodesAre() {
        var image = Clusters.image(
                node("n1").label(LABEL, "spot").podOf("web", "web-1", 100),
                node("n2").label("", "odd").podOf("web", "web-2", 100));

        assertThat(PodPrices.of(image, new PriceTable(STANDARD, "EUR")).of(WEB))
                .isEqualTo(new PricedPods(2, new Price(1, 0.5)));
    }

    /// Each of three frees a core and takes 2 GiB more: 1.25 · 730 h less 0.125 · 2 · 730 h.
    @Test
    void saving_ofPodsAtDifferentPrices_isTheSumOverThem() {
        var saved = new PricedPods(3, new Price(1.25, 0.125)).saved(new Freed(1000, -2 * GIB));

        assertThat(saved.freed()).isEqualTo(new Freed(3000, -6 * GIB));
        assertThat(saved.monthlyCost()).isCloseTo(730, within(1e-9));
    }

    @Test
    void dearest_ofATable_isTheHighestOfEachWhereverItIs() {
        assertThat(TABLE.dearest()).isEqualTo(new Price(1, 0.25));
    }

    private static PricedPods priced(ClusterImage image, Owner workload) {
        return PodPrices.of(image, TABLE).of(workload);
    }
}
