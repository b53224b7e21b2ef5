package io.plimsoll.model.placement;

/// The parts of a node's score, each 0 to 100.
public enum ScorePart {
    /// How full the node will be, by the resource that binds, and up to a target if there is one.
    PACKING("packing"),
    MEMORY_PRESSURE("memory-pressure"),
    /// How the pod and the pods there would hurt each other.
    NEIGHBOUR_FIT("neighbour-fit"),
    CPU_CONTENTION("cpu-contention"),
    /// Pods of the same workload that are there already.
    SIBLINGS("siblings"),
    NETWORK_AFFINITY("network-affinity"),
    /// Keeps empty nodes empty and buffers free.
    EMPTINESS("emptiness"),
    /// CPU and memory used up evenly.
    COMPLEMENTARITY("complementarity"),
    /// Keeps its readiness.
    STABILITY("stability");

    private final String label;

    ScorePart(String label) {
        this.label = label;
    }

    /// The name in configuration, metrics and explanations.
    public String label() {
        return label;
    }
}
