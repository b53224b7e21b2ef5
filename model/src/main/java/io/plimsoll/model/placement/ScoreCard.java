package io.plimsoll.model.placement;

import io.plimsoll.model.neighbour.Contention;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// How one node's score came about.
///
/// @param parts those that had data, in the order of [ScorePart]; absent ones had none or have no weight
/// @param weighted the weighted mean of the parts, before the safety floor
/// @param floor what the safety floor multiplied it with, 0 to 1
/// @param score what the node is ranked by, 0 to 100: `weighted · floor`
/// @param trust how far the node's measurements are believed at their age, 0 to 1
/// @param predictedCpu share of allocatable CPU expected to be in use with the pod on it, one deviation included
/// @param predictedMemory the same for memory
/// @param waits how long tasks would wait there, for each thing of which that is measured; none where nobody
///     watches neighbours
public record ScoreCard(
        List<Part> parts,
        double weighted,
        double floor,
        double score,
        double trust,
        double predictedCpu,
        double predictedMemory,
        List<Wait> waits) {

    /// One part of a score.
    ///
    /// @param value 0 to 100
    /// @param weight its share in the mean; those of all parts add up to 1
    public record Part(ScorePart part, double value, double weight) {}

    /// How long tasks wait for something on the node, all as shares of the time.
    ///
    /// @param trust how far that is measured there, 0 to 1; for the rest `now` is the mean of other nodes
    /// @param now in the last minute
    /// @param toCome what bad neighbours there are still expected to add
    /// @param added what the pod is expected to add
    public record Wait(Contention contention, double trust, double now, double toCome, double added) {}

    /// What each part says, 0 to 100.
    public Map<ScorePart, Double> values() {
        return byPart(Part::value);
    }

    /// The weight of each part.
    public Map<ScorePart, Double> weights() {
        return byPart(Part::weight);
    }

    private Map<ScorePart, Double> byPart(ToDoubleFunction<Part> figure) {
        var figures = new EnumMap<ScorePart, Double>(ScorePart.class);
        parts.forEach(part -> figures.put(part.part, figure.applyAsDouble(part)));
        return figures;
    }
}
