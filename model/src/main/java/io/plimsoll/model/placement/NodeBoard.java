package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;

/// The figures of all nodes of one image, by slot. Immutable.
///
/// The board of the next image takes over the figures of every node that did not change, so that it costs one
/// comparison a node and the figures of those that did.
final class NodeBoard {

    static final NodeBoard EMPTY = new NodeBoard(ClusterImage.EMPTY, new NodeImage[0], new NodeFigures[0]);

    private final ClusterImage image;

    /// The nodes that the figures are of, in an array of their own, so that comparing them reads nothing else.
    private final NodeImage[] nodes;

    private final NodeFigures[] figures;

    private NodeBoard(ClusterImage image, NodeImage[] nodes, NodeFigures[] figures) {
        this.image = image;
        this.nodes = nodes;
        this.figures = figures;
    }

    @SuppressWarnings("ReferenceEquality") // it is about being the same image, not an equal one
    boolean isOf(ClusterImage other) {
        return image == other;
    }

    @SuppressWarnings("ReferenceEquality")
    NodeBoard next(ClusterImage next) {
        int known = next.nodeTable() == image.nodeTable() ? nodes.length : 0;
        var nextNodes = new NodeImage[next.nodeCount()];
        var nextFigures = new NodeFigures[next.nodeCount()];
        for (int slot = 0; slot < nextNodes.length; slot++) {
            var node = next.node(slot);
            nextNodes[slot] = node;
            nextFigures[slot] = slot < known && nodes[slot] == node ? figures[slot] : new NodeFigures(node);
        }
        return new NodeBoard(next, nextNodes, nextFigures);
    }

    NodeFigures figures(int slot) {
        return figures[slot];
    }

    /// Whether some real one of these nodes has more on it than what runs on every node.
    boolean someInUse(int[] slots) {
        for (int slot : slots) {
            if (isInUse(figures[slot])) {
                return true;
            }
        }
        return false;
    }

    /// The same of all nodes.
    boolean someInUse() {
        for (var node : figures) {
            if (isInUse(node)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInUse(NodeFigures node) {
        return !node.isEmpty && !node.isVirtual;
    }
}
