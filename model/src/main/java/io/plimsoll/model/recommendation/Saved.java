package io.plimsoll.model.recommendation;

/// What pods free when they ask for what is recommended, and what that costs.
///
/// @param monthlyCost in the currency of the [PriceTable]; negative where more is needed, 0 without prices
public record Saved(Freed freed, double monthlyCost) {

    public static final Saved NONE = new Saved(Freed.NONE, 0);

    public Saved plus(Saved other) {
        return new Saved(freed.plus(other.freed), monthlyCost + other.monthlyCost);
    }
}
