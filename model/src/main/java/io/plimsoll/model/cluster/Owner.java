package io.plimsoll.model.cluster;

import java.util.Comparator;

/// A namespaced object that owns pods, directly or through another owner, by kind and name.
///
/// The root of a pod's chain of owners (a Deployment for a pod of one of its ReplicaSets) is the pod's *workload*.
/// A bare pod is its own workload, with kind `Pod`.
public record Owner(String namespace, String kind, String name) implements Comparable<Owner> {

    private static final Comparator<Owner> ORDER =
            Comparator.comparing(Owner::namespace).thenComparing(Owner::kind).thenComparing(Owner::name);

    public static Owner bare(String namespace, String podName) {
        return new Owner(namespace, "Pod", podName);
    }

    public boolean isDaemonSet() {
        return kind.equals("DaemonSet");
    }

    /// Whether the kubelet runs it from a file of its own (a static pod, which its node owns).
    public boolean isNode() {
        return kind.equals("Node");
    }

    @Override
    public int compareTo(Owner other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + kind + "/" + name;
    }
}
