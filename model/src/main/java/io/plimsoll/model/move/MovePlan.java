package io.plimsoll.model.move;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is to be moved to make a cluster right again, and what is not and why. Data: nobody has carried it
/// out.
///
/// @param atMillis of the image that it was made from, epoch milliseconds
/// @param hurt the nodes that are to be relieved, the worst first
/// @param moves in the order in which they are to be made
/// @param resizes that are tried before their pods are moved
/// @param kept every pod of a hurt node that is not moved, node by node and by name; and those of a workload that is
///     to be spread and is not; last those whose moves were left out
/// @param nodes that pods are moved from or to, by name
public record MovePlan(
        long atMillis,
        List<HurtNode> hurt,
        List<Move> moves,
        List<Resize> resizes,
        List<Kept> kept,
        List<NodeChange> nodes) {

    public MovePlan {
        hurt = List.copyOf(hurt);
        moves = List.copyOf(moves);
        resizes = List.copyOf(resizes);
        kept = List.copyOf(kept);
        nodes = List.copyOf(nodes);
    }

    /// How many pods of hurt nodes are not moved for what.
    public SortedMap<StayReason, Integer> keptByReason() {
        var counts = new TreeMap<StayReason, Integer>();
        kept.forEach(one -> counts.merge(one.why().reason(), 1, Integer::sum));
        return counts;
    }
}
