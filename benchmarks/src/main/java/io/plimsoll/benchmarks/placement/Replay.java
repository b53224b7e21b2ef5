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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Runs one policy over one set of traces and arrivals, minute by minute.
///
/// In each minute, in this order: pods whose time has come go; the usage of half a minute ago is observed; pods
/// that have come or still wait are placed one by one, each seen bound before the next; what the nodes then bear is
/// counted.
final class Replay {

    static final long DELAY_MILLIS = 30_000;

    private static final long MINUTE = 60_000;
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final double HOT = 0.90;
    private static final String SOURCE = "replay";

    private final Policy policy;
    private final List<UsageTrace> traces;
    private final Resources nodeSize;
    private final int nodes;
    private final Random ties;
    private final UsageLedger ledger = new UsageLedger();
    private final Observed observed;
    private final Map<PodKey, Running> running = new TreeMap<>();
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private ClusterImage image = ClusterImage.EMPTY;

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

    Replay(Policy policy, List<UsageTrace> traces, Resources nodeSize, int nodes, long seed) {
        this.policy = policy;
        this.traces = traces;
        this.nodeSize = nodeSize;
        this.nodes = nodes;
        this.ties = new Random(seed);
        this.observed = new Observed(nodes);
        this.cpu = new double[nodes];
        this.memory = new double[nodes];
        this.pods = new int[nodes];
    }

    Result run(List<Arrival> arrivals, int minutes) {
        start();
        int next = 0;
        for (int minute = 1; minute < minutes; minute++) {
            depart(minute);
            observe(minute);
            while (next < arrivals.size() && arrivals.get(next).fromMinute() <= minute) {
                waiting.add(arrivals.get(next++));
            }
            placeWaiting(minute);
            bear(minute);
            count();
        }
        return result(minutes - 1);
    }

    private void start() {
        var delta = new ClusterDelta(image);
        for (int i = 0; i < nodes; i++) {
            var node = new NodeSpec(
                    "node-%04d".formatted(i),
                    "uid-" + i,
                    "boot",
                    nodeSize,
                    nodeSize,
                    1000,
                    NodeSpec.Readiness.READY,
                    false,
                    false,
                    List.of());
            delta.replay(new ClusterEvent.NodeApplied(node, START_MILLIS));
        }
        for (var trace : traces) {
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(owner(trace), Optional.empty(), 1, Set.of())));
        }
        image = delta.apply();
    }

    private void depart(int minute) {
        var delta = new ClusterDelta(image);
        for (var pod : List.copyOf(running.values())) {
            if (pod.arrival.toMinute() <= minute) {
                delta.replay(new ClusterEvent.PodDeleted(pod.key));
                running.remove(pod.key);
            }
        }
        image = delta.apply();
    }

    private void observe(int minute) {
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

    private void placeWaiting(int minute) {
        for (int left = waiting.size(); left > 0; left--) {
            var arrival = waiting.removeFirst();
            if (arrival.toMinute() > minute && !place(arrival, minute)) {
                waiting.addLast(arrival);
                pendingMinutes++;
            }
        }
    }

    private boolean place(Arrival arrival, int minute) {
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

    private Result result(int minutes) {
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
        return new PodSpec(
                new PodKey("replay", trace.name() + "-" + arrival.number()),
                trace.name() + "-" + arrival.number(),
                Optional.of(owner(trace)),
                node,
                node.isPresent() ? PodPhase.RUNNING : PodPhase.PENDING,
                node.isPresent(),
                0,
                boundAtMillis,
                false,
                List.of(new ContainerSpec("main", trace.requested(), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    private static Owner owner(UsageTrace trace) {
        return new Owner("replay", "Deployment", trace.name());
    }

    private static Sample sample(double value, long atMillis) {
        return new Sample(value, atMillis, SOURCE);
    }

    private static long millis(int minute) {
        return START_MILLIS + minute * MINUTE;
    }

    private record Running(PodKey key, Arrival arrival, int slot) {}
}
