package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import java.util.Optional;

/// One pod that is to leave its node, and where its replacement is expected.
///
/// @param benefit the share of its node's trouble that goes with it; none where it is moved for a [MoveGoal]
/// @param cost of disturbing it; see [Disruption]
/// @param score of the target, 0 to 100, as the scheduler would be told it
/// @param because in words for people
/// @param aim the trouble of its node that it is to put right; nothing where it is moved for a [MoveGoal], or that was
/// not recorded
/// @param goal that it is moved for; nothing where it is to relieve its node, or that was not recorded
public record Move(
        PodKey pod,
        String uid,
        Owner workload,
        String from,
        String to,
        double benefit,
        double cost,
        double score,
        String because,
        Optional<Aim> aim,
        Optional<MoveGoal> goal) {

    /// To relieve its node.
    public Move(
            PodKey pod,
            String uid,
            Owner workload,
            String from,
            String to,
            double benefit,
            double cost,
            double score,
            String because,
            Optional<Aim> aim) {
        this(pod, uid, workload, from, to, benefit, cost, score, because, aim, Optional.empty());
    }

    /// As earlier versions have recorded it.
    public Move(
            PodKey pod,
            String uid,
            Owner workload,
            String from,
            String to,
            double benefit,
            double cost,
            double score,
            String because) {
        this(pod, uid, workload, from, to, benefit, cost, score, because, Optional.empty());
    }

    /// Whether it is one of those that are to leave their node empty.
    public boolean isToEmptyNode() {
        return goal.equals(Optional.of(MoveGoal.EMPTY_NODES));
    }

    /// Whether it is to relieve a hurt node.
    public boolean isForRelief() {
        return aim.isPresent() || benefit > 0;
    }
}
