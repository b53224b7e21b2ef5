package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Map;

/// Where a pod may run by what it demands itself. Preferences are no rules. The same for all pods of a workload, and
/// none for most.
///
/// @param nodeSelector labels that its node must have
/// @param nodeTerms of which one must hold of its node; any node will do where there are none
/// @param apart pods that must not be near it (required anti-affinity)
/// @param together pods of which one must be near it (required affinity)
public record PlacementRules(
        Map<String, String> nodeSelector,
        List<NodeTerm> nodeTerms,
        List<Toleration> tolerations,
        List<PodTerm> apart,
        List<PodTerm> together) {

    public static final PlacementRules NONE = new PlacementRules(Map.of(), List.of(), List.of(), List.of(), List.of());

    public PlacementRules {
        nodeSelector = Map.copyOf(nodeSelector);
        nodeTerms = List.copyOf(nodeTerms);
        tolerations = List.copyOf(tolerations);
        apart = List.copyOf(apart);
        together = List.copyOf(together);
    }

    /// Whether the node is one of those that it selects, by label or by affinity.
    public boolean select(NodeSpec node) {
        for (var wanted : nodeSelector.entrySet()) {
            if (!wanted.getValue().equals(node.labels().get(wanted.getKey()))) {
                return false;
            }
        }
        if (nodeTerms.isEmpty()) {
            return true;
        }
        for (var term : nodeTerms) {
            if (term.matches(node)) {
                return true;
            }
        }
        return false;
    }

    public boolean tolerate(Taint taint) {
        for (var toleration : tolerations) {
            if (toleration.holds(taint)) {
                return true;
            }
        }
        return false;
    }

    /// Whether it tolerates all taints of a node.
    public boolean tolerate(List<Taint> taints) {
        for (var taint : taints) {
            if (!tolerate(taint)) {
                return false;
            }
        }
        return true;
    }
}
