package io.plimsoll.model.cluster;

/// Something about a pod that decides whether it may be moved, and is not told by its owner or requests.
public enum PodTrait {
    /// The API server's copy of a pod that its kubelet runs from a file.
    MIRROR,
    /// Its kubelet has it from elsewhere than the API server.
    STATIC,
    /// It writes to its node: a volume of kind `hostPath` or `emptyDir`.
    LOCAL_STORAGE,
    /// A volume of which the picture does not know where it can be attached.
    VOLUME,
    /// Devices that were allocated to it (dynamic resource allocation).
    RESOURCE_CLAIM,
    /// It asks for something besides CPU and memory that the picture does not know the room for: `nvidia.com/gpu`,
    /// `hugepages-2Mi`. The node's disk (`ephemeral-storage`) is no such thing.
    OTHER_RESOURCES,
    /// `cluster-autoscaler.kubernetes.io/safe-to-evict: "false"`.
    NOT_SAFE_TO_EVICT,
    /// `karpenter.sh/do-not-disrupt`.
    DO_NOT_DISRUPT,
    /// `descheduler.alpha.kubernetes.io/prefer-no-eviction`.
    PREFER_NO_EVICTION,
    /// `descheduler.alpha.kubernetes.io/evict`: whoever wrote that can do without what the pod keeps on its
    /// node.
    EVICTION_WANTED,
    /// Rules on where it may run that the picture does not hold: spread that is demanded, ports of the node, and
    /// affinity that it does not understand.
    PLACEMENT_RULES,
    /// Its containers were restarted four times or more.
    RESTARTS_OFTEN
}
