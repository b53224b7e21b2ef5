package io.plimsoll.model.recommendation;

/// Some pods, and what is paid for them where they are.
///
/// @param prices of a core and of a GiB in each of them, added up
public record PricedPods(int count, Price prices) {

    public static final PricedPods NONE = new PricedPods(0, Price.NONE);

    static PricedPods of(int count, Price each) {
        return new PricedPods(count, each.times(count));
    }

    PricedPods plus(PricedPods other) {
        return new PricedPods(count + other.count, prices.plus(other.prices));
    }

    /// What comes of it when each of them frees that.
    public Saved saved(Freed each) {
        return new Saved(each.times(count), prices.monthly(each));
    }
}
