package io.plimsoll.model.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Pods that another one must be near, or must not be near.
///
/// @param namespaces of these pods; the own one of the pod that demands it is among them where it says nothing else
/// @param namespaceSelector further namespaces, by their labels
/// @param topologyKey a label: nodes are near one another whose values of it are the same
public record PodTerm(
        LabelSelector selector, Set<String> namespaces, Optional<LabelSelector> namespaceSelector, String topologyKey) {

    public PodTerm {
        namespaces = Set.copyOf(namespaces);
    }

    /// Whether a pod of that namespace with these labels is meant.
    public boolean matches(String namespace, Map<String, String> namespaceLabels, Map<String, String> labels) {
        return isAbout(namespace, namespaceLabels) && selector.matches(labels);
    }

    /// Whether pods of that namespace can be meant.
    public boolean isAbout(String namespace, Map<String, String> namespaceLabels) {
        return namespaces.contains(namespace)
                || (namespaceSelector.isPresent() && namespaceSelector.get().matches(namespaceLabels));
    }
}
