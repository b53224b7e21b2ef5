package io.plimsoll.model.neighbour;

import io.plimsoll.model.usage.NodeSignals;
import java.util.Optional;

/// How much the pods of a node wait for something, as a share of the time: 0 (nobody waits) to 1. It is read from the
/// best of what is measured there:
///
/// | tier | what it is |
/// |---|---|
/// | STALLS | share of the last 60 s in which some task of the node waited (kernel PSI) |
/// | RUN_QUEUE | CPU: the same, estimated from how long tasks stood in the CPUs' queues |
/// | REFAULTS | memory: 0.1 ms, the least that a read takes, for each page that was read back |
/// | AVAILABLE | memory: how far less than a fifth can still be had: 0 at 0.20, 1 at 0 |
/// | USAGE | how far the use is above four fifths of what the node has: 0 at 0.80, 1 at 1.00 |
///
/// In the first two somebody waited, and a pod may have its share of the blame; in the others, of the load.
///
/// That containers are throttled is not read: their own limits do it. But the kernel counts their tasks among those
/// that
/// wait.
///
/// @param share 0 to 1
/// @param atMillis when it was measured, epoch milliseconds
public record Pressure(double share, Tier tier, long atMillis) {

    /// What it was read from, which says what it is worth; the best first.
    public enum Tier {
        STALLS("stalls", true),
        RUN_QUEUE("run-queue", true),
        REFAULTS("refaults", false),
        AVAILABLE("available", false),
        USAGE("usage", false);

        private final String label;
        private final boolean isOfWaiting;

        Tier(String label, boolean isOfWaiting) {
            this.label = label;
            this.isOfWaiting = isOfWaiting;
        }

        public String label() {
            return label;
        }

        /// Whether it tells that tasks waited, so that somebody can be blamed for it.
        public boolean isOfWaiting() {
            return isOfWaiting;
        }

        private double share(double value, double capacity) {
            double share =
                    switch (this) {
                        case STALLS, RUN_QUEUE -> value;
                        case REFAULTS -> value * READ_SECONDS;
                        case AVAILABLE -> shortage(1 - value / capacity);
                        case USAGE -> shortage(value / capacity);
                    };
            return Math.clamp(share, 0, 1);
        }

        private static double shortage(double usedShare) {
            return (usedShare - EASY_SHARE) / (1 - EASY_SHARE);
        }
    }

    private static final double EASY_SHARE = 0.80;
    private static final double READ_SECONDS = 1e-4;

    /// The best that is known of a node; nothing where nothing of it is measured. What was not measured for so long
    /// that a watch knows nothing of its last minutes gives way to what is.
    ///
    /// @param capacity what the node has, above 0
    static Optional<Pressure> of(NodeSignals signals, Contention contention, double capacity) {
        return contention.readings().stream()
                .filter(told -> signals.get(told.signal()).isPresent())
                .reduce((better, other) ->
                        signals.isOfNow(better.signal(), other.signal(), NodeWatch.GAP_MILLIS) ? better : other)
                .map(told -> read(signals, told, capacity));
    }

    private static Pressure read(NodeSignals signals, Contention.Reading told, double capacity) {
        double share = told.tier().share(signals.value(told.signal()), capacity);
        return new Pressure(share, told.tier(), signals.atMillis(told.signal()));
    }
}
