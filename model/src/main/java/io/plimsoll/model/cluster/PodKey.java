package io.plimsoll.model.cluster;

/// A pod's namespace and name: what names it in the API at one time. Two pods may bear one key one after the other;
/// their uids then differ.
public record PodKey(String namespace, String name) implements Comparable<PodKey> {

    @Override
    public int compareTo(PodKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
