package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds pods that are where they would not be placed any more: labels or taints of their nodes were changed, or a pod
/// came that they must be apart from. Belongs to one plan of one image.
///
/// Left to others:
///
/// | what | whose it is |
/// |---|---|
/// | a node that is cordoned or not ready | whoever drains it; the control plane |
/// | a virtual node | its provider |
/// | taints `NoExecute` | the control plane evicts for them |
/// | taints of the control plane, the cluster autoscaler and Karpenter | they tell what a node is about to be |
/// | pods of DaemonSets, and those that a node runs itself | they belong where they are |
/// | affinity to pods that are there no more | nobody is served by another node |
final class ViolatedRules {

    private static final List<String> TAINTS_OF_OTHERS = List.of(
            "node.kubernetes.io/",
            "node.cloudprovider.kubernetes.io/",
            "karpenter.sh/",
            "ToBeDeletedByClusterAutoscaler",
            "DeletionCandidateOfClusterAutoscaler");

    private final ClusterImage image;
    private final Affinities affinities;
    private final Set<MoveGoal> goals;

    ViolatedRules(ClusterImage image, Affinities affinities, Set<MoveGoal> goals) {
        this.image = image;
        this.affinities = affinities;
        this.goals = goals;
    }

    /// In no order that means anything.
    List<PodImage> find() {
        var found = new ArrayList<PodImage>();
        if (goals.contains(MoveGoal.FIX_AFFINITY) || goals.contains(MoveGoal.FIX_TAINTS)) {
            for (int slot = 0; slot < image.nodeCount(); slot++) {
                for (var pod : image.node(slot).pods()) {
                    if (violated(pod, image.node(slot).spec()).isPresent()) {
                        found.add(pod);
                    }
                }
            }
        }
        return found;
    }

    /// Which rule speaks against where the pod is; nothing where none does, or it is on its way.
    Optional<Misplacement> violated(PodImage pod) {
        return pod.spec().nodeName().flatMap(image::node).flatMap(node -> violated(pod, node.spec()));
    }

    private Optional<Misplacement> violated(PodImage pod, NodeSpec node) {
        if (!isLookedAt(node) || pod.workload().isDaemonSet() || pod.workload().isNode() || affinities.isLeaving(pod)) {
            return Optional.empty();
        }
        return byAffinity(pod, node).or(() -> byTaint(pod, node));
    }

    /// Others are left to whom they belong to.
    static boolean isLookedAt(NodeSpec node) {
        return !node.unschedulable() && !node.virtual() && node.readiness() == Readiness.READY;
    }

    private Optional<Misplacement> byAffinity(PodImage pod, NodeSpec node) {
        if (!goals.contains(MoveGoal.FIX_AFFINITY)) {
            return Optional.empty();
        }
        if (!pod.spec().traits().rules().select(node)) {
            return Optional.of(
                    new Misplacement(MoveGoal.FIX_AFFINITY, node.name() + " is not one of the nodes that it demands"));
        }
        return affinities
                .tooNear(pod)
                .map(other -> new Misplacement(
                        MoveGoal.FIX_AFFINITY, "it demands to be apart from " + other + ", which is near it"));
    }

    private Optional<Misplacement> byTaint(PodImage pod, NodeSpec node) {
        if (!goals.contains(MoveGoal.FIX_TAINTS)) {
            return Optional.empty();
        }
        return node.taints().stream()
                .filter(taint -> taint.effect() == Taint.Effect.NO_SCHEDULE)
                .filter(taint -> TAINTS_OF_OTHERS.stream().noneMatch(taint.key()::startsWith))
                .filter(taint -> !pod.spec().traits().rules().tolerate(taint))
                .findFirst()
                .map(taint -> new Misplacement(
                        MoveGoal.FIX_TAINTS, "it does not tolerate the taint " + taint + " of " + node.name()));
    }
}
