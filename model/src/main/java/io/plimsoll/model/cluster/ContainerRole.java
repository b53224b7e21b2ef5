package io.plimsoll.model.cluster;

/// When a container of a pod runs.
public enum ContainerRole {
    /// As long as its pod does.
    MAIN,
    /// An init container that restarts: from its turn on, beside all that come after it.
    SIDECAR,
    /// An init container that ends before the next one starts. It is not resized in place: what it asks for
    /// is settled when its pod is made.
    INIT
}
