package io.plimsoll.model.cluster;

import org.jspecify.annotations.Nullable;

/// A pod's namespace and name: what names it in the API at one time. Two pods may bear one key one after the other;
/// their uids then differ.
public record PodKey(String namespace, String name) implements Comparable<PodKey> {

    @Override
    public int compareTo(PodKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /// The name first, in which two keys mostly differ: maps of pods ask this most often of all.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PodKey key && name.equals(key.name) && namespace.equals(key.namespace);
    }

    @Override
    public int hashCode() {
        return 31 * namespace.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
