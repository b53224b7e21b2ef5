package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;

/// A replay under the product's rebalancer, which may evict between two minutes.
final class ReplayFleet extends SimulatedFleet {

    private static final long MINUTE = 60_000;

    private final MovedReplay moved;
    private long millis;

    ReplayFleet(MovedReplay moved, MoveConfig config, Hours hours) {
        super(config, hours);
        this.moved = moved;
        this.millis = moved.replay.nowMillis();
    }

    @Override
    ClusterImage image() {
        return moved.replay.image();
    }

    @Override
    long nowMillis() {
        return millis;
    }

    @Override
    void pass(long more) {
        long until = millis + more;
        while (moved.replay.nowMillis() + MINUTE <= until) {
            millis = moved.replay.nowMillis() + MINUTE;
            moved.replay.step();
            measured();
        }
        millis = until;
    }

    @Override
    void evict(PodImage pod) {
        moved.evict(pod);
    }
}
