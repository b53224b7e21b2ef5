package io.plimsoll.model.placement;

/// Keeps empty nodes empty while there are others: an empty one can be removed, or serves as a buffer for a peak.
///
///     S = 0      the node is empty and some other candidate is not
///         100    else
///
/// Empty is a node with nothing on it but what runs on every node and placeholders of low priority that reserve room
/// (the cluster autoscaler's overprovisioning). It is a preference, never a veto: with weight 2 of 12 an empty node
/// still wins against one that is full.
///
/// | node | others | S |
/// |---|---|---|
/// | in use | any | 100 |
/// | empty | some in use | 0 |
/// | empty | all empty | 100 |
final class EmptinessPart {

    private EmptinessPart() {}

    static double score(boolean empty, boolean someInUse) {
        return empty && someInUse ? 0 : 100;
    }
}
