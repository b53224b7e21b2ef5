package io.plimsoll.model.cluster;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A namespaced object that owns pods, directly or through another owner, by kind and name.
///
/// The root of a pod's chain of owners (a Deployment for a pod of one of its ReplicaSets) is the pod's *workload*.
/// A bare pod is its own workload, with kind `Pod`.
public record Owner(String namespace, String kind, String name) implements Comparable<Owner> {

    /// As the API server wants kinds: a label of DNS, but for capitals.
    private static final Pattern KIND = Pattern.compile("[A-Za-z](?:[-A-Za-z0-9]*[A-Za-z0-9])?");

    private static final int KIND_CHARS_MAX = 63;
    /// As it wants the names of all that can own pods: a subdomain of DNS.
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");

    private static final int NAME_CHARS_MAX = 253;

    /// The object that somebody refers to; nothing where there can be none of that kind and name. A reference in a
    /// pod is what whoever made the pod has written there: the API server asks only that it is not empty.
    public static Optional<Owner> referred(String namespace, String kind, String name) {
        boolean isPossible = kind.length() <= KIND_CHARS_MAX
                && name.length() <= NAME_CHARS_MAX
                && KIND.matcher(kind).matches()
                && NAME.matcher(name).matches();
        return isPossible ? Optional.of(new Owner(namespace, kind, name)) : Optional.empty();
    }

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
        int byNamespace = namespace.compareTo(other.namespace);
        int byKind = byNamespace != 0 ? byNamespace : kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    /// The name first, in which two owners mostly differ.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Owner owner
                && name.equals(owner.name)
                && namespace.equals(owner.namespace)
                && kind.equals(owner.kind);
    }

    @Override
    public String toString() {
        return namespace + "/" + kind + "/" + name;
    }
}
