package io.plimsoll.model.neighbour;

import java.util.OptionalDouble;

/// How much longer one workload's tasks wait than those of most, where all are under the same pressure: 1 for most.
/// Learnt from every node that it runs on. Belongs to the ledger's thread.
///
/// With s the time that its pods waited on a node and y what the others there waited meanwhile ([SharedWait]), each
/// against its mean of the last hour, it is the slope of s on y. A pod also waits for itself: the more it has to
/// do, the more of its own tasks stand in line. If that makes others wait too, it looks sensitive and is the cause. So
/// what its own use u explains of both is taken out first (Frisch and Waugh):
///
///     Q = Σ y² − (Σ u y)² / (Σ u² + λ)             what is left of the others' waiting
///     P = Σ s y − Σ u s · Σ u y / (Σ u² + λ)       of that, what its own goes along with
///     σ = (max(0, P) / b̄ + κ) / (Q + κ)            clipped to 0 .. 3
///
/// It is not told before sixty looks, a quarter of an hour of them at the least: one episode of a few minutes, however
/// high, must not decide for hours.
///
/// b̄ is the mean of all workloads' P / Q, so that σ is 1 in the mean. κ is what thirty looks tell in which others
/// wait longer by the floor of a pressure: with as much evidence σ is half its own, and half the 1 of one of which
/// nothing is known. For one that alone makes the others wait, Q vanishes, and σ stays 1.
///
/// | P | Q | σ with b̄ 1, κ 0.3 (CPU) |
/// |---:|---:|---:|
/// | 0 | 0 | 1 |
/// | 0.6 | 0.3 | 1.5 |
/// | 12 | 6 | 1.95 |
/// | 0 | 6 | 0.05 |
final class Sensitivity {

    private static final double MAX = 3;
    private static final double RIDGE = 0.002;
    private static final double LOOKS = 30;
    private static final double LOOKS_TOLD = 60;

    private final double prior;
    private double known = 1;
    private double looks;
    private double others;
    private double both;
    private double use;
    private double useAndOthers;
    private double useAndOwn;
    private double newLooks;
    private double newOthers;
    private double newBoth;
    private double newUse;
    private double newUseAndOthers;
    private double newUseAndOwn;

    Sensitivity(Contention contention) {
        this.prior = LOOKS * contention.floor() * contention.floor();
    }

    /// Counts from the next [#settle] on.
    ///
    /// @param own how much longer its tasks waited on one node than in the last hour
    /// @param othersWaited the same of the others there
    /// @param used how much more it used there
    void learn(double own, double othersWaited, double used) {
        newLooks++;
        newOthers += othersWaited * othersWaited;
        newBoth += own * othersWaited;
        newUse += used * used;
        newUseAndOthers += used * othersWaited;
        newUseAndOwn += used * own;
    }

    /// @param kept how much what was learnt before counts by now, 0 to 1
    void settle(double kept) {
        looks = looks * kept + newLooks;
        others = others * kept + newOthers;
        both = both * kept + newBoth;
        use = use * kept + newUse;
        useAndOthers = useAndOthers * kept + newUseAndOthers;
        useAndOwn = useAndOwn * kept + newUseAndOwn;
        newLooks = 0;
        newOthers = 0;
        newBoth = 0;
        newUse = 0;
        newUseAndOthers = 0;
        newUseAndOwn = 0;
    }

    private double evidence() {
        return Math.max(0, others - useAndOthers * useAndOthers / (use + RIDGE));
    }

    private double product() {
        return Math.max(0, both - useAndOwn * useAndOthers / (use + RIDGE));
    }

    /// How far it is learnt from what was measured, 0 to 1.
    double weight() {
        return evidence() / (evidence() + prior);
    }

    /// Its slope, which the mean of all is taken of; 0 without evidence.
    double slope() {
        return evidence() > 0 ? product() / evidence() : 0;
    }

    /// @param mean slope of all workloads, above 0
    void compare(double mean) {
        known = Math.clamp((product() / mean + prior) / (evidence() + prior), 0, MAX);
    }

    /// 1 while nothing is known.
    double known() {
        return known;
    }

    /// The same; nothing while less than half of it is its own, or it is of a few minutes.
    OptionalDouble told() {
        return weight() >= 0.5 && looks >= LOOKS_TOLD ? OptionalDouble.of(known) : OptionalDouble.empty();
    }
}
