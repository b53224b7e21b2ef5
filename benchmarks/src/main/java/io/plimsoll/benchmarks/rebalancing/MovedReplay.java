package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.benchmarks.placement.Replay;
import io.plimsoll.model.cluster.PodImage;
import java.util.ArrayList;
import java.util.List;

/// A replay of which some pods are evicted, and what that costs.
final class MovedReplay {

    private static final double DAY_MILLIS = 24 * 3_600_000.0;

    final Replay replay;
    private final List<Integer> minutes = new ArrayList<>();
    private double cost;

    MovedReplay(Replay replay) {
        this.replay = replay;
    }

    /// As the product reckons for a ready pod of no priority with one other of its workload: 2 to 4, by its age.
    double cost() {
        return cost;
    }

    /// In which a pod was evicted each, from the start of the replay.
    List<Integer> minutes() {
        return minutes;
    }

    void evict(PodImage pod) {
        minutes.add(replay.minute());
        cost += 2 * (1 + Math.clamp((replay.nowMillis() - pod.spec().boundAtMillis()) / DAY_MILLIS, 0, 1));
        replay.evict(pod.key());
    }
}
