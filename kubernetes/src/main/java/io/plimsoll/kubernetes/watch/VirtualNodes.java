package io.plimsoll.kubernetes.watch;

import java.util.List;
import java.util.Map;

/// Tells nodes behind which a provider stands instead of a machine: by one sure mark, or by two that hint at it.
///
/// Nodes of KWOK bear a sure mark too (`kwok.x-k8s.io/node`), and yet count as machines: they stand in for real ones
/// wherever they occur, and their usage is what the simulation says it is.
final class VirtualNodes {

    private static final String KWOK = "kwok.x-k8s.io/node";

    private VirtualNodes() {}

    /// Whether a label or annotation of that name can tell.
    static boolean tells(String name) {
        return switch (name) {
            case "type",
                    "kubernetes.io/role",
                    "alpha.service-controller.kubernetes.io/exclude-balancer",
                    "node.kubernetes.io/exclude-from-external-load-balancers",
                    "liqo.io/type",
                    "eks.amazonaws.com/compute-type",
                    "virtual-kubelet.io/last-applied-node-status",
                    "virtual-kubelet.io/last-applied-object-meta",
                    KWOK -> true;
            default -> false;
        };
    }

    static boolean isVirtual(
            Map<String, String> labels,
            Map<String, String> annotations,
            List<String> taintKeys,
            String providerId,
            boolean hasNodeInfo) {
        if (annotations.containsKey(KWOK)) {
            return false;
        }
        return hasSureMark(labels, annotations, taintKeys, providerId) || hints(labels, hasNodeInfo) >= 2;
    }

    private static boolean hasSureMark(
            Map<String, String> labels, Map<String, String> annotations, List<String> taintKeys, String providerId) {
        return "virtual-kubelet".equals(labels.get("type"))
                || "virtual-node".equals(labels.get("liqo.io/type"))
                || "fargate".equals(labels.get("eks.amazonaws.com/compute-type"))
                || taintKeys.contains("virtual-kubelet.io/provider")
                || annotations.containsKey("virtual-kubelet.io/last-applied-node-status")
                || annotations.containsKey("virtual-kubelet.io/last-applied-object-meta")
                || providerId.contains("virtualnode");
    }

    private static int hints(Map<String, String> labels, boolean hasNodeInfo) {
        int hints = hasNodeInfo ? 0 : 1;
        hints += "agent".equals(labels.get("kubernetes.io/role")) ? 1 : 0;
        boolean unbalanced = "true".equals(labels.get("alpha.service-controller.kubernetes.io/exclude-balancer"))
                || "true".equals(labels.get("node.kubernetes.io/exclude-from-external-load-balancers"));
        return hints + (unbalanced ? 1 : 0);
    }
}
