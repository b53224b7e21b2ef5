package io.plimsoll.model.neighbour;

import java.util.List;

/// A node whose pods wait for something more than is usual there, and whose doing that is.
///
/// @param rise how far the pressure is above what is usual on the node, 0 to 1; its causes are those of the last
/// minutes
/// @param sinceMillis when it was first high, epoch milliseconds
/// @param blames the largest share first
public record Episode(
        String node, Contention contention, Pressure pressure, double rise, long sinceMillis, List<Blame> blames) {

    /// The share of the rise that no pod explains: a cause outside of pods, or one that nothing measures.
    public double unexplained() {
        return Math.max(0, 1 - blames.stream().mapToDouble(Blame::share).sum());
    }
}
