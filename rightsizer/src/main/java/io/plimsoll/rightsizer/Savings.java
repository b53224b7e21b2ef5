package io.plimsoll.rightsizer;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Freed;
import io.plimsoll.model.recommendation.PodPrices;
import io.plimsoll.model.recommendation.Price;
import io.plimsoll.model.recommendation.PriceTable;
import io.plimsoll.model.recommendation.PricedPods;
import io.plimsoll.model.recommendation.Saved;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What recommendations free, and what that is worth, by one image.
///
/// @param pods what is paid for the pods of a workload
/// @param prices nothing where no prices were set: then nothing is said of cost
public record Savings(Function<Owner, PricedPods> pods, Optional<PriceTable> prices) {

    /// Where no workload has pods.
    public static final Savings NONE = new Savings(workload -> PricedPods.NONE, Optional.empty());

    private static final long MIB = 1L << 20;
    /// So much does a sum move before it is told anew, or a tenth of it if that is more: it ripples with usage.
    private static final Freed TOLD = new Freed(50, 64 * MIB);

    private static final double SHARE_TOLD = 0.1;
    private static final PriceTable UNPRICED = new PriceTable(Price.NONE, "");

    public static Savings of(ClusterImage image, Optional<PriceTable> prices) {
        return new Savings(PodPrices.of(image, prices.orElse(UNPRICED))::of, prices);
    }

    Saved saved(WorkloadSizing sizing) {
        return pods.apply(sizing.workload()).saved(Freed.ofEachPod(sizing));
    }

    /// As it is shown.
    Saving shown(Saved saved) {
        return new Saving(
                new ResourceAmounts(
                        new Quantity(saved.freed().cpuMillis() + "m"),
                        new Quantity(saved.freed().memoryBytes() / MIB + "Mi")),
                prices.map(table -> cents(saved.monthlyCost())).orElse(null),
                prices.map(PriceTable::currency).orElse(null));
    }

    private static String cents(double amount) {
        return BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    /// As it is shown where something was shown before. Amounts and cost stay as they were told together until
    /// one of them has moved by enough: where pods are priced by their nodes, the amounts do not tell the cost.
    Saving steady(@Nullable Saving before, Saved saved) {
        return before != null
                        && read(before).filter(former -> isNear(former, saved)).isPresent()
                ? before
                : shown(saved);
    }

    private boolean isNear(Saved before, Saved now) {
        return isNear(before.freed().cpuMillis(), now.freed().cpuMillis(), TOLD.cpuMillis())
                && isNear(before.freed().memoryBytes(), now.freed().memoryBytes(), TOLD.memoryBytes())
                && isNear(before.monthlyCost(), now.monthlyCost(), costTold());
    }

    private static boolean isNear(long before, long now, long least) {
        return isNear((double) before, (double) now, (double) least);
    }

    private static boolean isNear(double before, double now, double least) {
        return Math.abs(now - before) <= Math.max(least, SHARE_TOLD * Math.abs(before));
    }

    /// What that much costs where it costs most.
    private double costTold() {
        return prices.map(table -> table.dearest().monthly(TOLD)).orElse(0.0);
    }

    /// Nothing where it was told in another currency, or incompletely.
    private Optional<Saved> read(Saving saving) {
        var amounts = saving.freed();
        if (amounts == null || amounts.cpu() == null || amounts.memory() == null) {
            return Optional.empty();
        }
        var freed = new Freed(signed(amounts.cpu(), 1000), signed(amounts.memory(), 1));
        return cost(saving).map(cost -> new Saved(freed, cost));
    }

    private Optional<Double> cost(Saving saving) {
        var told = Optional.ofNullable(saving.monthlyCost());
        if (!prices.map(PriceTable::currency).equals(Optional.ofNullable(saving.currency()))) {
            return Optional.empty();
        }
        return prices.isPresent()
                ? told.flatMap(Savings::number)
                : Optional.of(0.0).filter(none -> told.isEmpty());
    }

    private static Optional<Double> number(String text) {
        try {
            return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// Quantities of usage are never negative; those of savings are.
    private static long signed(Quantity quantity, int scale) {
        var text = quantity.toString();
        boolean isNegative = text.startsWith("-");
        var amount = isNegative ? text.substring(1) : text;
        long value = scale == 1 ? Quantities.value(amount) : Quantities.milli(amount);
        return isNegative ? -value : value;
    }
}
