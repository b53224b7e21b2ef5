package io.plimsoll.model.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The pods while they are being changed, and where they are: on a node, or *strays* bound to one that is not known
/// yet. Belongs to the one thread that writes images.
///
/// Every pod that is put or removed here is also counted to its workload and noted with its owner.
final class PodDrafts {

    private final ShardedMap.Editor<PodKey, PodImage> pods;
    private final GroupEditor<String, PodKey> strays;
    /// The keys of pods that tell of kills for memory.
    private final ShardedMap.Editor<PodKey, PodKey> killed;

    private final NodeDrafts nodes;
    private final OwnerDrafts owners;
    private final WorkloadDrafts workloads;

    PodDrafts(ClusterImage base, NodeDrafts nodes, OwnerDrafts owners, WorkloadDrafts workloads) {
        this.pods = base.pods.edit();
        this.strays = new GroupEditor<>(base.strays);
        this.killed = base.killed.edit();
        this.nodes = nodes;
        this.owners = owners;
        this.workloads = workloads;
    }

    void apply(PodSpec spec) {
        var before = pods.get(spec.key());
        boolean another = before.isPresent() && !before.get().spec().uid().equals(spec.uid());
        if (spec.phase().isTerminal() || another) {
            remove(spec.key());
        }
        if (!spec.phase().isTerminal()) {
            var same = another ? Optional.<PodImage>empty() : before;
            var memory = same.map(pod -> spec.memory().after(pod.spec().memory()));
            put(memory.map(spec::withMemory).orElse(spec), same);
        }
    }

    private void put(PodSpec spec, Optional<PodImage> before) {
        owners.name(spec.key(), before.flatMap(pod -> pod.spec().owner()), spec.owner());
        before.ifPresent(this::unplace);
        place(rooted(spec, before));
        if (spec.memory().kills().isEmpty()) {
            killed.remove(spec.key());
        } else {
            killed.put(spec.key(), spec.key());
        }
    }

    /// The pod with the workload that it belongs to now, counted there.
    private PodImage rooted(PodSpec spec, Optional<PodImage> before) {
        var root = owners.root(spec.key(), spec.owner());
        var stays = before.filter(pod -> pod.workload().equals(root));
        if (stays.isPresent()) {
            return stays.get().of(spec, stays.get().workload(), stays.get().workloadId());
        }
        before.ifPresent(pod -> workloads.leave(pod.workload()));
        int id = workloads.join(root);
        return before.map(pod -> pod.of(spec, root, id)).orElseGet(() -> new PodImage(spec, root, id));
    }

    void remove(PodKey key) {
        pods.get(key).ifPresent(pod -> {
            unplace(pod);
            owners.name(key, pod.spec().owner(), Optional.empty());
            workloads.leave(pod.workload());
            pods.remove(key);
            killed.remove(key);
        });
    }

    /// Counts these pods to the roots that their owners now have.
    void reroot(List<PodKey> keys) {
        keys.forEach(key -> pods.get(key).ifPresent(pod -> put(pod.spec(), Optional.of(pod))));
    }

    /// @param latestMillis what was measured after that is of a clock that has since been set back, and gives way
    void observe(PodKey key, PodUsage usage, Stalls stalls, long latestMillis) {
        pods.get(key)
                .filter(pod -> usage.atMillis() > pod.usageAtMillis() || pod.usageAtMillis() > latestMillis)
                .ifPresent(pod -> place(pod.measured(usage, stalls)));
    }

    List<ContainerSpec> containers(PodKey key) {
        return pods.get(key).map(pod -> pod.spec().containers()).orElse(List.of());
    }

    private void place(PodImage pod) {
        pods.put(pod.key(), pod);
        pod.spec()
                .nodeName()
                .ifPresent(name ->
                        nodes.find(name).ifPresentOrElse(node -> node.put(pod), () -> strays.add(name, pod.key())));
    }

    private void unplace(PodImage pod) {
        pod.spec()
                .nodeName()
                .ifPresent(name -> nodes.find(name)
                        .ifPresentOrElse(node -> node.remove(pod.key()), () -> strays.remove(name, pod.key())));
    }

    /// Gives a node that has just come the pods that are bound to it.
    void settle(String nodeName, NodeDraft node) {
        for (var key : strays.members(nodeName)) {
            node.put(pods.get(key).orElseThrow());
            strays.remove(nodeName, key);
        }
    }

    /// Keeps the pods of a node that goes: the API server deletes them one by one.
    void unsettle(String nodeName, NodeDraft node) {
        node.pods().forEach(pod -> strays.add(nodeName, pod.key()));
    }

    Set<PodKey> keys() {
        var keys = new HashSet<PodKey>();
        pods.forEach((key, pod) -> keys.add(key));
        return keys;
    }

    ShardedMap<PodKey, PodImage> build() {
        return pods.build();
    }

    ShardedMap<PodKey, PodKey> buildKilled() {
        return killed.build();
    }

    ShardedMap<String, List<PodKey>> buildStrays() {
        return strays.build();
    }
}
