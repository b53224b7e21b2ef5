package io.plimsoll.rightsizer;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodePlatform;
import java.util.Optional;

/// Whether a cluster has only nodes that resize no pods, as while its API server is upgraded and its nodes are not yet.
public final class OldKubelets {

    private OldKubelets() {}

    /// Why no node of the cluster resizes pods in place, and what to do; empty where one does.
    public static Optional<String> told(ClusterImage image) {
        var platforms =
                image.nodes().stream().map(node -> node.spec().platform()).toList();
        return platforms.stream()
                .filter(NodePlatform::isOld)
                .findFirst()
                .filter(first -> platforms.stream().allMatch(node -> node.isOld() || node.isWindows()))
                .map(first -> "no node of this cluster resizes pods in place, their kubelets are too old ("
                        + first.kubeletVersion() + "): upgrade the nodes to Kubernetes 1.33 or later; until then it is"
                        + " only recommended, and new pods are sized where the webhook is installed");
    }
}
