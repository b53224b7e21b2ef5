package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A [Datacenter] as a cluster: servers are nodes, machines are pods, measured once a minute.
///
/// What had to be adapted: each machine is a Deployment of two pods, of which the other one idles on a cordoned node
/// that does not count, since the last ready pod of a workload is never moved; it asks for 12 % of its size, about
/// what machines use on average; and an eviction is a live migration, as for the rules that it is compared with.
/// Memory binds as little as in the published set-up.
final class PlanetLabFleet extends SimulatedFleet {

    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long MEMORY = 1L << 36;
    private static final long POD_MEMORY = 16L << 20;
    private static final double REQUESTED_SHARE = 0.12;
    private static final String NAMESPACE = "planetlab";
    private static final String SOURCE = "replay";
    private static final String ELSEWHERE = "elsewhere";

    private final Datacenter datacenter;
    private final Placer placer;
    private final UsageLedger ledger = new UsageLedger();
    private final Map<String, Vm> byUid = new HashMap<>();
    private final Map<Integer, PodSpec> podOf = new HashMap<>();
    private final TreeMap<Double, List<Runnable>> arrivals = new TreeMap<>();
    private ClusterImage image = ClusterImage.EMPTY;
    private long millis;
    private int minute;
    private int made;

    PlanetLabFleet(Datacenter datacenter, MoveConfig config) {
        super(config, Hours.ANY);
        this.datacenter = datacenter;
        this.placer = new Placer(config.placement());
        var delta = new ClusterDelta(image);
        for (var host : datacenter.hosts) {
            delta.replay(node(name(host), new Resources(Math.round(host.kind.mips()), MEMORY), false));
        }
        delta.replay(node(ELSEWHERE, new Resources(1, MEMORY), true));
        for (var vm : datacenter.vms) {
            delta.replay(new ClusterEvent.OwnerApplied(new OwnerSpec(owner(vm), Optional.empty(), 2, Set.of())));
            delta.replay(new ClusterEvent.PodApplied(pod(vm, "idle", Optional.of(ELSEWHERE), -3_600_000)));
        }
        delta.replay(new ClusterEvent.Confirmed(START_MILLIS));
        image = delta.apply();
    }

    private static ClusterEvent node(String name, Resources size, boolean isCordoned) {
        return new ClusterEvent.NodeApplied(
                new NodeSpec(
                        name, name, "boot", size, size, 10_000, NodeSpec.Readiness.READY, isCordoned, false, List.of()),
                START_MILLIS);
    }

    private static String name(Host host) {
        return "host-%03d".formatted(host.id);
    }

    private static Owner owner(Vm vm) {
        return new Owner(NAMESPACE, "Deployment", "vm-" + vm.id);
    }

    private static PodSpec pod(Vm vm, String suffix, Optional<String> node, long boundAtMillis) {
        var uid = "vm-" + vm.id + "-" + suffix;
        return new PodSpec(
                new PodKey(NAMESPACE, uid),
                uid,
                Optional.of(owner(vm)),
                node,
                node.isPresent() ? PodPhase.RUNNING : PodPhase.PENDING,
                node.isPresent(),
                0,
                START_MILLIS + boundAtMillis,
                false,
                List.of(new ContainerSpec(
                        "main", new Resources(Math.round(vm.mips * REQUESTED_SHARE), POD_MEMORY), Resources.NONE)),
                Resources.NONE,
                Set.of());
    }

    /// Where the published first placement has put them.
    void adoptPlacement() {
        var delta = new ClusterDelta(image);
        for (var vm : datacenter.vms) {
            bind(delta, vm, Objects.requireNonNull(vm.host), -3_600_000);
        }
        image = delta.apply();
    }

    /// One after the other to the best node, by what they ask for: nothing is measured yet.
    void placeFirst() {
        for (var vm : datacenter.vms) {
            var slot = best(pod(vm, "new", Optional.empty(), 0));
            var host = datacenter.hosts.get(slot);
            host.vms.add(vm);
            vm.host = host;
            var delta = new ClusterDelta(image);
            bind(delta, vm, host, -3_600_000);
            image = delta.apply();
        }
    }

    private void bind(ClusterDelta delta, Vm vm, Host host, long boundAtMillis) {
        var spec = pod(vm, String.valueOf(++made), Optional.of(name(host)), boundAtMillis);
        delta.replay(new ClusterEvent.PodApplied(spec));
        byUid.put(spec.uid(), vm);
        podOf.put(vm.id, spec);
    }

    /// As the extender has it, and the scheduler by it alone.
    private int best(PodSpec spec) {
        var pod = PodToPlace.of(image, spec);
        var reservations = reservations();
        var shares = reservations.over(Shares.NONE, image.nodeTable(), pod.workload());
        int elsewhere = image.nodeTable().slot(ELSEWHERE);
        var slots = IntStream.range(0, image.nodeCount())
                .filter(slot -> slot != elsewhere && hasRoom(slot, spec))
                .toArray();
        var kept = placer.filter(image, shares, pod, slots, nowMillis()).kept();
        var scores = placer.rank(image, shares, pod, kept, nowMillis()).scores();
        reservations.guide(pod.workload(), image.nodeTable(), kept, scores);
        int best = 0;
        for (int i = 1; i < kept.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return hostId(image.node(kept[best]).name());
    }

    private boolean hasRoom(int slot, PodSpec spec) {
        var node = image.node(slot);
        return node.load().requested().cpuMillis() + spec.requests().cpuMillis()
                <= node.spec().allocatable().cpuMillis();
    }

    private static int hostId(String name) {
        return Integer.parseInt(name.substring("host-".length()));
    }

    @Override
    ClusterImage image() {
        return image;
    }

    @Override
    long nowMillis() {
        return START_MILLIS + millis;
    }

    @Override
    void pass(long more) {
        long until = millis + more;
        while (true) {
            double tick = (minute + 1) * 60 + Datacenter.OFFSET;
            double next = arrivals.isEmpty() ? tick : Math.min(tick, arrivals.firstKey());
            if (next * 1000 > until) {
                millis = until;
                return;
            }
            millis = Math.max(millis, (long) (next * 1000));
            datacenter.update(next);
            if (next == tick) {
                minute++;
                measure();
            } else {
                arrivals.remove(next).forEach(Runnable::run);
                datacenter.update(next);
            }
        }
    }

    private void measure() {
        var delta = new ClusterDelta(image);
        var there = Set.copyOf(datacenter.vms);
        byUid.entrySet().removeIf(entry -> {
            boolean isOver = !there.contains(entry.getValue());
            if (isOver) {
                delta.replay(new ClusterEvent.PodDeleted(new PodKey(NAMESPACE, entry.getKey())));
                delta.replay(new ClusterEvent.PodDeleted(
                        pod(entry.getValue(), "idle", Optional.empty(), 0).key()));
                delta.replay(new ClusterEvent.OwnerDeleted(owner(entry.getValue())));
            }
            return isOver;
        });
        image = delta.apply();
        var nodes = new ArrayList<NodeSample>();
        for (var host : datacenter.hosts) {
            nodes.add(new NodeSample(
                    name(host), SignalKind.CPU_USAGE_MILLIS, sample(Math.min(host.usedMips, host.kind.mips()))));
            nodes.add(new NodeSample(
                    name(host), SignalKind.MEMORY_WORKING_SET_BYTES, sample(POD_MEMORY * (double) host.vms.size())));
        }
        var pods = new ArrayList<ContainerUsage>();
        byUid.forEach((uid, vm) -> pods.add(
                new ContainerUsage(new PodKey(NAMESPACE, uid), "main", sample(vm.allocated()), sample(POD_MEMORY))));
        var batch = new UsageBatch(SOURCE, nowMillis(), nodes, pods, 0, List.of());
        var measured = new ClusterDelta(image);
        measured.replay(new ClusterEvent.UsageObserved(batch, ledger.record(batch, image)));
        measured.replay(new ClusterEvent.Confirmed(nowMillis()));
        image = measured.apply();
        measured();
    }

    private Sample sample(double value) {
        return new Sample(value, nowMillis(), SOURCE);
    }

    @Override
    void evict(PodImage pod) {
        var vm = Objects.requireNonNull(byUid.get(pod.spec().uid()));
        double now = Math.max(millis / 1000.0, datacenter.lastSeconds());
        datacenter.update(now);
        var gone = new ClusterDelta(image);
        gone.replay(new ClusterEvent.PodDeleted(pod.key()));
        image = gone.apply();
        byUid.remove(pod.spec().uid());
        if (!datacenter.vms.contains(vm)) {
            return;
        }
        var target = datacenter.hosts.get(best(pod(vm, "new", Optional.empty(), 0)));
        double at = datacenter.move(vm, target, now);
        arrivals.computeIfAbsent(at, time -> new ArrayList<>()).add(() -> {
            datacenter.arrive(vm, target);
            var delta = new ClusterDelta(image);
            bind(delta, vm, target, millis);
            image = delta.apply();
        });
    }
}
