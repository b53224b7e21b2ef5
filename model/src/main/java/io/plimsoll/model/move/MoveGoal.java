package io.plimsoll.model.move;

/// What pods are moved for besides the relief of hurt nodes, where that is wanted: nobody is slow by any of it.
public enum MoveGoal {
    /// Of each workload that one node holds all of one pod goes.
    SPREAD_SIBLINGS,
    /// Pods go that are on a node which their node selector or required affinity to nodes does not allow any more, or
    /// near a pod that they must be apart from.
    FIX_AFFINITY,
    /// Pods go from nodes that have a taint `NoSchedule` which they do not tolerate.
    FIX_TAINTS,
    /// Off-peak all pods go from nodes that bear little at any hour, to others that are in use.
    EMPTY_NODES
}
