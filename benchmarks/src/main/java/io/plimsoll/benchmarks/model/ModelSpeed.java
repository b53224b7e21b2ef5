package io.plimsoll.benchmarks.model;

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
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.NeighbourLedger;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.SpeculativeShares;
import io.plimsoll.model.placement.WireScores;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.PodStalls;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

/// Times the model's hot paths on one core, on 5,000 nodes and 150,000 pods with every signal measured: a ranking of
/// all nodes and of 500, wire scores, a batch of 100 pod events, a cycle of usage, one sample of each
/// pod, and 10,000 ReplicaSets told after
/// their 150,000 pods.
///
/// Each is repeated until it is warm, and then measured call by call; printed are the median and the 99th percentile.
/// The result of each call goes into a sum that is printed, so that nothing is optimised away.
public final class ModelSpeed {

    private static final long NOW_MILLIS = 1_800_000_000_000L;
    private static final int NODES = 5_000;
    private static final int PODS_PER_NODE = 30;
    private static final int WORKLOADS = 3_000;
    private static final int LOOKS = 15;
    private static final int REPLICA_SETS = 10_000;
    private static final long GIB = 1L << 30;

    private final Random random = new Random(1);
    private final Placer placer = new Placer(PlacementConfig.DEFAULT);
    private long sum;

    private ModelSpeed() {}

    public static void main(String[] args) {
        new ModelSpeed().run();
    }

    private void run() {
        var image = image();
        System.out.printf("%s%n%n%-44s %10s %10s%n", image, "", "median µs", "p99 µs");
        var pod = PodToPlace.of(image, pod("new", 7, Optional.empty()));
        var shares = new SpeculativeShares();
        var all = slots(NODES);
        var some = slots(500);
        measure("rank 5,000 nodes", 4_000, i -> rank(image, shares, pod, all));
        var informed = placer.beside(Company.of(hogs(), image, NOW_MILLIS));
        measure(
                "rank 5,000 nodes, neighbours known",
                4_000,
                i -> (long) informed.rank(image, shares.at(image, NOW_MILLIS), pod, all, NOW_MILLIS)
                        .scores()[i % NODES]);
        measure("the company on 5,000 nodes, 30 workloads accused", 30, i ->
                (long) Company.of(hogs(), image, NOW_MILLIS).others(Contention.CPU, i));
        measure("rank 500 of 5,000 nodes", 20_000, i -> rank(image, shares, pod, some));
        measure(
                "filter 5,000 nodes",
                4_000,
                i -> placer.filter(image, shares.at(image, NOW_MILLIS), pod, all, NOW_MILLIS)
                        .kept()
                        .length);
        var scores = placer.rank(image, shares, pod, all, NOW_MILLIS).scores();
        measure("wire scores of 5,000", 4_000, i -> WireScores.of(scores)[i % NODES]);
        for (int i = 0; i < 300; i++) {
            var other = PodToPlace.of(image, pod("other" + i, i % 5, Optional.empty()));
            shares.expect(other, slots(64), image.nodeTable(), NOW_MILLIS);
        }
        measure("rank 5,000 nodes, 300 pods on their way", 4_000, i -> rank(image, shares, pod, all));
        measure("expect a pod on 64 nodes", 20_000, i -> {
            shares.expect(pod, some, image.nodeTable(), NOW_MILLIS);
            return shares.size();
        });
        var usage = usage();
        measure("apply 100 pod events", 500, i -> after(image, arrivals(i)).podCount());
        measure("apply 100 pod events, then rank 5,000", 500, i -> {
            var next = after(image, arrivals(i));
            return rank(next, shares, pod, all);
        });
        measure(
                "apply a usage cycle of all nodes",
                30,
                i -> after(image, List.of(usage)).podCount());
        var ledger = new UsageLedger();
        measure(
                "record 150,000 samples of 3,000 workloads",
                8,
                i -> ledger.record(containers(i), image).size());
        lookAtNeighbours("look at 150,000 pods as neighbours", image, this::containers);
        lookAtNeighbours("the same, and how long each of them waits", image, this::stalled);
        var ownerless = after(ClusterImage.EMPTY, podsOfReplicaSets());
        var owners = owners();
        measure(
                "tell 10,000 owners after their 150,000 pods",
                3,
                i -> after(ownerless, owners).workloadCount());
        System.out.println("\nsum " + sum);
    }

    /// Every workload is known, and each hundredth is accused.
    private static Neighbours hogs() {
        var suspicions = new ArrayList<Suspicion>();
        for (int i = 0; i < WORKLOADS; i++) {
            for (var contention : Contention.values()) {
                var owner = new Owner("default", "Deployment", "w" + i);
                suspicions.add(new Suspicion(owner, contention, 0.5, 10, 3, 2, 0.2, 0.5, true, i % 100 == 0));
            }
        }
        return new Neighbours(List.of(), suspicions);
    }

    private long rank(ClusterImage image, SpeculativeShares shares, PodToPlace pod, int[] slots) {
        var scores = placer.rank(image, shares.at(image, NOW_MILLIS), pod, slots, NOW_MILLIS)
                .scores();
        return (long) scores[scores.length / 2];
    }

    private void measure(String what, int times, IntToLongFunction call) {
        for (int i = 0; i < times; i++) {
            sum += call.applyAsLong(i);
        }
        var nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            sum += call.applyAsLong(i);
            nanos[i] = System.nanoTime() - start;
        }
        report(what, nanos);
    }

    private static void report(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                "%-44s %10.1f %10.1f%n", what, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
    }

    /// Cycles of usage are applied in between, and not counted.
    private void lookAtNeighbours(String what, ClusterImage first, IntFunction<UsageBatch> cycles) {
        var neighbours = new NeighbourLedger();
        var image = first;
        var nanos = new long[LOOKS];
        for (int i = 0; i < 2 * LOOKS; i++) {
            long now = NOW_MILLIS + i * 60_000L;
            image = after(image, List.of(usage(now), new ClusterEvent.UsageObserved(cycles.apply(i), Map.of())));
            long start = System.nanoTime();
            neighbours.observe(image, now);
            nanos[i % LOOKS] = System.nanoTime() - start;
        }
        sum += neighbours.neighbours(NOW_MILLIS).suspicions().size();
        report(what, nanos);
    }

    private ClusterImage image() {
        var events = new ArrayList<ClusterEvent>();
        for (int node = 0; node < NODES; node++) {
            events.add(new ClusterEvent.NodeApplied(node(node), NOW_MILLIS));
            for (int i = 0; i < PODS_PER_NODE; i++) {
                events.add(new ClusterEvent.PodApplied(
                        pod("p" + node + "-" + i, random.nextInt(WORKLOADS), Optional.of(nodeName(node)))));
            }
        }
        events.add(usage());
        return after(ClusterImage.EMPTY, events);
    }

    private static ClusterImage after(ClusterImage image, List<ClusterEvent> events) {
        var delta = new ClusterDelta(image);
        events.forEach(delta::replay);
        return delta.apply();
    }

    private List<ClusterEvent> arrivals(int round) {
        var events = new ArrayList<ClusterEvent>();
        for (int i = 0; i < 100; i++) {
            var node = nodeName(random.nextInt(NODES));
            events.add(new ClusterEvent.PodApplied(
                    pod("new" + round + "-" + i, random.nextInt(WORKLOADS), Optional.of(node))));
        }
        return events;
    }

    private ClusterEvent usage() {
        return usage(NOW_MILLIS);
    }

    private ClusterEvent usage(long nowMillis) {
        var samples = new ArrayList<NodeSample>();
        for (int node = 0; node < NODES; node++) {
            var name = nodeName(node);
            samples.add(sample(nowMillis, name, SignalKind.CPU_USAGE_MILLIS, random.nextDouble() * 12_000));
            samples.add(sample(nowMillis, name, SignalKind.MEMORY_WORKING_SET_BYTES, random.nextDouble() * 50 * GIB));
            samples.add(sample(nowMillis, name, SignalKind.MEMORY_AVAILABLE_BYTES, random.nextDouble() * 40 * GIB));
            samples.add(sample(nowMillis, name, SignalKind.MEMORY_PSI_SOME_10, random.nextDouble() * 0.05));
            samples.add(sample(nowMillis, name, SignalKind.MEMORY_PSI_SOME_60, random.nextDouble() * 0.05));
            samples.add(sample(nowMillis, name, SignalKind.MEMORY_PSI_FULL_60, random.nextDouble() * 0.01));
            samples.add(sample(nowMillis, name, SignalKind.CPU_PSI_SOME_60, random.nextDouble() * 0.3));
            samples.add(sample(nowMillis, name, SignalKind.MEMORY_REFAULTS_PER_SECOND, random.nextDouble() * 50));
        }
        return new ClusterEvent.UsageObserved(
                new UsageBatch("benchmark", nowMillis, samples, List.of(), 0, List.of()), Map.of());
    }

    /// One sample of each pod, a minute after those of the cycle before.
    private UsageBatch containers(int cycle) {
        long now = NOW_MILLIS + cycle * 60_000L;
        var samples = new ArrayList<ContainerUsage>();
        for (int i = 0; i < NODES * PODS_PER_NODE; i++) {
            var pod = new PodKey("default", "p" + i / PODS_PER_NODE + "-" + i % PODS_PER_NODE);
            var cpu = new Sample(random.nextDouble() * 1_000, now, "benchmark");
            var memory = new Sample(random.nextDouble() * 4 * GIB, now, "benchmark");
            samples.add(new ContainerUsage(pod, "main", cpu, memory));
        }
        return new UsageBatch("benchmark", now, List.of(), samples, 0, List.of());
    }

    /// The same with how long each pod waited.
    private UsageBatch stalled(int cycle) {
        var batch = containers(cycle);
        var stalls = batch.containers().stream()
                .map(usage -> new PodStalls(
                        usage.pod(), random.nextDouble() * 0.3, random.nextDouble() * 0.05, batch.fetchedAtMillis()))
                .toList();
        return new UsageBatch(
                batch.source(), batch.fetchedAtMillis(), List.of(), batch.containers(), stalls, 0, List.of());
    }

    private static NodeSample sample(long nowMillis, String node, SignalKind kind, double value) {
        return new NodeSample(node, kind, new Sample(value, nowMillis - 20_000, "benchmark"));
    }

    private static NodeSpec node(int number) {
        var size = new Resources(16_000, 64 * GIB);
        return new NodeSpec(
                nodeName(number),
                "uid" + number,
                "boot",
                size,
                size,
                110,
                NodeSpec.Readiness.READY,
                false,
                false,
                List.of());
    }

    private static List<ClusterEvent> podsOfReplicaSets() {
        var events = new ArrayList<ClusterEvent>();
        for (int i = 0; i < NODES * PODS_PER_NODE; i++) {
            var node = Optional.of(nodeName(i % NODES));
            events.add(new ClusterEvent.PodApplied(pod("p" + i, replicaSet(i % REPLICA_SETS), node)));
        }
        return events;
    }

    private static List<ClusterEvent> owners() {
        var events = new ArrayList<ClusterEvent>();
        for (int i = 0; i < REPLICA_SETS; i++) {
            var deployment = Optional.of(new Owner("default", "Deployment", "w" + i));
            events.add(new ClusterEvent.OwnerApplied(new OwnerSpec(replicaSet(i), deployment, 15, Set.of())));
        }
        return events;
    }

    private static Owner replicaSet(int number) {
        return new Owner("default", "ReplicaSet", "w" + number + "-5d4f7c9b8d");
    }

    private static PodSpec pod(String name, int workload, Optional<String> node) {
        return pod(name, new Owner("default", "Deployment", "w" + workload), node);
    }

    private static PodSpec pod(String name, Owner owner, Optional<String> node) {
        return new PodSpec(
                new PodKey("default", name),
                "uid-" + name,
                Optional.of(owner),
                node,
                node.isPresent() ? PodPhase.RUNNING : PodPhase.PENDING,
                true,
                0,
                NOW_MILLIS - 3_600_000,
                false,
                List.of(new ContainerSpec("main", new Resources(300, GIB), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    private static String nodeName(int number) {
        return "node-%04d".formatted(number);
    }

    /// So many slots, evenly over all nodes.
    private static int[] slots(int count) {
        var slots = new int[count];
        for (int i = 0; i < count; i++) {
            slots[i] = (int) ((long) i * NODES / count);
        }
        return slots;
    }
}
