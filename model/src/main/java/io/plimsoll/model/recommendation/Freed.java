package io.plimsoll.model.recommendation;

/// How much less pods ask for when they ask for what is recommended; negative where it is more.
public record Freed(long cpuMillis, long memoryBytes) {

    public static final Freed NONE = new Freed(0, 0);

    /// Of each pod of a workload. What another autoscaler owns stays as it is, and frees nothing.
    public static Freed ofEachPod(WorkloadSizing sizing) {
        return new Freed(freed(ResourceKind.CPU, sizing), freed(ResourceKind.MEMORY, sizing));
    }

    private static long freed(ResourceKind kind, WorkloadSizing sizing) {
        return sizing.claimed().contains(kind)
                ? 0
                : sizing.together(kind, ResourceRecommendation::current)
                        - sizing.together(kind, ResourceRecommendation::target);
    }

    Freed times(int pods) {
        return new Freed(pods * cpuMillis, pods * memoryBytes);
    }

    public Freed plus(Freed other) {
        return new Freed(cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
    }
}
