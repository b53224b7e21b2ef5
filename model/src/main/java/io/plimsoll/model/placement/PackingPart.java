package io.plimsoll.model.placement;

/// Fills nodes up to a target of their CPU on predicted peak, then the next ones.
///
/// With U the share of allocatable CPU expected in use at peak with the pod there, and X the target:
///
///     S = 100 · (X + (1 − X) · U / X)        U ≤ X
///         100 · X · (1 − U) / (1 − X)        X < U ≤ 1
///         0                                  U > 1
///
/// which is Trimaran's TargetLoadPacking (scheduler-plugins KEP 61), here on the peak instead of the mean: it rises to
/// 100 at the target, so that loads gather on few nodes, and falls off beyond it. The drop from 100 to 100·X just above
/// the target makes a node that is full at peak worth less than any that is not.
///
/// Memory cannot be shared when it is short, so it only ever takes away: with M its predicted share the part is at most
///
///     100 · (1 − M) / (1 − 0.8)
///
/// | U, X = 0.65 | 0 | 0.325 | 0.65 | 0.66 | 0.825 | 1 |   | M, U = 0.65 | 0.8 | 0.9 | 0.95 | 1 |
/// |---|---|---|---|---|---|---|---|---|---|---|---|---|
/// | S | 65 | 82.5 | 100 | 63.1 | 32.5 | 0 |   | S | 100 | 50 | 25 | 0 |
final class PackingPart {

    private static final double MEMORY_ROOMY = 0.80;

    private PackingPart() {}

    static double score(double cpuShare, double memoryShare, double target) {
        double memoryCap = (1 - memoryShare) / (1 - MEMORY_ROOMY);
        return 100 * Math.clamp(Math.min(cpu(cpuShare, target), memoryCap), 0, 1);
    }

    private static double cpu(double share, double target) {
        return share <= target ? target + (1 - target) * share / target : target * (1 - share) / (1 - target);
    }
}
