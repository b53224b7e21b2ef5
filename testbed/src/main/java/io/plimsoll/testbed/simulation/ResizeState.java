package io.plimsoll.testbed.simulation;

/// How a pod's last resize stands, as its conditions tell it.
public enum ResizeState {
    /// None was asked for, or it is done: no condition.
    SETTLED,
    /// `PodResizePending` with reason `Deferred`: the node has no room now; tried again when room comes.
    DEFERRED
}
