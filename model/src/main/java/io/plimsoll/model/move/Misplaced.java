package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/// The pods that are where they should not be, by the goals besides the relief of hurt nodes. Belongs to one image, and
/// to one plan of it at most.
final class Misplaced {

    private final ClusterImage image;
    private final Set<MoveGoal> goals;
    private final ViolatedRules rules;
    private final Affinities affinities;
    /// With the node that each is on.
    private final SortedMap<Owner, String> together;

    Misplaced(ClusterImage image, Affinities affinities, Set<MoveGoal> goals) {
        this.image = image;
        this.goals = goals;
        this.affinities = affinities;
        this.rules = new ViolatedRules(image, affinities, goals);
        this.together =
                goals.contains(MoveGoal.SPREAD_SIBLINGS) ? OneNodeWorkloads.find(image) : Collections.emptySortedMap();
    }

    /// Workloads that one node holds all of, in their order.
    Set<Owner> together() {
        return together.keySet();
    }

    /// Pods against which a rule speaks, in no order that means anything.
    List<PodImage> violated() {
        return rules.find();
    }

    /// All of them, some twice.
    Stream<PodImage> pods() {
        return Stream.concat(
                together.keySet().stream().flatMap(workload -> image.podsOf(workload).stream()), rules.find().stream());
    }

    /// Whether it is looked at how such a pod is placed.
    boolean canTell(PodImage pod) {
        return !goals.isEmpty()
                && pod.spec()
                        .nodeName()
                        .flatMap(image::node)
                        .filter(node -> ViolatedRules.isLookedAt(node.spec()))
                        .isPresent();
    }

    /// What is wrong with where the pod is; nothing where nothing is, or the plan has put it right.
    Optional<Misplacement> why(PodImage pod) {
        return rules.violated(pod).or(() -> allOnOneNode(pod.workload()));
    }

    private Optional<Misplacement> allOnOneNode(Owner workload) {
        var pods = image.podsOf(workload);
        return Optional.ofNullable(together.get(workload))
                .filter(node -> pods.stream().noneMatch(affinities::isLeaving))
                .map(node -> new Misplacement(
                        MoveGoal.SPREAD_SIBLINGS, "all " + pods.size() + " pods of its workload are on " + node));
    }
}
