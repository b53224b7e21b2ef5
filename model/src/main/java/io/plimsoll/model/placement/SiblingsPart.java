package io.plimsoll.model.placement;

/// Keeps the pods of one workload apart, so that a lost node takes few of them.
///
///     S = 100 · (1 − s / replicas)
///
/// s counts pods of the same workload on the node, and those on their way to it by their shares: what a loss of the
/// node would take, as a share of the whole. It matters most where replicas are few, as it should.
///
/// | s | 0 | 1 | 2 | 3 |
/// |---|---|---|---|---|
/// | S of 2 replicas | 100 | 50 | 0 | 0 |
/// | S of 3 replicas | 100 | 66.7 | 33.3 | 0 |
/// | S of 100 replicas | 100 | 99 | 98 | 97 |
final class SiblingsPart {

    private SiblingsPart() {}

    static double score(double siblings, int replicas) {
        return 100 * Math.max(0, 1 - siblings / Math.max(1, replicas));
    }
}
