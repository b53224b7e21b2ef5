package io.plimsoll.model.cluster;

/// What a pod's spec asks for as a whole, beside what its containers ask for.
///
/// The scheduler and the kubelet take the two together so (`PodRequests` in `k8s.io/component-helpers`, Kubernetes 1.34
/// and later by default):
///
///     request = (requests of the pod, where it has any, else of its containers) + overhead
///
/// | containers | pod | overhead | request |
/// |---:|---:|---:|---:|
/// | 300m | none | none | 300m |
/// | 300m | 500m | none | 500m |
/// | 300m | none | 120m | 420m |
/// | 300m | 500m | 120m | 620m |
///
/// @param requests `spec.resources.requests`, each dimension for itself; zero where the pod has none. A request of zero
///     says the same as none, since the API server refuses one that is below its containers' sum
/// @param overhead `spec.overhead`, what the runtime itself needs, as its RuntimeClass has it
public record PodLevel(Resources requests, Resources overhead) {

    /// Of nearly every pod.
    public static final PodLevel NONE = new PodLevel(Resources.NONE, Resources.NONE);

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
