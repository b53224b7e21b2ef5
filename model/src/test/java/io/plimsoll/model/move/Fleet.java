package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// A cluster in the making for tests of plans: nodes of 10 cores and 100 GiB whose use is that of their pods.
///
/// Pods belong to Deployments that want as many as there are, are ready, were bound a day ago, and ask for as
/// much CPU as they use.
final class Fleet {

    static final long NOW = Clusters.NOW_MILLIS;
    static final String NAMESPACE = "default";

    private static final long DAY = 24 * 3_600_000L;
    private static final Resources SIZE = new Resources(10_000, 100 * Clusters.GIB);
    private static final String SOURCE = "test";

    private long atMillis = NOW;
    private final Map<String, NodeSpec> nodes = new LinkedHashMap<>();
    private final Set<String> unmeasured = new HashSet<>();
    private final List<PodSpec> pods = new ArrayList<>();
    private final Map<PodKey, Resources> uses = new HashMap<>();
    private final Map<Owner, Integer> replicas = new HashMap<>();
    private final Map<Owner, UsageEstimate> estimates = new HashMap<>();
    private final List<ClusterEvent> others = new ArrayList<>();

    static Owner deployment(String name) {
        return new Owner(NAMESPACE, "Deployment", name);
    }

    static PodKey key(String pod) {
        return new PodKey(NAMESPACE, pod);
    }

    /// Seen and measured then.
    Fleet at(long millis) {
        atMillis = millis;
        return this;
    }

    Fleet node(String name) {
        return node(
                new NodeSpec(name, "uid-" + name, "boot", SIZE, SIZE, 110, Readiness.READY, false, false, List.of()));
    }

    Fleet node(NodeSpec spec) {
        nodes.put(spec.name(), spec);
        return this;
    }

    Fleet unmeasured(String node) {
        unmeasured.add(node);
        return this;
    }

    /// A pod of a Deployment that uses this many thousandths of a core.
    Fleet pod(String node, String deployment, String name, long cpuMillis) {
        return pod(node, deployment, name, cpuMillis, pod -> pod);
    }

    /// The same, changed.
    Fleet pod(String node, String deployment, String name, long cpuMillis, UnaryOperator<PodSpec> change) {
        return pod(node, deployment(deployment), name, cpuMillis, change);
    }

    Fleet pod(String node, Owner owner, String name, long cpuMillis, UnaryOperator<PodSpec> change) {
        var spec = change.apply(new PodSpec(
                new PodKey(owner.namespace(), name),
                "uid-" + name,
                Optional.of(owner),
                Optional.of(node),
                PodPhase.RUNNING,
                true,
                0,
                NOW - DAY,
                false,
                List.of(new ContainerSpec("main", new Resources(cpuMillis, Clusters.GIB), Resources.NONE)),
                Resources.NONE,
                Set.of()));
        pods.add(spec);
        uses.put(spec.key(), new Resources(cpuMillis, Clusters.GIB));
        spec.owner().ifPresent(named -> replicas.merge(named, 1, Integer::sum));
        return this;
    }

    /// What a pod uses, where that is not what it asks for.
    Fleet uses(String name, long cpuMillis) {
        uses.put(key(name), new Resources(cpuMillis, Clusters.GIB));
        return this;
    }

    /// Another pod of the Deployment, so that none is its last.
    Fleet sibling(String node, String deployment) {
        return pod(node, deployment, deployment + "-sibling", 0);
    }

    Fleet wants(String deployment, int count) {
        replicas.put(deployment(deployment), count);
        return this;
    }

    Fleet estimate(String deployment, UsageEstimate estimate) {
        estimates.put(deployment(deployment), estimate);
        return this;
    }

    Fleet budget(String name, Map<String, String> labels, int allowed) {
        return budget(new DisruptionBudget(NAMESPACE, name, labels, allowed));
    }

    Fleet budget(DisruptionBudget budget) {
        others.add(new ClusterEvent.BudgetApplied(budget));
        return this;
    }

    Fleet namespaceOptsOut(OptOut optOut) {
        others.add(new ClusterEvent.NamespaceApplied(NAMESPACE, Set.of(optOut)));
        return this;
    }

    Fleet namespaceIsBeingDeleted() {
        others.add(new ClusterEvent.NamespaceApplied(NAMESPACE, Set.of(), Map.of(), true));
        return this;
    }

    ClusterImage image() {
        return Clusters.image(events());
    }

    /// The same cluster, which came about in another order.
    ClusterImage shuffled(Random random) {
        var events = new ArrayList<>(events());
        var usage = events.removeLast();
        Collections.shuffle(events, random);
        return Clusters.after(Clusters.image(events), List.of(usage));
    }

    /// What was measured comes last.
    private List<ClusterEvent> events() {
        var events = new ArrayList<ClusterEvent>();
        nodes.values().forEach(node -> events.add(new ClusterEvent.NodeApplied(node, atMillis)));
        replicas.forEach((owner, count) -> {
            if (!owner.kind().equals("Unwatched")) {
                events.add(new ClusterEvent.OwnerApplied(new OwnerSpec(owner, Optional.empty(), count, Set.of())));
            }
        });
        pods.forEach(pod -> events.add(new ClusterEvent.PodApplied(pod)));
        events.addAll(others);
        events.add(new ClusterEvent.Confirmed(atMillis));
        events.add(new ClusterEvent.UsageObserved(
                new UsageBatch(SOURCE, atMillis, nodeSamples(), podSamples(), 0, List.of()), estimates));
        return events;
    }

    private List<NodeSample> nodeSamples() {
        var samples = new ArrayList<NodeSample>();
        for (var node : nodes.keySet()) {
            if (!unmeasured.contains(node)) {
                var used = used(node);
                samples.add(sample(node, SignalKind.CPU_USAGE_MILLIS, (double) used.cpuMillis()));
                samples.add(sample(node, SignalKind.MEMORY_WORKING_SET_BYTES, (double) used.memoryBytes()));
            }
        }
        return samples;
    }

    private NodeSample sample(String node, SignalKind kind, double value) {
        return new NodeSample(node, kind, new Sample(value, atMillis, SOURCE));
    }

    private Resources used(String node) {
        return pods.stream()
                .filter(pod -> pod.nodeName().equals(Optional.of(node)))
                .map(pod -> uses.get(pod.key()))
                .reduce(Resources.NONE, Resources::plus);
    }

    private List<ContainerUsage> podSamples() {
        return uses.entrySet().stream()
                .map(use -> new ContainerUsage(
                        use.getKey(),
                        "main",
                        new Sample((double) use.getValue().cpuMillis(), atMillis, SOURCE),
                        new Sample((double) use.getValue().memoryBytes(), atMillis, SOURCE)))
                .toList();
    }

    /// Those nodes are hot by CPU.
    static SortedMap<String, List<Contention>> hot(String... nodes) {
        var hot = new TreeMap<String, List<Contention>>();
        for (var node : nodes) {
            hot.put(node, List.of(Contention.CPU));
        }
        return hot;
    }

    static UnaryOperator<PodSpec> with(UnaryOperator<PodBuilder> change) {
        return pod -> change.apply(PodBuilder.like(pod)).build();
    }

    static UnaryOperator<PodSpec> labelled(String name, String value) {
        return pod -> pod.withTraits(PodTraits.NONE.withLabels(Map.of(name, value)));
    }

    /// The same picture, confirmed at another time.
    static ClusterImage confirmed(ClusterImage image, long atMillis) {
        var delta = new ClusterDelta(image);
        delta.replay(new ClusterEvent.Confirmed(atMillis));
        return delta.apply();
    }

    /// The same, where the pods of the image that are where they should not be have been there for long.
    static Watched misplacedForLong(Watched watched, ClusterImage image) {
        var misplaced = new MisplacedPods(EnumSet.allOf(MoveGoal.class));
        for (int look = 1; look <= MisplacedPods.LOOKS; look++) {
            misplaced.observe(confirmed(image, NOW + look * 10_000L));
        }
        return watched.withMisplaced(misplaced.uids());
    }
}
