package io.plimsoll.model.neighbour;

import java.util.List;

/// Who hurts whom, as known at one time.
///
/// @param episodes nodes whose pods wait for something more than is usual, the worst first
/// @param suspicions what is known of each workload, the worst neighbour first
public record Neighbours(List<Episode> episodes, List<Suspicion> suspicions) {

    public static final Neighbours NONE = new Neighbours(List.of(), List.of());

    public Neighbours {
        episodes = List.copyOf(episodes);
        suspicions = List.copyOf(suspicions);
    }
}
