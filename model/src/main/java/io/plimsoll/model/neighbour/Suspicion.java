package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Owner;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What speaks against a workload as a neighbour, and how it bears others.
///
/// @param coefficient how much longer others wait, as a share of the time, for a whole node's worth of its use more
/// @param significance how many standard errors that lies above 0
/// @param times how often it had a quarter of the blame or more, decayed with a half-life of a day
/// @param nodes on how many nodes
/// @param usual seconds a second that others have waited for one of its pods, mean of a day
/// @param worst the most of it within minutes
/// @param isMeasured whether it was ever seen where it is measured that tasks wait: without, nobody is known
///     to wait for it, and nobody is known not to
/// @param accusedSinceMillis since when all of that is enough to call it a bad neighbour, without a break, epoch
///     milliseconds; nothing where it is none
/// @param sensitivity how many times as long as most workloads it waits under the same pressure, 0 to 3; nothing
///     where too little of that is known
public record Suspicion(
        Owner workload,
        Contention contention,
        double coefficient,
        double significance,
        double times,
        int nodes,
        double usual,
        double worst,
        boolean isMeasured,
        OptionalLong accusedSinceMillis,
        OptionalDouble sensitivity) {

    /// One that is none, or has been one for ever, and of which it is not known how long it waits.
    public Suspicion(
            Owner workload,
            Contention contention,
            double coefficient,
            double significance,
            double times,
            int nodes,
            double usual,
            double worst,
            boolean isMeasured,
            boolean isAccused) {
        this(
                workload,
                contention,
                coefficient,
                significance,
                times,
                nodes,
                usual,
                worst,
                isMeasured,
                isAccused ? OptionalLong.of(0) : OptionalLong.empty(),
                OptionalDouble.empty());
    }

    /// Whether it is called a bad neighbour.
    public boolean isAccused() {
        return accusedSinceMillis.isPresent();
    }

    /// The letter for what is usual of it; nothing where that was never measured.
    public Optional<Grade> grade() {
        return isMeasured ? Optional.of(Grade.of(usual)) : Optional.empty();
    }
}
