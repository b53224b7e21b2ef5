package io.plimsoll.benchmarks.simulation;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.testbed.simulation.Demand;
import io.plimsoll.testbed.simulation.SimulatedCluster;
import io.plimsoll.testbed.simulation.SimulationSettings;
import io.plimsoll.testbed.simulation.Templates;
import io.plimsoll.testbed.simulation.UsageCurve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs the simulated cluster together with all that observes a real one (events, image, usage histories) and says how
/// many simulated seconds pass in a second of ours:
///
///     java -cp … io.plimsoll.benchmarks.simulation.SimulationSpeed [NODES PODS_PER_NODE MINUTES]
///
/// Each 15 simulated seconds all usage is measured, 20 pods come and 20 go.
public final class SimulationSpeed {

    private static final Duration STEP = Duration.ofSeconds(15);
    private static final int CHANGES_A_STEP = 20;
    private static final int PODS_PER_WORKLOAD = 20;
    private static final long GIB = 1L << 30;

    private final int nodes;
    private final List<ClusterEvent> events = new ArrayList<>();
    private final UsageLedger ledger = new UsageLedger();
    private final SimulatedCluster cluster = new SimulatedCluster(SimulationSettings.seeded(1), events::add);
    private ClusterImage image = ClusterImage.EMPTY;
    private int created;
    private int deleted;

    private SimulationSpeed(int nodes) {
        this.nodes = nodes;
    }

    public static void main(String[] args) {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        int podsPerNode = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        int minutes = args.length > 2 ? Integer.parseInt(args[2]) : 30;
        new SimulationSpeed(nodes).run(podsPerNode, Duration.ofMinutes(minutes));
    }

    private void run(int podsPerNode, Duration simulated) {
        for (int i = 0; i < nodes; i++) {
            cluster.applyNode(Templates.node("node-%05d".formatted(i), new Resources(16_000, 64 * GIB)));
        }
        for (int i = 0; i < nodes * podsPerNode; i++) {
            create();
        }
        observe();
        long start = System.nanoTime();
        for (var passed = Duration.ZERO; passed.compareTo(simulated) < 0; passed = passed.plus(STEP)) {
            step();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s: %d simulated minutes in %.1f s, %.0f times as fast as real time%n",
                image, simulated.toMinutes(), seconds, simulated.toSeconds() / seconds);
    }

    private void step() {
        cluster.advance(STEP);
        for (int i = 0; i < CHANGES_A_STEP; i++) {
            create();
            cluster.delete(key(deleted++));
        }
        observe();
        var batch = cluster.sample(image);
        events.add(new ClusterEvent.UsageObserved(batch, ledger.record(batch, image)));
        observe();
    }

    private void observe() {
        var delta = new ClusterDelta(image);
        events.forEach(delta::replay);
        events.clear();
        image = delta.apply();
    }

    private void create() {
        var workload = new Owner("shop", "Deployment", "app-" + created / PODS_PER_WORKLOAD);
        var wave = new UsageCurve.Wave(200, 150, Duration.ofHours(24), Duration.ofHours(created % 24));
        var demand = new Demand(new UsageCurve.Noisy(wave, 0.3, created), new UsageCurve.Constant(GIB));
        var key = key(created);
        cluster.createPod(Templates.pod(key, Optional.of(workload), new Resources(250, GIB)), Map.of(), demand);
        cluster.bind(key, "node-%05d".formatted(created % nodes));
        created++;
    }

    private static PodKey key(int number) {
        return new PodKey("shop", "app-%d-%06d".formatted(number / PODS_PER_WORKLOAD, number));
    }
}
