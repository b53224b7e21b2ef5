package io.plimsoll.rightsizer;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Workload;
import io.plimsoll.model.recommendation.Freed;
import io.plimsoll.model.recommendation.PriceTable;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// What recommendations free, and what that is worth.
///
/// @param pods how many a workload has
/// @param prices nothing where no prices were set: then nothing is said of cost
public record Savings(ToIntFunction<Owner> pods, Optional<PriceTable> prices) {

    private static final long MIB = 1L << 20;
    /// So much does a sum move before it is told anew, or a tenth of it if that is more: it ripples with usage.
    private static final long CPU_MILLIS_TOLD = 50;
    private static final long MEMORY_BYTES_TOLD = 64 * MIB;

    private static final double SHARE_TOLD = 0.1;

    /// Of the workloads that the image of the moment has.
    public static Savings of(Supplier<ClusterImage> images, Optional<PriceTable> prices) {
        return new Savings(
                workload -> images.get().workload(workload).map(Workload::pods).orElse(0), prices);
    }

    Freed freed(WorkloadSizing sizing) {
        return Freed.of(sizing, pods.applyAsInt(sizing.workload()));
    }

    /// As it is shown.
    Saving shown(Freed freed) {
        return new Saving(
                new ResourceAmounts(
                        new Quantity(freed.cpuMillis() + "m"), new Quantity(freed.memoryBytes() / MIB + "Mi")),
                prices.map(table -> String.format(Locale.ROOT, "%.2f", table.monthly(freed)))
                        .orElse(null),
                prices.map(PriceTable::currency).orElse(null));
    }

    /// As it is shown where something was shown before, at prices of now: the same until it has moved by enough.
    Saving steady(@Nullable Saving before, Freed freed) {
        return shown(read(before)
                .filter(former -> isNear(former.cpuMillis(), freed.cpuMillis(), CPU_MILLIS_TOLD)
                        && isNear(former.memoryBytes(), freed.memoryBytes(), MEMORY_BYTES_TOLD))
                .orElse(freed));
    }

    private static boolean isNear(long before, long now, long least) {
        return Math.abs(now - before) <= Math.max((double) least, SHARE_TOLD * Math.abs(before));
    }

    private static Optional<Freed> read(@Nullable Saving saving) {
        var amounts = saving == null ? null : saving.freed();
        return amounts == null || amounts.cpu() == null || amounts.memory() == null
                ? Optional.empty()
                : Optional.of(new Freed(signed(amounts.cpu(), 1000), signed(amounts.memory(), 1)));
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
