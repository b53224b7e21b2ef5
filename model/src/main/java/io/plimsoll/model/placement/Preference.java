package io.plimsoll.model.placement;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What is worth how much in one kind of hours.
///
/// | | busy, or not known | quiet |
/// |---|---|---|
/// | target | 0: the emptier node is the better one | 0.80: nodes are filled up to there first |
/// | packing | 3 | 3 |
/// | memory pressure | 3 | 3 |
/// | neighbour fit | 3 | 1 |
/// | CPU contention, siblings, stability | 1 | 1 |
/// | emptiness | 0 | 2 |
///
/// @param targetUtilization up to where nodes are filled before others are, as a share of allocatable; 0 prefers
///     the emptier node always
/// @param weights relative weight of each part; 0 leaves it out
public record Preference(double targetUtilization, Map<ScorePart, Double> weights) {

    public static final Preference BUSY = new Preference(0, weights(3, 0));
    public static final Preference QUIET = new Preference(0.80, weights(1, 2));

    public Preference {
        if (!(targetUtilization >= 0 && targetUtilization < 1)) {
            throw new IllegalArgumentException(
                    "targetUtilization must be at least 0 and below 1: " + targetUtilization);
        }
        var given = new EnumMap<ScorePart, Double>(ScorePart.class);
        given.putAll(weights);
        weights = Collections.unmodifiableMap(given);
        weights.forEach((part, weight) -> {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "weight of " + part.label() + " must be finite and not negative: " + weight);
            }
        });
    }

    private static Map<ScorePart, Double> weights(double neighbourFit, double emptiness) {
        var weights = new EnumMap<ScorePart, Double>(ScorePart.class);
        weights.put(ScorePart.PACKING, 3.0);
        weights.put(ScorePart.MEMORY_PRESSURE, 3.0);
        weights.put(ScorePart.NEIGHBOUR_FIT, neighbourFit);
        weights.put(ScorePart.CPU_CONTENTION, 1.0);
        weights.put(ScorePart.SIBLINGS, 1.0);
        weights.put(ScorePart.NETWORK_AFFINITY, 0.0);
        // Keeping nodes empty draws a burst of equal pods onto the few that are not: wrong while hours may be busy.
        weights.put(ScorePart.EMPTINESS, emptiness);
        // Packing looks at the resource that binds, and so evens the two out. This would draw pods to a node as the
        // other of its resources gets busier.
        weights.put(ScorePart.COMPLEMENTARITY, 0.0);
        weights.put(ScorePart.STABILITY, 1.0);
        return weights;
    }
}
