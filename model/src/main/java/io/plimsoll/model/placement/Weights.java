package io.plimsoll.model.placement;

import java.util.Map;

/// The weight of each part that is built, as plain numbers for the loop over candidates.
record Weights(
        double packing,
        double memoryPressure,
        double neighbourFit,
        double cpuContention,
        double siblings,
        double emptiness,
        double complementarity,
        double stability) {

    static Weights of(Map<ScorePart, Double> weights) {
        return new Weights(
                weights.getOrDefault(ScorePart.PACKING, 0.0),
                weights.getOrDefault(ScorePart.MEMORY_PRESSURE, 0.0),
                weights.getOrDefault(ScorePart.NEIGHBOUR_FIT, 0.0),
                weights.getOrDefault(ScorePart.CPU_CONTENTION, 0.0),
                weights.getOrDefault(ScorePart.SIBLINGS, 0.0),
                weights.getOrDefault(ScorePart.EMPTINESS, 0.0),
                weights.getOrDefault(ScorePart.COMPLEMENTARITY, 0.0),
                weights.getOrDefault(ScorePart.STABILITY, 0.0));
    }
}
