package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Owner;
import java.util.HashMap;
import java.util.Map;

/// How long others wait for one pod of a workload, in seconds a second, for CPU or for memory, whichever
/// is worse.
///
/// @param now on the node where that is most, while it is under pressure; 0 where it is under none
/// @param usual mean of a day
/// @param worst the most of it within minutes; half of that after a week
public record Harm(double now, double usual, double worst) {

    /// That of each workload of which it is measured.
    public static Map<Owner, Harm> of(Neighbours neighbours) {
        var now = new HashMap<Owner, Double>();
        neighbours.episodes().stream()
                .flatMap(episode -> episode.blames().stream())
                .forEach(blame -> now.merge(blame.workload(), blame.harm(), Math::max));
        var harms = new HashMap<Owner, Harm>();
        neighbours.suspicions().stream().filter(Suspicion::isMeasured).forEach(known -> {
            var harm = new Harm(now.getOrDefault(known.workload(), 0.0), known.usual(), known.worst());
            harms.merge(known.workload(), harm, Harm::worse);
        });
        return harms;
    }

    private Harm worse(Harm other) {
        return new Harm(Math.max(now, other.now), Math.max(usual, other.usual), Math.max(worst, other.worst));
    }
}
