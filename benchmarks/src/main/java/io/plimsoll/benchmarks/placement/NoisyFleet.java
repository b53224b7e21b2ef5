package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Nodes of 16 cores and thirty workloads, of which three make their neighbours wait; minute after minute.
///
/// Pressure is what the uses on a node add up to, each by its workload's harm, and more the fuller the node is. Each
/// pod's use is drawn from a seed of its own, so that it uses the same wherever it is placed: runs differ by nothing
/// but the places.
final class NoisyFleet {

    static final int DAY_MINUTES = 24 * 60;
    private static final int WORKLOADS = 30;
    private static final int ANTAGONISTS = 3;
    private static final int CORES = 16;
    private static final long GIB = 1L << 30;
    private static final long START_MILLIS = 1_800_000_000_000L;

    private static final class Pod {
        private final int workload;
        private final String name;
        private final int node;
        private final Random random;
        private double noise;
        private int burstMinutes;
        private double burst;

        Pod(int workload, String name, int node, long seed) {
            this.workload = workload;
            this.name = name;
            this.node = node;
            this.random = new Random(seed);
        }

        /// Times the workload's base.
        double use(double wave) {
            noise = 0.9 * noise + 0.15 * random.nextGaussian();
            if (burstMinutes > 0) {
                burstMinutes--;
            } else if (random.nextDouble() < 1 / 90.0) {
                burstMinutes = 5 + random.nextInt(15);
                burst = 0.8 + 1.5 * random.nextDouble();
            }
            return Math.max(0.02, 1 + wave + noise + (burstMinutes > 0 ? burst : 0));
        }
    }

    private final long seed;
    private final int nodes;
    private final int unmeasuredOneIn;
    private final Told told;
    private final double[] sensitivity = new double[WORKLOADS];
    private final Random stallNoise;
    private final double[] base = new double[WORKLOADS];
    private final double[] wave = new double[WORKLOADS];
    private final double[] harm = new double[WORKLOADS];
    private final List<Pod> pods = new ArrayList<>();
    private final Random weather;
    private final UsageLedger ledger = new UsageLedger();
    private ClusterImage image;
    private int minute;
    private double[] pressure = {};

    /// Whether workloads wait unlike each other under the same pressure, and whether that can be seen.
    enum Told {
        /// All wait alike.
        ALIKE,
        /// 0.3 to 2 times as long as the node's pressure says, a mean of 1.15; nothing tells of single pods.
        UNTOLD,
        /// The same, and it is told how long each pod waited.
        STALLS
    }

    /// @param unmeasuredOneIn of how many nodes one's pressure is not measured; 0 where all are
    NoisyFleet(long seed, int nodes, int unmeasuredOneIn, Told told) {
        this.told = told;
        this.stallNoise = new Random(-seed);
        this.seed = seed;
        this.unmeasuredOneIn = unmeasuredOneIn;
        this.nodes = nodes;
        this.weather = new Random(seed + 1);
        var random = new Random(seed);
        var events = new ArrayList<ClusterEvent>();
        for (int node = 0; node < nodes; node++) {
            events.add(new ClusterEvent.NodeApplied(spec(node), START_MILLIS));
        }
        for (int workload = 0; workload < WORKLOADS; workload++) {
            boolean hurts = workload < ANTAGONISTS;
            base[workload] = hurts ? 0.5 + 0.3 * random.nextDouble() : 0.8 * Math.exp(0.7 * random.nextGaussian());
            wave[workload] = 0.2 + 0.5 * random.nextDouble();
            harm[workload] = hurts ? 0.10 + 0.06 * random.nextDouble() : 0.004 + 0.006 * random.nextDouble();
            sensitivity[workload] = told == Told.ALIKE ? 1 : 0.3 + 1.7 * stallNoise.nextDouble();
            int replicas = 2 + random.nextInt(3);
            events.add(new ClusterEvent.OwnerApplied(
                    new OwnerSpec(owner(workload), Optional.empty(), replicas, Set.of())));
            for (int i = 0; i < replicas; i++) {
                events.add(added(workload, random.nextInt(nodes)));
            }
        }
        this.image = after(ClusterImage.EMPTY, events);
    }

    private static NodeSpec spec(int node) {
        var size = new Resources(CORES * 1000, 64 * GIB);
        return new NodeSpec(
                name(node), "uid", "boot", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of());
    }

    private static ClusterImage after(ClusterImage image, List<ClusterEvent> events) {
        var delta = new ClusterDelta(image);
        events.forEach(delta::replay);
        return delta.apply();
    }

    private static String name(int node) {
        return "n%02d".formatted(node);
    }

    private static Owner owner(int workload) {
        return new Owner("default", "Deployment", "w" + workload);
    }

    private ClusterEvent added(int workload, int node) {
        var pod = new Pod(workload, "w" + workload + "-" + pods.size(), node, seed * 1_000 + pods.size());
        pods.add(pod);
        return new ClusterEvent.PodApplied(spec(workload, pod.name, Optional.of(name(node))));
    }

    private PodSpec spec(int workload, String name, Optional<String> node) {
        return new PodSpec(
                new PodKey("default", name),
                "uid-" + name,
                Optional.of(owner(workload)),
                node,
                node.isPresent() ? PodPhase.RUNNING : PodPhase.PENDING,
                true,
                0,
                nowMillis(),
                false,
                List.of(new ContainerSpec("main", new Resources(500, GIB), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    ClusterImage image() {
        return image;
    }

    long nowMillis() {
        return START_MILLIS + minute * 60_000L;
    }

    int[] slots() {
        return IntStream.range(0, nodes).toArray();
    }

    /// The next pod of an antagonist, each of them in turn.
    PodSpec nextAntagonist(int number) {
        return next(number % ANTAGONISTS);
    }

    /// The next pod of a workload that hurts nobody, each of them in turn.
    PodSpec nextVictim(int number) {
        return next(ANTAGONISTS + number % (WORKLOADS - ANTAGONISTS));
    }

    private PodSpec next(int workload) {
        return spec(workload, "w" + workload + "-" + pods.size(), Optional.empty());
    }

    void bind(PodSpec pod, int node) {
        int workload = Integer.parseInt(pod.owner().orElseThrow().name().substring(1));
        image = after(image, List.of(added(workload, node)));
    }

    /// A minute later.
    void advance() {
        minute++;
        double daily = Math.sin(2 * Math.PI * minute / DAY_MINUTES);
        var used = new double[nodes];
        var hurt = new double[nodes];
        var containers = new ArrayList<ContainerUsage>();
        for (var pod : pods) {
            double cores = base[pod.workload] * pod.use(wave[pod.workload] * daily);
            used[pod.node] += cores;
            hurt[pod.node] += harm[pod.workload] * cores;
            containers.add(
                    new ContainerUsage(new PodKey("default", pod.name), "main", sample(1000 * cores), sample(GIB)));
        }
        pressure = new double[nodes];
        var samples = new ArrayList<NodeSample>();
        for (int node = 0; node < nodes; node++) {
            double own = 0.3 + 0.02 * weather.nextGaussian();
            double stalls = hurt[node] * (0.5 + (used[node] + own) / CORES) + 0.02 + 0.02 * weather.nextGaussian();
            pressure[node] = Math.clamp(stalls, 0, 1);
            samples.add(new NodeSample(name(node), SignalKind.CPU_USAGE_MILLIS, sample(1000 * (used[node] + own))));
            samples.add(new NodeSample(name(node), SignalKind.MEMORY_WORKING_SET_BYTES, sample(8.0 * GIB)));
            if (isMeasured(node)) {
                samples.add(new NodeSample(name(node), SignalKind.CPU_PSI_SOME_60, sample(pressure[node])));
            }
        }
        var batch = new UsageBatch("fleet", nowMillis(), samples, containers, stalls(), 0, List.of());
        image = after(image, List.of(new ClusterEvent.UsageObserved(batch, ledger.record(batch, image))));
    }

    private List<PodStalls> stalls() {
        return told == Told.STALLS ? pods.stream().map(this::stall).toList() : List.of();
    }

    private PodStalls stall(Pod pod) {
        double waited = Math.clamp(waits(pod) + 0.02 * stallNoise.nextGaussian(), 0, 1);
        return new PodStalls(new PodKey("default", pod.name), waited, Double.NaN, nowMillis());
    }

    private double waits(Pod pod) {
        return sensitivity[pod.workload] * pressure[pod.node];
    }

    /// Whether the pressure of that node is.
    boolean isMeasured(int node) {
        return unmeasuredOneIn == 0 || node % unmeasuredOneIn > 0;
    }

    private Sample sample(double value) {
        return new Sample(value, nowMillis(), "fleet");
    }

    int pods() {
        return pods.size();
    }

    /// The share of the last minute that the pods of victims have waited, a mean of those from the `from`th pod on.
    double victimsWait(int from) {
        return pods.subList(from, pods.size()).stream()
                .filter(pod -> pod.workload >= ANTAGONISTS)
                .mapToDouble(this::waits)
                .average()
                .orElse(0);
    }
}
