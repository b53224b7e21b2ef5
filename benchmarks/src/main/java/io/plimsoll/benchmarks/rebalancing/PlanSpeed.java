package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MovePace;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.ResizeFirst;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// How long a plan of moves takes for a cluster at the limits that Kubernetes declares, by how many nodes are
/// hot.
///
///     java -cp … io.plimsoll.benchmarks.rebalancing.PlanSpeed [nodes pods rounds]
public final class PlanSpeed {

    private static final long NOW = 1_800_000_000_000L;
    private static final String SOURCE = "synthetic";
    private static final int PODS_PER_WORKLOAD = 10;

    private final int nodes;
    private final int pods;
    private final int rounds;

    private PlanSpeed(int nodes, int pods, int rounds) {
        this.nodes = nodes;
        this.pods = pods;
        this.rounds = rounds;
    }

    public static void main(String[] args) {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 150_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 20;
        new PlanSpeed(nodes, pods, rounds).run();
    }

    private void run() {
        System.out.printf("%d nodes, %d pods; a new planner for each plan, as after each new image%n", nodes, pods);
        System.out.println("| hot nodes | moves at most | moves | pods told of | median ms | worst ms |");
        System.out.println("|---|---|---|---|---|---|");
        for (int hot : new int[] {0, nodes / 100, nodes / 10, nodes / 2, nodes}) {
            measure(hot, 30);
        }
        measure(nodes / 10, 1_000);
    }

    private void measure(int hot, int movesMax) {
        var image = image(hot);
        var hotNodes = hotNodes(hot);
        var config = new MoveConfig(
                PlacementConfig.DEFAULT,
                0.1,
                false,
                MoveConfig.SYSTEM_CRITICAL,
                300_000,
                false,
                0.05,
                new MoveConfig.Limits(3, 1, Math.max(10, movesMax), movesMax),
                MovePace.DEFAULT);
        var millis = new double[rounds];
        MovePlan plan = plan(image, hotNodes, config);
        for (int i = -3; i < rounds; i++) {
            long start = System.nanoTime();
            plan = plan(image, hotNodes, config);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                "| %d | %d | %d | %d | %.0f | %.0f |%n",
                hot,
                movesMax,
                plan.moves().size(),
                plan.moves().size() + plan.kept().size(),
                millis[rounds / 2],
                millis[rounds - 1]);
    }

    private static MovePlan plan(ClusterImage image, SortedMap<String, List<Contention>> hot, MoveConfig config) {
        return new MovePlanner(config, ResizeFirst.byHistory()).plan(image, new Watched(Neighbours.NONE, hot, 0), NOW);
    }

    private static SortedMap<String, List<Contention>> hotNodes(int count) {
        var hot = new TreeMap<String, List<Contention>>();
        for (int i = 0; i < count; i++) {
            hot.put(nodeName(i), List.of(Contention.CPU));
        }
        return hot;
    }

    private static String nodeName(int i) {
        return "ip-10-%d-%d-%d.eu-central-1.compute.internal".formatted(i >> 16, (i >> 8) & 255, i & 255);
    }

    /// Nodes of 16 cores and 64 GiB. The pods of a workload lie on neighbouring nodes; every third workload
    /// has a budget that allows one pod to go.
    private ClusterImage image(int hot) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(16_000, 64L << 30);
        for (int i = 0; i < nodes; i++) {
            delta.replay(new ClusterEvent.NodeApplied(
                    new NodeSpec(
                            nodeName(i),
                            nodeName(i),
                            "boot",
                            size,
                            size,
                            110,
                            NodeSpec.Readiness.READY,
                            false,
                            false,
                            List.of()),
                    NOW));
        }
        for (int workload = 0; workload < pods / PODS_PER_WORKLOAD; workload++) {
            delta.replay(new ClusterEvent.OwnerApplied(
                    new OwnerSpec(owner(workload), Optional.empty(), PODS_PER_WORKLOAD, Set.of())));
            if (workload % 3 == 0) {
                delta.replay(new ClusterEvent.BudgetApplied(
                        new DisruptionBudget(namespace(workload), "b" + workload, Map.of("app", "w" + workload), 1)));
            }
        }
        for (int i = 0; i < pods; i++) {
            delta.replay(new ClusterEvent.PodApplied(pod(i)));
        }
        delta.replay(new ClusterEvent.UsageObserved(usage(hot), Map.of()));
        delta.replay(new ClusterEvent.Confirmed(NOW));
        return delta.apply();
    }

    private static String namespace(int workload) {
        return "team-" + workload % 500;
    }

    private static Owner owner(int workload) {
        return new Owner(namespace(workload), "Deployment", "w" + workload);
    }

    private PodSpec pod(int i) {
        int workload = i / PODS_PER_WORKLOAD;
        return new PodSpec(
                new PodKey(namespace(workload), "w" + workload + "-" + i),
                Integer.toString(i),
                Optional.of(owner(workload)),
                Optional.of(nodeName(i % nodes)),
                PodPhase.RUNNING,
                true,
                0,
                NOW - 86_400_000,
                false,
                List.of(new ContainerSpec("main", new Resources(250, 512L << 20), Resources.NONE)),
                InitContainers.asking(Resources.NONE),
                PodLevel.NONE,
                Set.of(),
                MemoryFacts.NONE,
                PodTraits.NONE.withLabels(Map.of("app", "w" + workload)));
    }

    private UsageBatch usage(int hot) {
        var random = new Random(1);
        var nodeSamples = new ArrayList<NodeSample>();
        for (int i = 0; i < nodes; i++) {
            double cpu = i < hot ? 14_800 + random.nextDouble() * 1_000 : 2_000 + random.nextDouble() * 10_000;
            nodeSamples.add(sample(i, SignalKind.CPU_USAGE_MILLIS, cpu));
            nodeSamples.add(sample(i, SignalKind.MEMORY_WORKING_SET_BYTES, random.nextDouble() * 4e10));
        }
        var containers = new ArrayList<ContainerUsage>();
        for (int i = 0; i < pods; i++) {
            containers.add(new ContainerUsage(
                    new PodKey(namespace(i / PODS_PER_WORKLOAD), "w" + i / PODS_PER_WORKLOAD + "-" + i),
                    "main",
                    new Sample(random.nextDouble() * 1_000, NOW, SOURCE),
                    new Sample(random.nextDouble() * 5e8, NOW, SOURCE)));
        }
        return new UsageBatch(SOURCE, NOW, nodeSamples, containers, 0, List.of());
    }

    private static NodeSample sample(int node, SignalKind kind, double value) {
        return new NodeSample(nodeName(node), kind, new Sample(value, NOW, SOURCE));
    }
}
