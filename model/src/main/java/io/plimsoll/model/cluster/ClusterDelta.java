package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects events on top of an image and makes the next image of them. Belongs to the one thread that writes images.
///
/// Goals, in their order: the same events give the same image however they are batched; an event for something unknown
/// (a pod on a node not seen yet, a workload whose owner comes later) is kept, not lost; the cost depends on what the
/// events touch. So that order of arrival does not matter:
///
/// - a pod bound to an unknown node is a *stray* until the node comes ([PodDrafts]);
/// - a pod belongs to the root of its chain of owners as far as they are known, and follows when that chain becomes
///   longer, shorter or another one ([OwnerDrafts]).
///
/// What the pods of a node add up to is computed once a batch, for each node touched ([NodeDraft]). A usage batch
/// touches all nodes, since estimates of workloads may have changed.
///
/// An event that throws leaves the delta half done: throw it away then; the image it started from is as it was.
public final class ClusterDelta {

    /// How far ahead of its fetch a sample's time may lie while two clocks merely differ.
    private static final long CLOCKS_DIFFER_MILLIS = 5 * 60 * 1000L;

    private final NodeDrafts nodes;
    private final OwnerDrafts owners;
    private final WorkloadDrafts workloads;
    private final PodDrafts pods;
    private final ShardedMap.Editor<PodKey, PodSpec> failed;
    private final ShardedMap.Editor<String, NamespaceSpec> namespaces;
    private final ShardedMap.Editor<String, DisruptionBudget> budgets;
    private long confirmedAtMillis;

    public ClusterDelta(ClusterImage base) {
        this.nodes = new NodeDrafts(base);
        this.owners = new OwnerDrafts(base);
        this.workloads = new WorkloadDrafts(base, owners);
        this.pods = new PodDrafts(base, nodes, owners, workloads);
        this.failed = base.failed.edit();
        this.namespaces = base.namespaces.edit();
        this.budgets = base.budgets.edit();
        this.confirmedAtMillis = base.confirmedAtMillis();
    }

    public void replay(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.NodeApplied e -> applyNode(e.node(), e.atMillis());
            case ClusterEvent.NodeDeleted e -> deleteNode(e.name());
            case ClusterEvent.PodApplied e -> pods.apply(e.pod());
            case ClusterEvent.PodDeleted e -> pods.remove(e.key());
            case ClusterEvent.FailedPodApplied e -> failed.put(e.pod().key(), e.pod());
            case ClusterEvent.FailedPodDeleted e -> failed.remove(e.key());
            case ClusterEvent.OwnerApplied e -> applyOwner(e.owner());
            case ClusterEvent.OwnerDeleted e -> deleteOwner(e.owner());
            case ClusterEvent.NamespaceApplied e ->
                namespaces.put(e.name(), new NamespaceSpec(e.optOuts(), e.labels(), e.terminating()));
            case ClusterEvent.NamespaceDeleted e -> namespaces.remove(e.name());
            case ClusterEvent.BudgetApplied e -> budgets.put(e.budget().key(), e.budget());
            case ClusterEvent.BudgetDeleted e -> budgets.remove(DisruptionBudget.key(e.namespace(), e.name()));
            case ClusterEvent.NodesListed e ->
                missing(nodes.names(), e.present()).forEach(this::deleteNode);
            case ClusterEvent.PodsListed e -> missing(pods.keys(), e.present()).forEach(pods::remove);
            case ClusterEvent.FailedPodsListed e ->
                missing(keys(failed), e.present()).forEach(failed::remove);
            case ClusterEvent.OwnersListed e ->
                missing(owners.ofKind(e.kind()), e.present()).forEach(this::deleteOwner);
            case ClusterEvent.NamespacesListed e ->
                missing(keys(namespaces), e.present()).forEach(namespaces::remove);
            case ClusterEvent.BudgetsListed e ->
                missing(keys(budgets), e.present()).forEach(budgets::remove);
            case ClusterEvent.UsageObserved e -> observe(e.batch(), e.estimates());
            case ClusterEvent.Confirmed e -> confirmedAtMillis = e.atMillis();
        }
    }

    /// The next image. The delta is spent afterwards.
    public ClusterImage apply() {
        var table = nodes.buildTable();
        return new ClusterImage(
                table,
                nodes.build(table, workloads::estimate),
                pods.build(),
                pods.buildStrays(),
                pods.buildKilled(),
                failed.build(),
                owners.buildSpecs(),
                owners.buildChildren(),
                owners.buildPods(),
                workloads.build(),
                namespaces.build(),
                budgets.build(),
                workloads.nextId(),
                confirmedAtMillis);
    }

    private void applyNode(NodeSpec spec, long atMillis) {
        var known = nodes.find(spec.name());
        if (known.isPresent()) {
            known.get().become(spec, atMillis);
        } else {
            pods.settle(spec.name(), nodes.add(spec));
        }
    }

    private void deleteNode(String name) {
        nodes.find(name).ifPresent(node -> {
            pods.unsettle(name, node);
            nodes.remove(name);
        });
    }

    private void applyOwner(OwnerSpec spec) {
        boolean moved = owners.put(spec);
        workloads.describe(spec.owner());
        if (moved) {
            pods.reroot(owners.podsBelow(spec.owner()));
        }
    }

    private void deleteOwner(Owner owner) {
        boolean moved = owners.remove(owner);
        workloads.describe(owner);
        if (moved) {
            pods.reroot(owners.podsBelow(owner));
        }
    }

    private void observe(UsageBatch batch, Map<Owner, UsageEstimate> estimates) {
        long latestMillis = batch.fetchedAtMillis() + CLOCKS_DIFFER_MILLIS;
        estimates.forEach(workloads::estimate);
        for (var sample : batch.nodes()) {
            nodes.find(sample.node()).ifPresent(node -> node.observe(sample, latestMillis));
        }
        var stalls = Stalls.byPod(batch, pods::containers);
        PodUsage.byPod(batch.containers())
                .forEach((key, usage) -> pods.observe(key, usage, stalls.getOrDefault(key, Stalls.NONE), latestMillis));
        nodes.touchAll();
    }

    private static <K, V> Set<K> keys(ShardedMap.Editor<K, V> map) {
        var keys = new HashSet<K>();
        map.forEach((key, value) -> keys.add(key));
        return keys;
    }

    private static <T> List<T> missing(Collection<T> known, Set<T> present) {
        var gone = new ArrayList<T>();
        for (var item : known) {
            if (!present.contains(item)) {
                gone.add(item);
            }
        }
        return gone;
    }
}
