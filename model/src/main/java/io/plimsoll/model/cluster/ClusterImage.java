package io.plimsoll.model.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The whole cluster at one moment, immutable. One writer makes the next image with a [ClusterDelta] and publishes
/// it; readers take the published one and decide on it alone.
///
/// Images share all that did not change: what a new one costs depends on what changed, plus one reference for each
/// node.
public final class ClusterImage {

    public static final ClusterImage EMPTY = new ClusterImage(
            new NodeTable(List.of()),
            new NodeImage[0],
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            ShardedMap.empty(),
            0,
            0);

    private static final Comparator<PodImage> BY_NAME =
            Comparator.comparing(pod -> pod.key().name());

    private final NodeTable nodeTable;
    private final NodeImage[] nodes;
    final ShardedMap<PodKey, PodImage> pods;
    /// Keys of pods bound to a node that is not in the image, by that node's name.
    final ShardedMap<String, List<PodKey>> strays;

    /// Keys of the pods that tell of kills for memory.
    final ShardedMap<PodKey, PodKey> killed;
    /// Pods that have failed after kills for memory: no pods of the cluster any more.
    final ShardedMap<PodKey, PodSpec> failed;

    final ShardedMap<Owner, OwnerSpec> owners;
    final ShardedMap<Owner, List<Owner>> ownersByParent;
    /// Keys of pods by the owner that they name themselves.
    final ShardedMap<Owner, List<PodKey>> podsByOwner;

    final ShardedMap<Owner, Workload> workloads;
    final ShardedMap<String, NamespaceSpec> namespaces;
    final ShardedMap<String, DisruptionBudget> budgets;
    private final int nextWorkloadId;
    private final long confirmedAtMillis;

    ClusterImage(
            NodeTable nodeTable,
            NodeImage[] nodes,
            ShardedMap<PodKey, PodImage> pods,
            ShardedMap<String, List<PodKey>> strays,
            ShardedMap<PodKey, PodKey> killed,
            ShardedMap<PodKey, PodSpec> failed,
            ShardedMap<Owner, OwnerSpec> owners,
            ShardedMap<Owner, List<Owner>> ownersByParent,
            ShardedMap<Owner, List<PodKey>> podsByOwner,
            ShardedMap<Owner, Workload> workloads,
            ShardedMap<String, NamespaceSpec> namespaces,
            ShardedMap<String, DisruptionBudget> budgets,
            int nextWorkloadId,
            long confirmedAtMillis) {
        this.nodeTable = nodeTable;
        this.nodes = nodes;
        this.pods = pods;
        this.strays = strays;
        this.killed = killed;
        this.failed = failed;
        this.owners = owners;
        this.ownersByParent = ownersByParent;
        this.podsByOwner = podsByOwner;
        this.workloads = workloads;
        this.namespaces = namespaces;
        this.budgets = budgets;
        this.nextWorkloadId = nextWorkloadId;
        this.confirmedAtMillis = confirmedAtMillis;
    }

    /// All nodes, sorted by name; a node's position is its slot in [#nodeTable].
    public List<NodeImage> nodes() {
        return Collections.unmodifiableList(Arrays.asList(nodes));
    }

    public int nodeCount() {
        return nodes.length;
    }

    /// The node of that slot in [#nodeTable].
    public NodeImage node(int slot) {
        return nodes[slot];
    }

    /// The nodes themselves; nobody writes to this array.
    NodeImage[] nodesBySlot() {
        return nodes;
    }

    public Optional<NodeImage> node(String name) {
        int slot = nodeTable.slot(name);
        return slot == NodeTable.ABSENT ? Optional.empty() : Optional.of(nodes[slot]);
    }

    public NodeTable nodeTable() {
        return nodeTable;
    }

    public Optional<PodImage> pod(PodKey key) {
        return pods.get(key);
    }

    public int podCount() {
        return pods.size();
    }

    public Optional<Workload> workload(Owner owner) {
        return workloads.get(owner);
    }

    /// All workloads that have pods, in no order that means anything.
    public List<Workload> workloads() {
        var all = new ArrayList<Workload>(workloads.size());
        workloads.forEach((owner, workload) -> all.add(workload));
        return all;
    }

    /// The pods of a workload, directly or through owners between, sorted by name. A ring of owners, which only
    /// a broken client can make, is walked once.
    public List<PodImage> podsOf(Owner workload) {
        var found = new ArrayList<PodImage>();
        var seen = new HashSet<Owner>(List.of(workload));
        var below = new ArrayDeque<Owner>(seen);
        while (!below.isEmpty()) {
            var owner = below.remove();
            for (var key : podsByOwner.get(owner).orElse(List.of())) {
                pods.get(key).ifPresent(found::add);
            }
            for (var child : ownersByParent.get(owner).orElse(List.of())) {
                if (seen.add(child)) {
                    below.add(child);
                }
            }
        }
        if (found.isEmpty()) {
            pods.get(new PodKey(workload.namespace(), workload.name()))
                    .filter(pod -> pod.workload().equals(workload))
                    .ifPresent(found::add);
        }
        found.sort(BY_NAME);
        return found;
    }

    /// A workload with its pods, of which there may be none.
    public WorkloadPods withPods(Owner workload) {
        int replicas = owner(workload).map(OwnerSpec::replicas).orElse(0);
        return new WorkloadPods(workload, replicas, optOuts(workload), podsOf(workload));
    }

    /// The same of all workloads, in no order that means anything. For who asks for most of them: nothing is looked up
    /// but the workload of each pod.
    public List<WorkloadPods> workloadsWithPods() {
        var podsByWorkload = HashMap.<Owner, List<PodImage>>newHashMap(workloads.size());
        var all = new ArrayList<WorkloadPods>(workloads.size());
        workloads.forEach((owner, workload) -> {
            var own = new ArrayList<PodImage>(workload.pods());
            podsByWorkload.put(owner, own);
            all.add(new WorkloadPods(owner, workload.replicas(), optOuts(workload), Collections.unmodifiableList(own)));
        });
        pods.forEach((key, pod) -> podsByWorkload
                .computeIfAbsent(pod.workload(), unknown -> new ArrayList<>())
                .add(pod));
        podsByWorkload.values().forEach(own -> own.sort(BY_NAME));
        return all;
    }

    /// All pods that tell of kills for memory, those included that have failed of them, sorted by name.
    public List<PodSpec> killedPods() {
        var found = new ArrayList<PodSpec>();
        killed.forEach((key, same) -> pods.get(key).ifPresent(pod -> found.add(pod.spec())));
        failed.forEach((key, pod) -> found.add(pod));
        found.sort(Comparator.comparing((PodSpec pod) -> pod.key().namespace())
                .thenComparing(pod -> pod.key().name())
                .thenComparing(PodSpec::uid));
        return found;
    }

    /// The revision of the pod template that a pod is of, as its owner tells it; 0 where that is not known.
    public long revision(PodSpec pod) {
        return pod.owner().flatMap(owners::get).map(OwnerSpec::revision).orElse(0L);
    }

    public int workloadCount() {
        return workloads.size();
    }

    /// Whether such a workload is there, be it without pods.
    public boolean isKnown(Owner workload) {
        return workload(workload).isPresent() || owner(workload).isPresent();
    }

    public Optional<OwnerSpec> owner(Owner owner) {
        return owners.get(owner);
    }

    /// The workload that a pod with this key and controlling owner belongs to, as far as its owners are known.
    public Owner workloadOf(PodKey pod, Optional<Owner> owner) {
        return OwnerDrafts.root(pod, owner, owners::get);
    }

    /// What holds for a pod by its own labels, its workload's or its namespace's.
    public Set<OptOut> optOuts(PodSpec pod) {
        return optOuts(pod, workloadOf(pod.key(), pod.owner()));
    }

    /// The same of a pod of this image.
    public Set<OptOut> optOuts(PodImage pod) {
        return optOuts(pod.spec(), pod.workload());
    }

    private Set<OptOut> optOuts(PodSpec pod, Owner workload) {
        var all = optOuts(pod.key().namespace(), workload);
        all.addAll(pod.optOuts());
        return all;
    }

    /// What holds for all pods of a workload, by its own labels or its namespace's.
    public Set<OptOut> optOuts(Owner workload) {
        return optOuts(workload.namespace(), workload);
    }

    private Set<OptOut> optOuts(Workload workload) {
        var ofNamespace = namespaces
                .get(workload.owner().namespace())
                .map(NamespaceSpec::optOuts)
                .orElse(Set.of());
        return ofNamespace.isEmpty() ? workload.optOuts() : optOuts(workload.owner());
    }

    private Set<OptOut> optOuts(String namespace, Owner workload) {
        var all = EnumSet.noneOf(OptOut.class);
        namespaces.get(namespace).ifPresent(found -> all.addAll(found.optOuts()));
        owners.get(workload).ifPresent(owner -> all.addAll(owner.optOuts()));
        return all;
    }

    /// The labels of a namespace; none where it is not known.
    public Map<String, String> namespaceLabels(String name) {
        return namespaces.get(name).map(NamespaceSpec::labels).orElse(Map.of());
    }

    /// Whether a namespace is being deleted: no pod can be created in it any more.
    public boolean isTerminating(String namespace) {
        return namespaces.get(namespace).filter(NamespaceSpec::terminating).isPresent();
    }

    /// All budgets, sorted by namespace and name.
    public List<DisruptionBudget> budgets() {
        return List.copyOf(contents(budgets).values());
    }

    /// When all watches were last known to be open, epoch milliseconds; 0 before the first complete look.
    public long confirmedAtMillis() {
        return confirmedAtMillis;
    }

    /// How far that is from now: a clock that was set back has what is old look as if it were to come.
    public long ageMillis(long nowMillis) {
        return Math.abs(nowMillis - confirmedAtMillis);
    }

    /// The same in words for people.
    public String age(long nowMillis) {
        return "the picture of the cluster is " + ageMillis(nowMillis) / 1_000
                + (confirmedAtMillis > nowMillis ? " s ahead: the clock was set back" : " s old");
    }

    /// The first workload number that is not given out.
    int nextWorkloadId() {
        return nextWorkloadId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterImage that
                && Arrays.equals(nodes, that.nodes)
                && contents(pods).equals(contents(that.pods))
                && contents(strays).equals(contents(that.strays))
                && contents(killed).equals(contents(that.killed))
                && contents(failed).equals(contents(that.failed))
                && contents(owners).equals(contents(that.owners))
                && contents(ownersByParent).equals(contents(that.ownersByParent))
                && contents(podsByOwner).equals(contents(that.podsByOwner))
                && contents(workloads).equals(contents(that.workloads))
                && contents(namespaces).equals(contents(that.namespaces))
                && contents(budgets).equals(contents(that.budgets))
                && nextWorkloadId == that.nextWorkloadId
                && confirmedAtMillis == that.confirmedAtMillis;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(nodes);
    }

    @Override
    public String toString() {
        return "ClusterImage[nodes=" + nodes.length + ", pods=" + pods.size() + ", workloads=" + workloads.size() + "]";
    }

    private static <K, V> Map<String, V> contents(ShardedMap<K, V> map) {
        var sorted = new TreeMap<String, V>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        return sorted;
    }
}
