package io.plimsoll.model.recommendation;

/// How far memory may be lowered.
///
/// @param headroom share of usage that stays free above it when memory is lowered, 0 to 10
public record MemoryRule(MemoryDecrease decrease, double headroom) {

    private static final double HEADROOM_MAX = 10;

    public MemoryRule {
        if (!(headroom >= 0 && headroom <= HEADROOM_MAX)) {
            throw new IllegalArgumentException("headroom must be within 0 and 10: " + headroom);
        }
    }
}
