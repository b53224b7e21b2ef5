package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Twenty nodes of 16 cores and thirty workloads of 2 to 4 pods, of which three hurt their neighbours: a
/// whole node's worth of their use makes others wait 1.6 to 2.6 times as long as there is time, that of the
/// others a twentieth of this. They are not among the biggest users. All follow one daily wave, each with
/// noise and bursts of its own; the more of a node is in use, the more each use hurts. Now and then a node
/// has a cause of its own, which hurts like two cores of an antagonist.
///
/// Deterministic from its seed.
final class NoisyCluster {

    static final int NODES = 20;
    static final int WORKLOADS = 30;
    static final int DAY_MINUTES = 24 * 60;

    private static final int CORES = 16;
    private static final long GIB = 1L << 30;

    /// What is hidden in it.
    enum Kind {
        /// Three antagonists, and bursts of the nodes' own that are seen in their usage.
        ANTAGONISTS,
        /// The same, but what the nodes' bursts come from is not seen in any usage.
        UNSEEN_CAUSES,
        /// Three antagonists, and no stalls told but queues, whose estimate of them is off by a third either way.
        RUN_QUEUES,
        /// No antagonist, but the nodes' own bursts.
        HOSTS_ALONE,
        /// No antagonist and no pressure to speak of.
        QUIET
    }

    private final Random random;
    private final Kind kind;
    /// By workload and node; null where none of its pods is.
    private final @Nullable PodKey[][] pods = new PodKey[WORKLOADS][NODES];
    private final double[] base = new double[WORKLOADS];
    private final double[] wave = new double[WORKLOADS];
    private final double[] harm = new double[WORKLOADS];
    private final Set<Integer> antagonists = new TreeSet<>();
    private final double[][] noise = new double[WORKLOADS][NODES];
    private final int[][] burstMinutes = new int[WORKLOADS][NODES];
    private final double[][] burstSize = new double[WORKLOADS][NODES];
    private final int[] ownBurstMinutes = new int[NODES];
    private final Random stallNoise;
    private final double[] sensitivity = new double[WORKLOADS];
    private boolean tellsStalls;
    private ClusterImage image;
    private int minute;

    NoisyCluster(long seed, Kind kind) {
        this.random = new Random(seed);
        this.kind = kind;
        this.stallNoise = new Random(-seed);
        for (int workload = 0; workload < WORKLOADS; workload++) {
            for (int node : someNodes(2 + random.nextInt(3))) {
                pods[workload][node] = new PodKey("default", "w" + workload + "-" + node);
            }
            base[workload] = 0.8 * Math.exp(0.7 * random.nextGaussian());
            wave[workload] = 0.2 + 0.5 * random.nextDouble();
            harm[workload] = kind == Kind.QUIET ? 0.0005 : 0.004 + 0.006 * random.nextDouble();
        }
        if (kind == Kind.ANTAGONISTS || kind == Kind.UNSEEN_CAUSES || kind == Kind.RUN_QUEUES) {
            hideAntagonists();
        }
        this.image = Clusters.image(nodesAndPods());
    }

    /// From now on it is told how long each pod waits: as long as the node's pressure says, times what its workload is
    /// sensitive, 0.3 to 2, and noise of its own.
    NoisyCluster tellingStalls() {
        tellsStalls = true;
        for (int workload = 0; workload < WORKLOADS; workload++) {
            sensitivity[workload] = 0.3 + 1.7 * stallNoise.nextDouble();
        }
        return this;
    }

    /// How many times as long as the mean of all workloads it waits under the same pressure.
    double sensitivity(int workload) {
        return sensitivity[workload] / DoubleStream.of(sensitivity).average().orElseThrow();
    }

    private List<Integer> someNodes(int count) {
        var all = IntStream.range(0, NODES).boxed().collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(all, random);
        return all.subList(0, count);
    }

    private void hideAntagonists() {
        var bySize = IntStream.range(0, WORKLOADS)
                .boxed()
                .sorted(Comparator.comparingDouble(workload -> base[workload]))
                .toList();
        var candidates = new ArrayList<>(bySize.subList(3, WORKLOADS - 10));
        Collections.shuffle(candidates, random);
        for (int workload : candidates.subList(0, 3)) {
            antagonists.add(workload);
            harm[workload] = 0.10 + 0.06 * random.nextDouble();
        }
    }

    private List<ClusterEvent> nodesAndPods() {
        var events = new ArrayList<ClusterEvent>();
        for (int node = 0; node < NODES; node++) {
            var builder = Clusters.node(name(node)).cpu(CORES).memoryGib(64);
            for (int workload = 0; workload < WORKLOADS; workload++) {
                var pod = pods[workload][node];
                if (pod != null) {
                    builder = builder.podOf(owner(workload), pod.name(), 500, 0);
                }
            }
            events.addAll(builder.events());
        }
        return events;
    }

    static Owner owner(int workload) {
        return Clusters.deployment("w" + workload);
    }

    Set<Owner> antagonists() {
        return antagonists.stream().map(NoisyCluster::owner).collect(Collectors.toSet());
    }

    private static String name(int node) {
        return "n" + node;
    }

    long nowMillis() {
        return Clusters.NOW_MILLIS + minute * 60_000L;
    }

    /// The cluster a minute later.
    ClusterImage next() {
        minute++;
        var nodes = new ArrayList<NodeSample>();
        var containers = new ArrayList<ContainerUsage>();
        var stalls = new ArrayList<PodStalls>();
        double daily = Math.sin(2 * Math.PI * minute / DAY_MINUTES);
        for (int node = 0; node < NODES; node++) {
            double used = 0;
            double hurt = 0;
            for (int workload = 0; workload < WORKLOADS; workload++) {
                var pod = pods[workload][node];
                if (pod != null) {
                    double cores = use(workload, node, daily);
                    used += cores;
                    hurt += harm[workload] * cores;
                    containers.add(usage(pod, cores));
                }
            }
            boolean isOwnBurst = isOwnBurst(node);
            double own = Math.max(0, 0.3 + 0.05 * random.nextGaussian())
                    + (isOwnBurst && kind != Kind.UNSEEN_CAUSES ? 2 : 0);
            double load = (used + own) / CORES;
            double pressure =
                    hurt * (0.5 + load) + (isOwnBurst ? 0.25 : 0) + (kind == Kind.QUIET ? 0 : 0.02) + 0.02 * gauss();
            for (int workload = 0; tellsStalls && workload < WORKLOADS; workload++) {
                var pod = pods[workload][node];
                if (pod != null) {
                    stalls.add(stall(pod, sensitivity[workload] * pressure));
                }
            }
            nodes.add(sample(node, SignalKind.CPU_USAGE_MILLIS, 1000 * (used + own)));
            nodes.add(told(node, pressure));
        }
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.UsageObserved(
                new UsageBatch("test", nowMillis(), nodes, containers, stalls, 0, List.of()), Map.of()));
        image = delta.apply();
        return image;
    }

    private double gauss() {
        return random.nextGaussian();
    }

    private double use(int workload, int node, double daily) {
        noise[workload][node] = 0.9 * noise[workload][node] + 0.15 * gauss();
        if (burstMinutes[workload][node] > 0) {
            burstMinutes[workload][node]--;
        } else if (random.nextDouble() < 1 / 90.0) {
            burstMinutes[workload][node] = 5 + random.nextInt(15);
            burstSize[workload][node] = 0.8 + 1.5 * random.nextDouble();
        }
        double burst = burstMinutes[workload][node] > 0 ? burstSize[workload][node] : 0;
        return Math.max(0.01, base[workload] * (1 + wave[workload] * daily + noise[workload][node] + burst));
    }

    private boolean isOwnBurst(int node) {
        if (kind == Kind.QUIET) {
            return false;
        }
        if (ownBurstMinutes[node] > 0) {
            ownBurstMinutes[node]--;
        } else if (random.nextDouble() < 1 / 240.0) {
            ownBurstMinutes[node] = 5 + random.nextInt(10);
        }
        return ownBurstMinutes[node] > 0;
    }

    private ContainerUsage usage(PodKey pod, double cores) {
        return new ContainerUsage(
                pod, "main", new Sample(1000 * cores, nowMillis(), "test"), new Sample(GIB, nowMillis(), "test"));
    }

    private NodeSample told(int node, double pressure) {
        return kind == Kind.RUN_QUEUES
                ? sample(node, SignalKind.CPU_RUN_QUEUE_60, Math.clamp(pressure * Math.exp(0.3 * gauss()), 0, 1))
                : sample(node, SignalKind.CPU_PSI_SOME_60, Math.clamp(pressure, 0, 1));
    }

    private PodStalls stall(PodKey pod, double share) {
        double waited = share + 0.02 * stallNoise.nextGaussian();
        return new PodStalls(pod, Math.clamp(waited, 0, 1), Double.NaN, nowMillis());
    }

    private NodeSample sample(int node, SignalKind kind, double value) {
        return new NodeSample(name(node), kind, new Sample(value, nowMillis(), "test"));
    }
}
