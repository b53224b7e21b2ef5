package io.plimsoll.model.placement;

import java.util.Map;

/// How one node's score came about.
///
/// @param parts each part that had data, 0 to 100, in the order of [ScorePart]; absent ones had none or have no
/// weight
/// @param weights the weight of each of these parts, which add up to 1
/// @param weighted the weighted mean of the parts, before the safety floor
/// @param floor what the safety floor multiplied it with, 0 to 1
/// @param score what the node is ranked by, 0 to 100: `weighted · floor`
/// @param trust how far the node's measurements are believed at their age, 0 to 1
/// @param predictedCpu share of allocatable CPU expected to be in use with the pod on it, one deviation included
/// @param predictedMemory the same for memory
public record ScoreCard(
        Map<ScorePart, Double> parts,
        Map<ScorePart, Double> weights,
        double weighted,
        double floor,
        double score,
        double trust,
        double predictedCpu,
        double predictedMemory) {}
