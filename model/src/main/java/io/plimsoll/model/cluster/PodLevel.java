package io.plimsoll.model.cluster;

/// What a pod asks for beside what its containers' spec asks for.
///
/// The scheduler and the kubelet take them together so (`PodRequests` in `k8s.io/component-helpers`, Kubernetes 1.34
/// and later by default):
///
///     request = (requests of the pod, where it has any, else of its containers + held) + overhead
///
/// | containers | held | pod | overhead | request |
/// |---:|---:|---:|---:|---:|
/// | 300m | none | none | none | 300m |
/// | 300m | 200m | none | none | 500m |
/// | 300m | none | 500m | none | 500m |
/// | 300m | none | none | 120m | 420m |
/// | 300m | 200m | 500m | 120m | 620m |
///
/// So a resize that lowers frees room when the kubelet has carried it out, and one that raises takes it at once. One
/// that can never be carried out (Infeasible) counts as taking room too, until it is taken back: the scheduler
/// counts it not.
///
/// @param requests `spec.resources.requests`, each dimension for itself; zero where the pod has none. A request of zero
///     says the same as none, since the API server refuses one that is below its containers' sum
/// @param overhead `spec.overhead`, what the runtime itself needs, as its RuntimeClass has it
/// @param held what its containers still have beyond what they ask for by now (`allocatedResources` and `resources`
///     of their statuses), while they are being lowered
/// @param deferredAtMillis since when a resize that raises waits for room on its node (condition `PodResizePending`,
///     reason `Deferred`), epoch milliseconds; 0 where none does
public record PodLevel(Resources requests, Resources overhead, Resources held, long deferredAtMillis) {

    /// Of nearly every pod.
    public static final PodLevel NONE = new PodLevel(Resources.NONE, Resources.NONE);

    /// Of a pod that is not being lowered.
    public PodLevel(Resources requests, Resources overhead) {
        this(requests, overhead, Resources.NONE, 0);
    }

    /// What the pod asks for when its containers ask for this much.
    Resources over(Resources containers) {
        return requests.isZero() && overhead.isZero()
                ? containers
                : new Resources(
                                requests.cpuMillis() > 0 ? requests.cpuMillis() : containers.cpuMillis(),
                                requests.memoryBytes() > 0 ? requests.memoryBytes() : containers.memoryBytes())
                        .plus(overhead);
    }
}
