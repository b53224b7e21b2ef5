package io.plimsoll.model.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The owners while they are being changed: what each says of itself, which owners are under it, which pods name it.
/// Belongs to the one thread that writes images.
///
/// A pod belongs to the root of its chain of owners, so a change of an owner's parent concerns the pods below that
/// owner and no others: the two indices find them without a look at any other pod.
final class OwnerDrafts {

    private static final int DEPTH_MAX = 8;

    private final ShardedMap.Editor<Owner, OwnerSpec> specs;
    private final GroupEditor<Owner, Owner> children;
    private final GroupEditor<Owner, PodKey> pods;

    OwnerDrafts(ClusterImage base) {
        this.specs = base.owners.edit();
        this.children = new GroupEditor<>(base.ownersByParent);
        this.pods = new GroupEditor<>(base.podsByOwner);
    }

    Optional<OwnerSpec> get(Owner owner) {
        return specs.get(owner);
    }

    /// Whether it is known and nobody owns it in turn.
    boolean isRoot(Owner owner) {
        return specs.get(owner).filter(spec -> spec.parent().isEmpty()).isPresent();
    }

    /// Takes it in; returns whether the pods below it now have another root.
    boolean put(OwnerSpec spec) {
        var before = parent(spec.owner());
        specs.put(spec.owner(), spec);
        return adopt(spec.owner(), before, spec.parent());
    }

    /// Forgets it; returns whether the pods below it now have another root.
    boolean remove(Owner owner) {
        var before = parent(owner);
        specs.remove(owner);
        return adopt(owner, before, Optional.empty());
    }

    private boolean adopt(Owner owner, Optional<Owner> before, Optional<Owner> after) {
        if (before.equals(after)) {
            return false;
        }
        before.ifPresent(parent -> children.remove(parent, owner));
        after.ifPresent(parent -> children.add(parent, owner));
        return true;
    }

    private Optional<Owner> parent(Owner owner) {
        return specs.get(owner).flatMap(OwnerSpec::parent);
    }

    /// Notes which owner a pod names, instead of the one that it named before.
    void name(PodKey pod, Optional<Owner> before, Optional<Owner> after) {
        if (!before.equals(after)) {
            before.ifPresent(owner -> pods.remove(owner, pod));
            after.ifPresent(owner -> pods.add(owner, pod));
        }
    }

    /// All pods whose chain of owners leads through this one. A ring of owners, which only a broken client can make, is
    /// walked once.
    List<PodKey> podsBelow(Owner owner) {
        var found = new ArrayList<PodKey>();
        collect(owner, new HashSet<>(), found);
        return found;
    }

    private void collect(Owner owner, Set<Owner> seen, List<PodKey> found) {
        if (seen.add(owner)) {
            found.addAll(pods.members(owner));
            children.members(owner).forEach(child -> collect(child, seen, found));
        }
    }

    Owner root(PodKey pod, Optional<Owner> owner) {
        return root(pod, owner, specs::get);
    }

    /// The end of a pod's chain of owners, as far as `lookup` knows them.
    static Owner root(PodKey pod, Optional<Owner> owner, Function<Owner, Optional<OwnerSpec>> lookup) {
        if (owner.isEmpty()) {
            return Owner.bare(pod.namespace(), pod.name());
        }
        var root = owner.get();
        for (int depth = 0; depth < DEPTH_MAX; depth++) {
            var parent = lookup.apply(root).flatMap(OwnerSpec::parent);
            if (parent.isEmpty()) {
                return root;
            }
            root = parent.get();
        }
        return root;
    }

    Set<Owner> ofKind(String kind) {
        var found = new HashSet<Owner>();
        specs.forEach((owner, spec) -> {
            if (owner.kind().equals(kind)) {
                found.add(owner);
            }
        });
        return found;
    }

    ShardedMap<Owner, OwnerSpec> buildSpecs() {
        return specs.build();
    }

    ShardedMap<Owner, List<Owner>> buildChildren() {
        return children.build();
    }

    ShardedMap<Owner, List<PodKey>> buildPods() {
        return pods.build();
    }
}
