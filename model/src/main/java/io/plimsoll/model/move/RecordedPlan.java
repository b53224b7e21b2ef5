package io.plimsoll.model.move;

import java.util.List;

/// A plan as it is written down in the cluster, and how far it has come.
///
/// @param name of the record
/// @param version of the record as it was read: whoever writes names it, so that two never write over each other
/// @param madeAtMillis when it was made, epoch milliseconds
/// @param expiresAtMillis until when it may be begun
/// @param approval how it was approved, or not
/// @param message why it is in its phase, in words for people
public record RecordedPlan(
        String name,
        String version,
        long madeAtMillis,
        long expiresAtMillis,
        Approval approval,
        PlanPhase phase,
        String message,
        List<MoveStep> steps) {

    public RecordedPlan {
        steps = List.copyOf(steps);
    }

    /// What was said to a plan.
    public enum Approval {
        NONE,
        APPROVED,
        REJECTED
    }

    /// The same, further on.
    public RecordedPlan at(PlanPhase next, String why) {
        return new RecordedPlan(name, version, madeAtMillis, expiresAtMillis, approval, next, why, steps);
    }

    /// The same with other steps.
    public RecordedPlan with(List<MoveStep> others) {
        return new RecordedPlan(name, version, madeAtMillis, expiresAtMillis, approval, phase, message, others);
    }

    /// Its steps that were otherwise before.
    public List<MoveStep> changedSince(RecordedPlan before) {
        return steps.stream().filter(step -> !before.steps().contains(step)).toList();
    }

    /// The same, as it is after a write.
    public RecordedPlan written(String newVersion) {
        return new RecordedPlan(name, newVersion, madeAtMillis, expiresAtMillis, approval, phase, message, steps);
    }

    public boolean isOpen() {
        return !phase.isFinal();
    }
}
