package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;

/// The figures of all nodes of one image, by slot. Immutable.
///
/// The board of the next image takes over the figures of every node that did not change, so that it costs one
/// comparison a node and the figures of those that did.
final class NodeBoard {

    static final NodeBoard EMPTY =
            new NodeBoard(ClusterImage.EMPTY, ClusterImage.EMPTY.nodeTable(), new NodeFigures[0]);

    private final ClusterImage image;
    private final NodeTable table;
    private final NodeFigures[] figures;

    private NodeBoard(ClusterImage image, NodeTable table, NodeFigures[] figures) {
        this.image = image;
        this.table = table;
        this.figures = figures;
    }

    @SuppressWarnings("ReferenceEquality") // it is about being the same image, not an equal one
    boolean isOf(ClusterImage other) {
        return image == other;
    }

    @SuppressWarnings("ReferenceEquality")
    NodeBoard next(ClusterImage next) {
        var known = next.nodeTable() == table ? figures : EMPTY.figures;
        var nextFigures = new NodeFigures[next.nodeCount()];
        for (int slot = 0; slot < nextFigures.length; slot++) {
            var node = next.node(slot);
            nextFigures[slot] = slot < known.length && known[slot].node == node ? known[slot] : new NodeFigures(node);
        }
        return new NodeBoard(next, next.nodeTable(), nextFigures);
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
