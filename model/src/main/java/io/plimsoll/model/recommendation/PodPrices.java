package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Workload;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What is paid for the pods of each workload of one image: the price of each pod is that of its node.
///
/// A node's label is looked up once, and pods are counted by their workload's number. Of pods on nodes without a price
/// of their own only the number counts, so where there is one price for all nodes no pod is looked at.
public final class PodPrices {

    private final ClusterImage image;
    private final Price standard;
    /// The pods on nodes that have a price of their own, by the number of their workload.
    private final Map<Integer, PricedPods> own = new HashMap<>();

    private PodPrices(ClusterImage image, Price standard) {
        this.image = image;
        this.standard = standard;
    }

    public static PodPrices of(ClusterImage image, PriceTable table) {
        var prices = new PodPrices(image, table.standard());
        for (var node : image.nodes()) {
            table.own(node.spec()).ifPresent(price -> prices.add(node.workloadIds(), price));
        }
        return prices;
    }

    private void add(int[] workloadIds, Price price) {
        var one = PricedPods.of(1, price);
        for (int id : workloadIds) {
            own.merge(id, one, PricedPods::plus);
        }
    }

    /// Nothing for a workload that the image does not have.
    public PricedPods of(Owner workload) {
        return image.workload(workload).map(this::of).orElse(PricedPods.NONE);
    }

    private PricedPods of(Workload workload) {
        var priced = Optional.ofNullable(own.get(workload.id())).orElse(PricedPods.NONE);
        return priced.plus(PricedPods.of(workload.pods() - priced.count(), standard));
    }
}
