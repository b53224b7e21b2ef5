package io.plimsoll.model.neighbour;

import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.Sample;
import java.util.Optional;

/// How much the pods of a node wait for something, as a share of the time: 0 (nobody waits) to 1.
///
/// | tier | what it is | what can be said of a pod |
/// |---|---|---|
/// | STALLS | share of the last 60 s in which some task of the node waited (kernel PSI) | its share of the blame |
/// | USAGE | how far the node's use is above four fifths of what it has: 0 at 0.80, 1 at 1.00 | its share of the load |
///
/// @param share 0 to 1
/// @param atMillis when it was measured, epoch milliseconds
public record Pressure(double share, Tier tier, long atMillis) {

    /// What it was read from, which says what it is worth.
    public enum Tier {
        STALLS("stalls"),
        USAGE("usage");

        private final String label;

        Tier(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    private static final double EASY_SHARE = 0.80;

    /// The best that is known of a node; nothing where nothing of it is measured.
    ///
    /// @param capacity what the node has, above 0
    static Optional<Pressure> of(NodeSignals signals, Contention contention, double capacity) {
        var stalls = signals.get(contention.stalls());
        return stalls.isPresent()
                ? stalls.map(sample -> new Pressure(Math.clamp(sample.value(), 0, 1), Tier.STALLS, sample.atMillis()))
                : signals.get(contention.usage()).map(sample -> ofUsage(sample, capacity));
    }

    private static Pressure ofUsage(Sample used, double capacity) {
        double above = (used.value() / capacity - EASY_SHARE) / (1 - EASY_SHARE);
        return new Pressure(Math.clamp(above, 0, 1), Tier.USAGE, used.atMillis());
    }
}
