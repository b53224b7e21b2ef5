package io.plimsoll.rightsizer;

import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What others have to say about changes: autoscalers, the owners of namespaces, who moves pods.
///
/// @param claims what is not to be changed since others do
/// @param limits what namespaces let their pods ask for; asked once a pass, and nothing where it is not known
/// @param told what was recommended before the start, asked once; throws while that cannot be read
/// @param mover asked for room on a node when neighbours' slack does not do
public record Surroundings(
        Claims claims,
        Supplier<Map<String, NamespaceLimits>> limits,
        Supplier<List<StoredRecommendation>> told,
        PodMover mover) {

    /// Nobody says anything.
    public static final Surroundings NONE = new Surroundings(Claims.NONE, Map::of, List::of, PodMover.NONE);

    public Surroundings withClaims(Claims others) {
        return new Surroundings(others, limits, told, mover);
    }

    public Surroundings withLimits(Supplier<Map<String, NamespaceLimits>> others) {
        return new Surroundings(claims, others, told, mover);
    }

    public Surroundings withTold(Supplier<List<StoredRecommendation>> others) {
        return new Surroundings(claims, limits, others, mover);
    }
}
