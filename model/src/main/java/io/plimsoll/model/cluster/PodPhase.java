package io.plimsoll.model.cluster;

/// A pod's phase as the API names it. Pods that have succeeded or failed use nothing and are not kept in an image.
public enum PodPhase {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN;

    public boolean isTerminal() {
        return this == SUCCEEDED || this == FAILED;
    }
}
