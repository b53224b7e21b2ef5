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
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Runs one policy over one set of traces and arrivals, minute by minute. Whoever moves pods may evict some between two
/// minutes: each has a successor a minute later, which is placed anew.
///
/// In each minute, in this order: pods whose time has come go; the usage of half a minute ago is observed; pods
/// that have come or still wait are placed one by one, each seen bound before the next; what the nodes then bear is
/// counted.
public final class Replay {

    static final long DELAY_MILLIS = 30_000;

    private static final long MINUTE = 60_000;
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final double HOT = 0.90;
    private static final String SOURCE = "replay";
    private static final int WORKLOADS_A_NAMESPACE = 20;
    private static final String ELSEWHERE = "spare";
    private static final int EVICTED_FROM = 1_000_000;

    private final Policy policy;
    private final List<UsageTrace> traces;
    private final Resources nodeSize;
    private final int nodes;
    private final Random ties;
    private final UsageLedger ledger = new UsageLedger();
    private final Observed observed;
    private final Map<PodKey, Running> running = new TreeMap<>();
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private final List<Arrival> arrivals;
    /// By the names of pods that come in the place of evicted ones: which node these left.
    private final Map<PodKey, Integer> left = new TreeMap<>();

    private ClusterImage image = ClusterImage.EMPTY;
    private int minute;
    private int arrived;
    private int countedFrom;

    private final double[] cpu;
    private final double[] memory;
    private final int[] pods;
    private long hotMinutes;
    private long cpuHotMinutes;
    private long memoryHotMinutes;
    private double cpuOverload;
    private double memoryOverload;
    private double nodesUsed;
    private double spread;
    private long pendingMinutes;
    private int evictions;
    private int cameBack;

    /// @param arrivals in the order in which they come
    public Replay(
            Policy policy, List<UsageTrace> traces, List<Arrival> arrivals, Resources nodeSize, int nodes, long seed) {
        this.policy = policy;
        this.traces = traces;
        this.arrivals = arrivals;
        this.nodeSize = nodeSize;
        this.nodes = nodes;
        this.ties = new Random(seed);
        this.observed = new Observed(nodes);
        this.cpu = new double[nodes];
        this.memory = new double[nodes];
        this.pods = new int[nodes];
        start();
    }

    Result run(int minutes) {
        while (minute < minutes - 1) {
            step();
        }
        return result();
    }

    /// The next minute.
    public void step() {
        minute++;
        depart();
        observe();
        while (arrived < arrivals.size() && arrivals.get(arrived).fromMinute() <= minute) {
            waiting.add(arrivals.get(arrived++));
        }
        placeWaiting();
        bear(minute);
        count();
    }

    /// Forgets what was counted until now.
    public void countFromHere() {
        hotMinutes = 0;
        cpuHotMinutes = 0;
        memoryHotMinutes = 0;
        cpuOverload = 0;
        memoryOverload = 0;
        nodesUsed = 0;
        spread = 0;
        pendingMinutes = 0;
        countedFrom = minute;
    }

    /// The pod goes, and another one comes in its place with the next minute.
    public void evict(PodKey key) {
        var pod = Objects.requireNonNull(running.remove(key));
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.PodDeleted(key));
        image = delta.apply();
        var next = new Arrival(pod.arrival.trace(), EVICTED_FROM + ++evictions, minute + 1, pod.arrival.toMinute());
        waiting.addFirst(next);
        left.put(key(next), pod.slot);
    }

    /// As the observers see it.
    public ClusterImage image() {
        return image;
    }

    public long nowMillis() {
        return millis(minute);
    }

    /// From the start on.
    public int minute() {
        return minute;
    }

    public int evictions() {
        return evictions;
    }

    /// How many of those that came in the place of evicted pods came to the node that these had left.
    public int cameBack() {
        return cameBack;
    }

    private void start() {
        var delta = new ClusterDelta(image);
        for (int i = 0; i < nodes; i++) {
            var node = node("node-%04d".formatted(i), false);
            delta.replay(new ClusterEvent.NodeApplied(node, START_MILLIS));
        }
        for (int i = 0; i < traces.size(); i++) {
            delta.replay(new ClusterEvent.OwnerApplied(
                    new OwnerSpec(owner(i, traces.get(i)), Optional.empty(), 1, Set.of())));
        }
        image = delta.apply();
    }

    /// Gives each workload a second pod that idles on a cordoned node beside the others, which does not count: the last
    /// ready pod of a workload would never be moved.
    public Replay withIdleReplicas() {
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.NodeApplied(node(ELSEWHERE, true), START_MILLIS));
        for (int i = 0; i < traces.size(); i++) {
            var owner = owner(i, traces.get(i));
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(owner, Optional.empty(), 2, Set.of())));
            delta.replay(new ClusterEvent.PodApplied(
                    pod(owner, owner.name() + "-idle", Resources.NONE, Optional.of(ELSEWHERE), START_MILLIS)));
        }
        image = delta.apply();
        return this;
    }

    /// Has each workload say how many pods it is to have.
    public Replay withReplicas(int[] replicas) {
        var delta = new ClusterDelta(image);
        for (int i = 0; i < traces.size(); i++) {
            delta.replay(new ClusterEvent.OwnerApplied(
                    new OwnerSpec(owner(i, traces.get(i)), Optional.empty(), replicas[i], Set.of())));
        }
        image = delta.apply();
        return this;
    }

    private NodeSpec node(String name, boolean isCordoned) {
        return new NodeSpec(
                name,
                "uid-" + name,
                "boot",
                nodeSize,
                nodeSize,
                1000,
                NodeSpec.Readiness.READY,
                isCordoned,
                false,
                List.of());
    }

    private void depart() {
        var delta = new ClusterDelta(image);
        for (var pod : List.copyOf(running.values())) {
            if (pod.arrival.toMinute() <= minute) {
                delta.replay(new ClusterEvent.PodDeleted(pod.key));
                running.remove(pod.key);
            }
        }
        image = delta.apply();
    }

    private void observe() {
        long atMillis = millis(minute) - DELAY_MILLIS;
        var nodeSamples = new ArrayList<NodeSample>();
        bear(minute - 1);
        for (int slot = 0; slot < nodes; slot++) {
            double usedCpu = Math.min(cpu[slot], (double) nodeSize.cpuMillis());
            double usedMemory = Math.min(memory[slot], (double) nodeSize.memoryBytes());
            double free = nodeSize.memoryBytes() - usedMemory;
            var name = image.nodeTable().names().get(slot);
            nodeSamples.add(new NodeSample(name, SignalKind.CPU_USAGE_MILLIS, sample(usedCpu, atMillis)));
            nodeSamples.add(new NodeSample(name, SignalKind.MEMORY_WORKING_SET_BYTES, sample(usedMemory, atMillis)));
            nodeSamples.add(new NodeSample(name, SignalKind.MEMORY_AVAILABLE_BYTES, sample(free, atMillis)));
            observed.measured(slot, usedCpu, usedMemory);
        }
        var batch = new UsageBatch(SOURCE, millis(minute), nodeSamples, podSamples(minute - 1, atMillis), 0, List.of());
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.UsageObserved(batch, ledger.record(batch, image)));
        delta.replay(new ClusterEvent.Confirmed(millis(minute)));
        image = delta.apply();
    }

    /// A node that is asked for more CPU than it has gives each pod the same share of what it asks for.
    private List<ContainerUsage> podSamples(int minute, long atMillis) {
        var samples = new ArrayList<ContainerUsage>();
        for (var pod : running.values()) {
            double given = Math.min(1, nodeSize.cpuMillis() / Math.max(1, cpu[pod.slot]));
            var trace = traces.get(pod.arrival.trace());
            samples.add(new ContainerUsage(
                    pod.key,
                    "main",
                    sample(given * trace.cpuMillis(minute), atMillis),
                    sample(trace.memoryBytes(minute), atMillis)));
        }
        return samples;
    }

    private void placeWaiting() {
        for (int left = waiting.size(); left > 0; left--) {
            var arrival = waiting.removeFirst();
            if (arrival.toMinute() > minute && !place(arrival)) {
                waiting.addLast(arrival);
                pendingMinutes++;
            }
        }
    }

    private boolean place(Arrival arrival) {
        var spec = spec(arrival, Optional.empty(), 0);
        var slots = feasible(spec.requests());
        observed.moveTo(image, millis(minute));
        int slot = slots.length == 0 ? -1 : best(slots, policy.scores(observed, spec, slots));
        if (slot < 0) {
            return false;
        }
        var bound = spec(arrival, Optional.of(image.nodeTable().names().get(slot)), millis(minute));
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.PodApplied(bound));
        image = delta.apply();
        running.put(bound.key(), new Running(bound.key(), arrival, slot));
        cameBack += left.getOrDefault(bound.key(), -1) == slot ? 1 : 0;
        return true;
    }

    private int[] feasible(Resources requests) {
        var slots = new int[nodes];
        int count = 0;
        for (int slot = 0; slot < nodes; slot++) {
            var after = image.node(slot).load().requested().plus(requests);
            if (after.cpuMillis() <= nodeSize.cpuMillis() && after.memoryBytes() <= nodeSize.memoryBytes()) {
                slots[count++] = slot;
            }
        }
        return Arrays.copyOf(slots, count);
    }

    /// One of the best at random; none when all are refused.
    private int best(int[] slots, double[] scores) {
        double best = Arrays.stream(scores).max().orElse(Policy.REFUSED);
        if (best == Policy.REFUSED) {
            return -1;
        }
        int chosen = -1;
        int equals = 0;
        for (int i = 0; i < slots.length; i++) {
            if (scores[i] == best && ties.nextInt(++equals) == 0) {
                chosen = slots[i];
            }
        }
        return chosen;
    }

    /// Works out what each node is asked for in that minute.
    private void bear(int minute) {
        Arrays.fill(cpu, 0);
        Arrays.fill(memory, 0);
        Arrays.fill(pods, 0);
        for (var pod : running.values()) {
            var trace = traces.get(pod.arrival.trace());
            cpu[pod.slot] += trace.cpuMillis(minute);
            memory[pod.slot] += trace.memoryBytes(minute);
            pods[pod.slot]++;
        }
    }

    private void count() {
        int used = 0;
        double sum = 0;
        double squares = 0;
        for (int slot = 0; slot < nodes; slot++) {
            double cpuShare = cpu[slot] / nodeSize.cpuMillis();
            double memoryShare = memory[slot] / nodeSize.memoryBytes();
            hotMinutes += cpuShare > HOT || memoryShare > HOT ? 1 : 0;
            cpuHotMinutes += cpuShare > HOT ? 1 : 0;
            memoryHotMinutes += memoryShare > HOT ? 1 : 0;
            cpuOverload += Math.max(0, cpu[slot] - nodeSize.cpuMillis()) / 1000 / 60;
            memoryOverload += Math.max(0, memory[slot] - nodeSize.memoryBytes()) / (1 << 30) / 60;
            if (pods[slot] > 0) {
                used++;
                sum += cpuShare;
                squares += cpuShare * cpuShare;
            }
        }
        nodesUsed += used;
        if (used > 0) {
            double mean = sum / used;
            spread += Math.sqrt(Math.max(0, squares / used - mean * mean));
        }
    }

    public Result result() {
        int minutes = minute - countedFrom;
        return new Result(
                policy.name(),
                hotMinutes,
                cpuHotMinutes,
                memoryHotMinutes,
                cpuOverload,
                memoryOverload,
                nodesUsed / minutes,
                spread / minutes,
                pendingMinutes);
    }

    private PodSpec spec(Arrival arrival, Optional<String> node, long boundAtMillis) {
        var trace = traces.get(arrival.trace());
        return pod(owner(arrival.trace(), trace), key(arrival).name(), trace.requested(), node, boundAtMillis);
    }

    private static PodSpec pod(
            Owner owner, String name, Resources requested, Optional<String> node, long boundAtMillis) {
        return new PodSpec(
                new PodKey(owner.namespace(), name),
                name,
                Optional.of(owner),
                node,
                node.isPresent() ? PodPhase.RUNNING : PodPhase.PENDING,
                node.isPresent(),
                0,
                boundAtMillis,
                false,
                List.of(new ContainerSpec("main", requested, Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    private PodKey key(Arrival arrival) {
        var trace = traces.get(arrival.trace());
        return new PodKey(owner(arrival.trace(), trace).namespace(), trace.name() + "-" + arrival.number());
    }

    private static Owner owner(int trace, UsageTrace of) {
        return new Owner("team-" + trace / WORKLOADS_A_NAMESPACE, "Deployment", of.name());
    }

    private static Sample sample(double value, long atMillis) {
        return new Sample(value, atMillis, SOURCE);
    }

    private static long millis(int minute) {
        return START_MILLIS + minute * MINUTE;
    }

    private record Running(PodKey key, Arrival arrival, int slot) {}
}
