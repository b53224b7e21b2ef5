package io.plimsoll.app.demo;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.testbed.simulation.Placement;
import io.plimsoll.testbed.simulation.SimulatedCluster;
import io.plimsoll.testbed.simulation.SimulatedScheduler;
import io.plimsoll.testbed.simulation.SimulationSettings;
import io.plimsoll.testbed.simulation.Templates;
import io.plimsoll.testbed.simulation.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One of the two clusters with what has become of it. One thread.
final class Side {

    static final Instant START = SimulationSettings.seeded(0).start();
    private static final Resources NODE = new Resources(4_000, 16L << 30);

    private final SimulatedCluster cluster;
    private final Tally tally;

    Side(String title, DemoSettings settings, VirtualClock clock, Consumer<ClusterEvent> watcher) {
        this.cluster = new SimulatedCluster(SimulationSettings.seeded(settings.seed()), clock, watcher);
        this.tally = new Tally(title);
        for (int i = 0; i < settings.nodes(); i++) {
            cluster.applyNode(Templates.node(String.format("node-%04d", i), NODE));
        }
        cluster.advance(Duration.ZERO);
    }

    SimulatedCluster cluster() {
        return cluster;
    }

    Tally tally() {
        return tally;
    }

    /// Lets a pod come that was there before the count begins.
    void begin(Arrival arrival, SimulatedScheduler scheduler) {
        create(arrival);
        scheduler.place(arrival.pod().key());
    }

    private void create(Arrival arrival) {
        arrival.pod()
                .owner()
                .ifPresent(owner -> cluster.applyOwner(new OwnerSpec(owner, Optional.empty(), 0, Set.of())));
        cluster.createPod(arrival.pod(), Map.of(), arrival.demand());
    }

    /// Lets a pod come and be scheduled.
    Placement place(Arrival arrival, SimulatedScheduler scheduler) {
        create(arrival);
        long begin = System.nanoTime();
        var placement = scheduler.place(arrival.pod().key());
        tally.add(placement, System.nanoTime() - begin);
        return placement;
    }

    /// Lets time pass, and counts what the nodes bear at its end for all of it.
    void pass(Duration time) {
        cluster.advance(time);
        tally.add(cluster.usage(), time);
    }
}
