package io.plimsoll.benchmarks.extender;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// A cluster of any size, the same for the same seed: pods of workloads of ten, each pod measured once.
///
/// @param nodes how many nodes, of 16 cores and 64 GiB
/// @param pods how many pods, spread evenly
public record SyntheticCluster(int nodes, int pods, long nowMillis) {

    private static final String SOURCE = "synthetic";

    /// Names as long as those of a cloud provider's nodes.
    public static String nodeName(int i) {
        return "ip-10-%d-%d-%d.eu-central-1.compute.internal".formatted(i >> 16, (i >> 8) & 255, i & 255);
    }

    public ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (int i = 0; i < nodes; i++) {
            delta.replay(new ClusterEvent.NodeApplied(node(nodeName(i)), nowMillis));
        }
        for (int i = 0; i < pods; i++) {
            delta.replay(new ClusterEvent.PodApplied(pod(i)));
        }
        delta.replay(new ClusterEvent.UsageObserved(usage(), Map.of()));
        delta.replay(new ClusterEvent.Confirmed(nowMillis));
        return delta.apply();
    }

    private static NodeSpec node(String name) {
        var size = new Resources(16_000, 64L << 30);
        return new NodeSpec(name, name, "boot", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of());
    }

    private PodSpec pod(int i) {
        var container = new ContainerSpec("main", new Resources(250, 512L << 20), Resources.NONE);
        return new PodSpec(
                new PodKey("team-" + i % 50, "web-" + i / 10 + "-" + i % 10),
                Integer.toString(i),
                Optional.of(new Owner("team-" + i % 50, "ReplicaSet", "web-" + i / 10)),
                Optional.of(nodeName(i % nodes)),
                PodPhase.RUNNING,
                true,
                0,
                nowMillis - 3_600_000,
                false,
                List.of(container),
                Resources.NONE,
                Set.of());
    }

    private UsageBatch usage() {
        var random = new Random(1);
        var nodeSamples = new ArrayList<NodeSample>();
        for (int i = 0; i < nodes; i++) {
            nodeSamples.add(sample(i, SignalKind.CPU_USAGE_MILLIS, random.nextDouble() * 14_000));
            nodeSamples.add(sample(i, SignalKind.MEMORY_WORKING_SET_BYTES, random.nextDouble() * 5e10));
        }
        var containers = new ArrayList<ContainerUsage>();
        for (int i = 0; i < pods; i++) {
            containers.add(new ContainerUsage(
                    pod(i).key(),
                    "main",
                    new Sample(random.nextDouble() * 400, nowMillis, SOURCE),
                    new Sample(random.nextDouble() * 5e8, nowMillis, SOURCE)));
        }
        return new UsageBatch(SOURCE, nowMillis, nodeSamples, containers, 0, List.of());
    }

    private NodeSample sample(int node, SignalKind kind, double value) {
        return new NodeSample(nodeName(node), kind, new Sample(value, nowMillis, SOURCE));
    }
}
