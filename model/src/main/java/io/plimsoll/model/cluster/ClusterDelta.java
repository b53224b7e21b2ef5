package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.DecayedMoments;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.NodeSignals;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// Collects events on top of an image and makes the next image of them. Belongs to the one thread that writes images.
///
/// Goals, in their order: the same events give the same image however they are batched; an event for something unknown
/// (a pod on a node not seen yet, a workload whose owner comes later) is kept, not lost; the cost depends on what the
/// events touch. So that order of arrival does not matter:
///
/// - a pod bound to an unknown node is a *stray* until the node comes;
/// - a pod whose ReplicaSet is not known yet belongs to the ReplicaSet itself until its owner is told; then all pods of
///   the ReplicaSet move over. That costs one pass over all pods, once a batch, and is rare: owners are listed first.
///
/// What the pods of a node add up to is computed once a batch, for each node touched. A usage batch touches all nodes,
/// since estimates of workloads may have changed.
public final class ClusterDelta {

    private static final int OWNER_DEPTH_MAX = 8;

    private final ClusterImage base;
    private final ShardedMap.Editor<PodKey, PodImage> pods;
    private final ShardedMap.Editor<String, Set<PodKey>> strays;
    private final ShardedMap.Editor<Owner, OwnerSpec> owners;
    private final ShardedMap.Editor<Owner, Workload> workloads;
    private final TreeMap<String, Set<OptOut>> namespaces;
    private final TreeMap<String, DisruptionBudget> budgets;
    private final Map<String, NodeDraft> drafts = new HashMap<>();
    private final Map<String, Set<PodKey>> strayDrafts = new HashMap<>();
    private final Set<String> deletedNodes = new HashSet<>();
    private boolean membershipChanged;
    private int nextWorkloadId;
    private long confirmedAtMillis;

    public ClusterDelta(ClusterImage base) {
        this.base = base;
        this.pods = base.pods.edit();
        this.strays = base.strays.edit();
        this.owners = base.owners.edit();
        this.workloads = base.workloads.edit();
        this.namespaces = new TreeMap<>(base.namespaces);
        this.budgets = new TreeMap<>(base.budgets);
        this.nextWorkloadId = base.nextWorkloadId();
        this.confirmedAtMillis = base.confirmedAtMillis();
    }

    public void replay(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.NodeApplied e -> applyNode(e.node(), e.atMillis());
            case ClusterEvent.NodeDeleted e -> deleteNode(e.name());
            case ClusterEvent.PodApplied e -> applyPod(e.pod());
            case ClusterEvent.PodDeleted e -> deletePod(e.key());
            case ClusterEvent.OwnerApplied e -> applyOwner(e.owner());
            case ClusterEvent.OwnerDeleted e -> deleteOwner(e.owner());
            case ClusterEvent.NamespaceApplied e -> namespaces.put(e.name(), e.optOuts());
            case ClusterEvent.NamespaceDeleted e -> namespaces.remove(e.name());
            case ClusterEvent.BudgetApplied e -> budgets.put(key(e.budget()), e.budget());
            case ClusterEvent.BudgetDeleted e -> budgets.remove(e.namespace() + "/" + e.name());
            case ClusterEvent.NodesListed e -> missing(nodeNames(), e.present()).forEach(this::deleteNode);
            case ClusterEvent.PodsListed e -> missing(podKeys(), e.present()).forEach(this::deletePod);
            case ClusterEvent.OwnersListed e ->
                missing(owners(e.kind()), e.present()).forEach(this::deleteOwner);
            case ClusterEvent.NamespacesListed e -> namespaces.keySet().retainAll(e.present());
            case ClusterEvent.BudgetsListed e -> budgets.keySet().retainAll(e.present());
            case ClusterEvent.UsageObserved e -> observe(e.batch(), e.estimates());
            case ClusterEvent.Confirmed e -> confirmedAtMillis = Math.max(confirmedAtMillis, e.atMillis());
        }
    }

    /// The next image. The delta is spent afterwards.
    public ClusterImage apply() {
        var table = membershipChanged ? new NodeTable(List.copyOf(nodeNames())) : base.nodeTable();
        var nodes = membershipChanged ? membersOf(table) : base.copyOfNodes();
        drafts.forEach((name, draft) -> nodes[table.slot(name)] = draft.build());
        return new ClusterImage(
                table,
                nodes,
                pods.build(),
                buildStrays(),
                owners.build(),
                workloads.build(),
                Collections.unmodifiableSortedMap(namespaces),
                Collections.unmodifiableSortedMap(budgets),
                nextWorkloadId,
                confirmedAtMillis);
    }

    /// The nodes of that table as they were; those that were not there stay open.
    private NodeImage[] membersOf(NodeTable table) {
        var nodes = new NodeImage[table.size()];
        for (int slot = 0; slot < base.nodeCount(); slot++) {
            int next = table.slot(base.node(slot).name());
            if (next != NodeTable.ABSENT) {
                nodes[next] = base.node(slot);
            }
        }
        return nodes;
    }

    // Nodes

    private void applyNode(NodeSpec spec, long atMillis) {
        var known = draft(spec.name());
        if (known.isPresent()) {
            var draft = known.get();
            draft.stability = draft.stability.after(draft.spec, spec, atMillis);
            draft.spec = spec;
            return;
        }
        membershipChanged = true;
        deletedNodes.remove(spec.name());
        var draft = new NodeDraft(spec);
        drafts.put(spec.name(), draft);
        for (var key : strayDraft(spec.name())) {
            draft.put(pods.get(key).orElseThrow());
        }
        strayDraft(spec.name()).clear();
    }

    private void deleteNode(String name) {
        draft(name).ifPresent(draft -> {
            membershipChanged = true;
            draft.pods.forEach(this::stray);
            drafts.remove(name);
            deletedNodes.add(name);
        });
    }

    /// The draft of a node that is there, made from the base image when this is the first touch.
    private Optional<NodeDraft> draft(String name) {
        var draft = drafts.get(name);
        if (draft == null && !deletedNodes.contains(name)) {
            var image = base.node(name);
            if (image.isPresent()) {
                draft = new NodeDraft(image.get());
                drafts.put(name, draft);
            }
        }
        return Optional.ofNullable(draft);
    }

    private Collection<String> nodeNames() {
        var names = new TreeSet<>(drafts.keySet());
        for (var name : base.nodeTable().names()) {
            if (!deletedNodes.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    // Pods

    private void applyPod(PodSpec spec) {
        if (spec.phase().isTerminal()) {
            deletePod(spec.key());
            return;
        }
        var before = pods.get(spec.key());
        if (before.isPresent() && !before.get().spec().uid().equals(spec.uid())) {
            deletePod(spec.key());
            before = Optional.empty();
        }
        var root = root(spec.key(), spec.owner(), owners::get);
        boolean moved = before.isPresent() && !before.get().workload().equals(root);
        if (moved) {
            leave(before.get());
        }
        var workload =
                before.isEmpty() || moved ? join(root) : workloads.get(root).orElseThrow();
        before.ifPresent(this::unplace);
        place(new PodImage(
                spec,
                root,
                workload.id(),
                before.flatMap(PodImage::usage),
                before.map(PodImage::usageAtMillis).orElse(0L)));
    }

    private void deletePod(PodKey key) {
        pods.get(key).ifPresent(pod -> {
            unplace(pod);
            leave(pod);
            pods.remove(key);
        });
    }

    private void place(PodImage pod) {
        pods.put(pod.key(), pod);
        pod.spec().nodeName().ifPresent(name -> draft(name).ifPresentOrElse(draft -> draft.put(pod), () -> stray(pod)));
    }

    private void unplace(PodImage pod) {
        pod.spec()
                .nodeName()
                .ifPresent(name ->
                        draft(name).ifPresentOrElse(draft -> draft.remove(pod.key()), () -> unstray(pod, name)));
    }

    private void stray(PodImage pod) {
        strayDraft(pod.spec().nodeName().orElseThrow()).add(pod.key());
    }

    private void unstray(PodImage pod, String name) {
        strayDraft(name).remove(pod.key());
    }

    private Set<PodKey> strayDraft(String name) {
        return strayDrafts.computeIfAbsent(
                name, n -> new TreeSet<>(strays.get(n).orElse(Set.of())));
    }

    private ShardedMap<String, Set<PodKey>> buildStrays() {
        strayDrafts.forEach((name, keys) -> {
            if (keys.isEmpty()) {
                strays.remove(name);
            } else {
                strays.put(name, Collections.unmodifiableSet(keys));
            }
        });
        return strays.build();
    }

    private Set<PodKey> podKeys() {
        var keys = new HashSet<PodKey>();
        pods.forEach((key, pod) -> keys.add(key));
        return keys;
    }

    // Workloads

    private Workload join(Owner root) {
        var known = workloads.get(root);
        var next = known.map(w -> new Workload(root, w.id(), w.replicas(), w.pods() + 1, w.optOuts(), w.estimate()))
                .orElseGet(() -> newWorkload(root));
        workloads.put(root, next);
        return next;
    }

    private Workload newWorkload(Owner root) {
        var owner = owners.get(root);
        return new Workload(
                root,
                nextWorkloadId++,
                owner.map(OwnerSpec::replicas).orElse(0),
                1,
                owner.map(OwnerSpec::optOuts).orElse(Set.of()),
                UsageEstimate.UNKNOWN);
    }

    /// A workload stays, with its estimate, while its owner exists: a Deployment scaled to zero is not forgotten.
    private void leave(PodImage pod) {
        workloads.get(pod.workload()).ifPresent(w -> {
            if (w.pods() == 1 && owners.get(w.owner()).isEmpty()) {
                workloads.remove(w.owner());
            } else {
                workloads.put(
                        w.owner(),
                        new Workload(w.owner(), w.id(), w.replicas(), w.pods() - 1, w.optOuts(), w.estimate()));
            }
        });
    }

    private void applyOwner(OwnerSpec spec) {
        var before = owners.get(spec.owner());
        owners.put(spec.owner(), spec);
        var workload = workloads.get(spec.owner());
        workload.ifPresent(w -> workloads.put(
                spec.owner(),
                new Workload(w.owner(), w.id(), spec.replicas(), w.pods(), spec.optOuts(), w.estimate())));
        boolean parentTold =
                spec.parent().isPresent() && !before.flatMap(OwnerSpec::parent).equals(spec.parent());
        if (parentTold && workload.isPresent()) {
            rehome(spec.owner());
        }
    }

    private void deleteOwner(Owner owner) {
        owners.remove(owner);
        workloads.get(owner).filter(w -> w.pods() == 0).ifPresent(w -> workloads.remove(owner));
    }

    /// Gives the pods that were counted to `owner` to its root.
    private void rehome(Owner owner) {
        var moving = new ArrayList<PodSpec>();
        pods.forEach((key, pod) -> {
            if (pod.workload().equals(owner)) {
                moving.add(pod.spec());
            }
        });
        moving.sort((a, b) -> a.key().compareTo(b.key()));
        moving.forEach(this::applyPod);
        workloads.get(owner).filter(w -> w.pods() == 0).ifPresent(w -> workloads.remove(owner));
    }

    private Set<Owner> owners(String kind) {
        var found = new HashSet<Owner>();
        owners.forEach((owner, spec) -> {
            if (owner.kind().equals(kind)) {
                found.add(owner);
            }
        });
        return found;
    }

    /// The end of a pod's chain of owners, as far as `lookup` knows them.
    static Owner root(PodKey pod, Optional<Owner> owner, Function<Owner, Optional<OwnerSpec>> lookup) {
        if (owner.isEmpty()) {
            return Owner.bare(pod.namespace(), pod.name());
        }
        var root = owner.get();
        for (int depth = 0; depth < OWNER_DEPTH_MAX; depth++) {
            var parent = lookup.apply(root).flatMap(OwnerSpec::parent);
            if (parent.isEmpty()) {
                return root;
            }
            root = parent.get();
        }
        return root;
    }

    // Usage

    private void observe(UsageBatch batch, Map<Owner, UsageEstimate> estimates) {
        estimates.forEach((owner, estimate) -> workloads
                .get(owner)
                .ifPresent(w -> workloads.put(
                        owner, new Workload(w.owner(), w.id(), w.replicas(), w.pods(), w.optOuts(), estimate))));
        for (var sample : batch.nodes()) {
            draft(sample.node()).ifPresent(draft -> draft.observe(sample));
        }
        usageByPod(batch.containers()).forEach(this::observePod);
        nodeNames().forEach(this::draft);
    }

    private void observePod(PodKey key, PodUsage usage) {
        pods.get(key).filter(pod -> usage.atMillis > pod.usageAtMillis()).ifPresent(pod -> {
            var amount = new Resources(Math.round(usage.cpuMillis), Math.round(usage.memoryBytes));
            place(new PodImage(pod.spec(), pod.workload(), pod.workloadId(), Optional.of(amount), usage.atMillis));
        });
    }

    private static Map<PodKey, PodUsage> usageByPod(List<ContainerUsage> containers) {
        var byPod = new HashMap<PodKey, PodUsage>();
        for (var container : containers) {
            var sum = byPod.computeIfAbsent(container.pod(), key -> new PodUsage());
            sum.cpuMillis += container.cpuMillis().value();
            sum.memoryBytes += container.memoryBytes().value();
            sum.atMillis = Math.max(sum.atMillis, container.cpuMillis().atMillis());
        }
        return byPod;
    }

    private UsageEstimate estimate(PodImage pod) {
        return workloads.get(pod.workload()).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
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

    private static String key(DisruptionBudget budget) {
        return budget.namespace() + "/" + budget.name();
    }

    private static final class PodUsage {
        double cpuMillis;
        double memoryBytes;
        long atMillis;
    }

    /// A node while it is being changed.
    private final class NodeDraft {

        NodeSpec spec;
        NodeSignals signals = NodeSignals.NONE;
        DecayedMoments cpuMillis = DecayedMoments.NONE;
        DecayedMoments memoryBytes = DecayedMoments.NONE;
        Stability stability = Stability.STEADY;
        /// Sorted by key; a list, since most changes replace a pod by a newer look at it.
        final ArrayList<PodImage> pods = new ArrayList<>();

        NodeDraft(NodeSpec spec) {
            this.spec = spec;
        }

        NodeDraft(NodeImage image) {
            this(image.spec());
            signals = image.signals();
            cpuMillis = image.cpuMillis();
            memoryBytes = image.memoryBytes();
            stability = image.stability();
            pods.addAll(image.pods());
        }

        void put(PodImage pod) {
            int at = position(pod.key());
            if (at >= 0) {
                pods.set(at, pod);
            } else {
                pods.add(-at - 1, pod);
            }
        }

        void remove(PodKey key) {
            int at = position(key);
            if (at >= 0) {
                pods.remove(at);
            }
        }

        /// Where the pod of that key is, or −1 − where it would be.
        private int position(PodKey key) {
            int low = 0;
            int high = pods.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = pods.get(middle).key().compareTo(key);
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1 - low;
        }

        void observe(NodeSample sample) {
            signals = signals.with(sample.kind(), sample.sample());
            double value = sample.sample().value();
            long atMillis = sample.sample().atMillis();
            switch (sample.kind()) {
                case CPU_USAGE_MILLIS -> cpuMillis = cpuMillis.with(value, atMillis);
                case MEMORY_WORKING_SET_BYTES -> memoryBytes = memoryBytes.with(value, atMillis);
                case MEMORY_AVAILABLE_BYTES,
                        CPU_PSI_SOME_60,
                        MEMORY_PSI_SOME_10,
                        MEMORY_PSI_SOME_60,
                        MEMORY_PSI_FULL_60,
                        MEMORY_REFAULTS_PER_SECOND,
                        MEMORY_MAJOR_FAULTS_PER_SECOND,
                        NETWORK_BYTES_PER_SECOND -> {}
            }
        }

        NodeImage build() {
            var sorted = List.copyOf(pods);
            var ids = new int[sorted.size()];
            Arrays.setAll(ids, i -> sorted.get(i).workloadId());
            long measuredAt = signals.atMillis(SignalKind.CPU_USAGE_MILLIS);
            var load = NodeLoad.of(sorted, measuredAt, ClusterDelta.this::estimate);
            return new NodeImage(spec, signals, cpuMillis, memoryBytes, stability, sorted, ids, load);
        }
    }
}
