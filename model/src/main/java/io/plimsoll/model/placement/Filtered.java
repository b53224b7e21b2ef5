package io.plimsoll.model.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which of some nodes a pod may go to.
///
/// @param kept the nodes that stay, in the order in which they were asked for
/// @param refused the others, in the same order
/// @param reasons why, one for each of those refused
/// @param leastBad whether no node was fit, and those kept are only the least bad ones
public record Filtered(int[] kept, int[] refused, List<Reason> reasons, boolean leastBad) {

    public Filtered {
        reasons = List.copyOf(reasons);
        if (refused.length != reasons.size()) {
            throw new IllegalArgumentException(
                    "refused and reasons differ in length: " + refused.length + ", " + reasons.size());
        }
    }

    /// All of them stay.
    static Filtered all(int[] slots) {
        return new Filtered(slots, new int[0], List.of(), false);
    }

    /// Keeps the fit nodes or, where there is none, the `keepLeastBad` ones of least severity; of equal ones
    /// those of lower slots, so that the order in which nodes are asked for decides nothing.
    static Filtered of(int[] slots, Verdict[] verdicts, int keepLeastBad) {
        boolean anyFit = Arrays.stream(verdicts).anyMatch(Verdict::isFit);
        long limit = anyFit || slots.length == 0 ? -1 : limit(slots, verdicts, keepLeastBad);
        var kept = new int[slots.length];
        var refused = new int[slots.length];
        var reasons = new ArrayList<Reason>();
        int keptCount = 0;
        for (int i = 0; i < slots.length; i++) {
            if (verdicts[i] instanceof Verdict.Unfit unfit && order(unfit, slots[i]) > limit) {
                refused[reasons.size()] = slots[i];
                reasons.add(unfit.reason());
            } else {
                kept[keptCount++] = slots[i];
            }
        }
        return new Filtered(
                Arrays.copyOf(kept, keptCount),
                Arrays.copyOf(refused, reasons.size()),
                reasons,
                !anyFit && slots.length > 0);
    }

    /// The order of the last node that stays when none is fit.
    private static long limit(int[] slots, Verdict[] verdicts, int keep) {
        var orders = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            orders[i] = order((Verdict.Unfit) verdicts[i], slots[i]);
        }
        Arrays.sort(orders);
        return orders[Math.min(keep, orders.length) - 1];
    }

    /// Severity first, then slot; the bits of a float that is not negative order as it does.
    private static long order(Verdict.Unfit unfit, int slot) {
        return (long) Float.floatToIntBits((float) unfit.severity()) << 32 | slot;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Filtered that
                && Arrays.equals(kept, that.kept)
                && Arrays.equals(refused, that.refused)
                && reasons.equals(that.reasons)
                && leastBad == that.leastBad;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(kept);
    }

    @Override
    public String toString() {
        return "Filtered[kept=" + Arrays.toString(kept) + ", refused=" + Arrays.toString(refused) + ", reasons="
                + reasons + ", leastBad=" + leastBad + "]";
    }
}
