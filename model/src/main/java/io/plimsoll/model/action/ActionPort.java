package io.plimsoll.model.action;

/// The one way in which anything is done to the cluster. Blocks until the API server has answered.
public interface ActionPort {

    Outcome carryOut(Action action);

    /// Asks the API server whether it would take the action, all of its validation and admission included, and
    /// changes nothing. What only the kubelet can tell (whether there is room right now) stays open.
    Outcome dryRun(Action action);

    /// Where annotations of workloads' own objects are put that go with changes.
    default WorkloadMarks marks() {
        return WorkloadMarks.NONE;
    }

    /// Where it is read which pods may be evicted so that others take their place.
    default RecreatablePods recreatable() {
        return RecreatablePods.NONE;
    }
}
