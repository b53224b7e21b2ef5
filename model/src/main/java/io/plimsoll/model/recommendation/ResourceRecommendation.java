package io.plimsoll.model.recommendation;

import java.util.List;
import java.util.StringJoiner;

/// What a container should ask for of one resource, and why. Amounts are thousandths of a core or bytes.
///
/// A request within `lower` and `upper` does well enough: that keeps it from following every ripple. Little
/// confidence widens the range. A request below `lower` is to be raised, one above `upper` to be lowered, and both
/// go to `target`.
///
/// @param current what it asks for now, 0 for nothing
/// @param uncapped the target before the policy's bounds, floors and rules
/// @param confidence 0 (nothing is known, the target is the present request) to 1
/// @param reasons how the target came about, in the order of the reckoning; never empty
/// @param cutFloor no pod is lowered below it, whatever it asks for now; `Long.MAX_VALUE` where none is lowered at all
public record ResourceRecommendation(
        ResourceKind kind,
        long current,
        long target,
        long lower,
        long upper,
        long uncapped,
        double confidence,
        List<SizingReason> reasons,
        long cutFloor) {

    public ResourceRecommendation {
        reasons = List.copyOf(reasons);
        if (!(0 <= lower && lower <= target && target <= upper)) {
            throw new IllegalArgumentException(
                    "lower, target and upper must ascend: " + lower + ", " + target + ", " + upper);
        }
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence must be within 0 and 1: " + confidence);
        }
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("reasons must not be empty");
        }
    }

    /// One that lowers any pod to the target.
    public ResourceRecommendation(
            ResourceKind kind,
            long current,
            long target,
            long lower,
            long upper,
            long uncapped,
            double confidence,
            List<SizingReason> reasons) {
        this(kind, current, target, lower, upper, uncapped, confidence, reasons, 0);
    }

    /// What a pod should ask for that asks for this now. Pods of one workload may ask for different amounts, as after
    /// a raise in place and a start from the template: `current` is that of the newest one.
    public long targetFor(long present) {
        return present <= target ? target : Math.max(target, Math.min(cutFloor, present));
    }

    /// Whether this is more for a pod that asks for so much now, since containers were killed for memory.
    public boolean isOomRaiseFor(long present) {
        return target > present && isAfterKills();
    }

    private boolean isAfterKills() {
        for (var reason : reasons) {
            if (reason instanceof SizingReason.OomKilled) {
                return true;
            }
        }
        return false;
    }

    /// Nothing can be said: the present request stays.
    public static ResourceRecommendation unchanged(ResourceKind kind, long current, SizingReason reason) {
        return new ResourceRecommendation(kind, current, current, current, current, current, 0, List.of(reason));
    }

    /// Whether the present request lies outside the range that does well enough.
    public boolean isOutside() {
        return current < lower || current > upper;
    }

    /// The reasons as one line for people.
    public String sentence() {
        var sentence = new StringJoiner("; ");
        for (var reason : reasons) {
            sentence.add(reason.text());
        }
        return sentence.toString();
    }
}
