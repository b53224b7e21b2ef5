package io.plimsoll.model.neighbour;

/// How quickly what was measured counts less.
final class Decay {

    private Decay() {}

    /// What is left of a weight after that time, 0 to 1.
    static double kept(double halfLifeMillis, long elapsedMillis) {
        return Math.exp(-Math.log(2) * elapsedMillis / halfLifeMillis);
    }

    /// How far a mean moves towards the next sample: as that of all samples while they are few, then by its half-life.
    ///
    /// @param earlier samples it has seen before this one
    static double step(double kept, long earlier) {
        return Math.max(1.0 / (earlier + 1), 1 - kept);
    }
}
