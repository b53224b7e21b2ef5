package io.plimsoll.model.placement;

/// Places by how full a node will be on the resource that binds: U, the larger of what its CPU and its memory are
/// expected to be used to with the pod there, as a share of allocatable, one deviation included.
///
///     S = 100 · (X + (1 − X) · U / X)              U ≤ X
///         100 − 50 · (U − X) / (1 − X)             X < U ≤ 1
///         50 / U                                   U > 1
///
/// With the target X at 0 the emptier node is always the better one. That is the default: a node is hot when its
/// demand D exceeds a mark h, and while D is normal, P(D > h) falls in (h − μ) / σ, so the node on which it
/// grows least is the one of the smallest μ and σ. With a target, loads gather on nodes up to it first, which
/// frees others (the left side is Trimaran's TargetLoadPacking, scheduler-plugins KEP 61). Beyond it S falls
/// steadily and never ends: a node that is expected to bear 1.2 of what it has is still told apart from one with
/// 1.5, since on a day on which all are beyond themselves it matters most which is so least. (TargetLoadPacking
/// drops to 100·X just above X and is 0 from 1 on: on bursty machines that made one tie of most nodes.)
///
/// The two last lines meet at 50, and where X = 0 with the same slope.
///
/// | U | 0 | 0.25 | 0.5 | 0.65 | 0.8 | 1 | 1.25 | 2 |
/// |---|---|---|---|---|---|---|---|---|
/// | S, X = 0 | 100 | 87.5 | 75 | 67.5 | 60 | 50 | 40 | 25 |
/// | S, X = 0.5 | 50 | 75 | 100 | 85 | 70 | 50 | 40 | 25 |
final class PackingPart {

    private PackingPart() {}

    static double score(double cpuShare, double memoryShare, double target) {
        double share = Math.max(0, Math.max(cpuShare, memoryShare));
        if (share > 1) {
            return 50 / share;
        }
        return share > target ? 100 - 50 * (share - target) / (1 - target) : filling(share, target);
    }

    private static double filling(double share, double target) {
        return target > 0 ? 100 * (target + (1 - target) * share / target) : 100;
    }
}
