package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Images of anything that the records allow: nothing allocatable, absurd amounts, data missing, from the past or from
/// the future.
final class RandomImages {

    private static final List<String> KINDS = List.of("Deployment", "DaemonSet", "StatefulSet", "Node");

    private final Random random;

    RandomImages(Random random) {
        this.random = random;
    }

    ClusterImage image() {
        var events = new ArrayList<ClusterEvent>();
        int nodes = 1 + random.nextInt(8);
        for (int i = 0; i < nodes; i++) {
            for (int change = random.nextInt(4); change >= 0; change--) {
                events.add(new ClusterEvent.NodeApplied(node("n" + i), time()));
            }
        }
        for (int i = random.nextInt(30); i > 0; i--) {
            events.add(new ClusterEvent.PodApplied(pod("p" + i, Optional.of("n" + random.nextInt(nodes)))));
        }
        var estimates = new HashMap<Owner, UsageEstimate>();
        for (int i = 0; i < 4; i++) {
            estimates.put(owner(), estimate());
        }
        events.add(new ClusterEvent.UsageObserved(
                new UsageBatch("test", time(), samples(nodes), List.of(), 0, List.of()), Map.copyOf(estimates)));
        return Clusters.image(events);
    }

    PodSpec pod(String name, Optional<String> node) {
        return new PodSpec(
                new PodKey("default", name),
                "uid-" + name,
                random.nextBoolean() ? Optional.of(owner()) : Optional.empty(),
                node,
                PodPhase.RUNNING,
                true,
                random.nextInt(-20, 20),
                time(),
                false,
                List.of(new ContainerSpec("main", resources(), Resources.NONE)),
                resources(),
                random.nextInt(10) == 0 ? Set.of(OptOut.SCORE) : Set.of());
    }

    long time() {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 0;
            case 3 -> Clusters.NOW_MILLIS + random.nextInt(1_000_000);
            default -> Clusters.NOW_MILLIS - random.nextInt(300_000);
        };
    }

    private NodeSpec node(String name) {
        return new NodeSpec(
                name,
                "uid" + random.nextInt(2),
                "boot" + random.nextInt(2),
                resources(),
                resources(),
                random.nextInt(200),
                NodeSpec.Readiness.values()[random.nextInt(3)],
                random.nextInt(5) == 0,
                random.nextInt(5) == 0,
                List.of());
    }

    private List<NodeSample> samples(int nodes) {
        var samples = new ArrayList<NodeSample>();
        for (int i = random.nextInt(60); i > 0; i--) {
            var kind = SignalKind.values()[random.nextInt(SignalKind.values().length)];
            samples.add(new NodeSample("n" + random.nextInt(nodes), kind, new Sample(value(kind), time(), "test")));
        }
        return samples;
    }

    private double value(SignalKind kind) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> Double.MAX_VALUE;
            case 2 -> Double.MIN_VALUE;
            default -> kind.name().contains("PSI") ? random.nextDouble() : random.nextDouble() * amount();
        };
    }

    private Resources resources() {
        return new Resources(amount(), amount());
    }

    private long amount() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> Long.MAX_VALUE;
            case 3, 4 -> random.nextLong(64 * Clusters.GIB);
            default -> random.nextLong(10_000);
        };
    }

    private UsageEstimate estimate() {
        return new UsageEstimate(
                resources(), resources(), resources(), resources(), random.nextDouble(), Clusters.NOW_MILLIS);
    }

    private Owner owner() {
        return new Owner("default", KINDS.get(random.nextInt(KINDS.size())), "w" + random.nextInt(3));
    }
}
