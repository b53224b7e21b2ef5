package io.plimsoll.model.placement;

/// Keeps pods off nodes that are short of memory, or already feel it.
///
/// Three independent risks, each 0 (none) to 1 (certain); what is left is the chance that none of them strikes:
///
///     S      = 100 · (1 − r_head) · (1 − r_stall) · (1 − r_refault)
///     r_head = clamp((0.20 − A) / (0.20 − A_ev))      A: share of memory still available with the pod there,
///                                                     A_ev: the share at which the kubelet evicts
///     r_stall = clamp(max(some60 / 0.10, full60 / 0.02, some10 / 0.20))
///     r_refault = clamp(log10(1 + f / 10) / 3)        f: refaulted pages per second; major faults
///                                                     where that is all there is, which errs towards risk
///
/// Scales: TMO (ASPLOS 2022) holds services at 0.17 % stalled without harm, so 10 % of a minute with some task stalled,
/// or 2 % with all of them, is certain trouble. Ten refaults a second are noise; 10,000 are thrashing. A risk without
/// data drops out; without any the part is absent.
///
/// | A, A_ev = 0.02 | ≥ 0.20 | 0.11 | 0.02 |   | some60 | 0.0017 | 0.05 | 0.10 |   | f | 10 | 90 | 1,000 | 10,000 |
/// |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
/// | S | 100 | 50 | 0 |   | S | 98.3 | 50 | 0 |   | S | 90.0 | 66.7 | 33.2 | 0 |
final class MemoryPressurePart {

    private static final double ROOMY = PlacementConfig.MEMORY_ROOMY_SHARE;

    private MemoryPressurePart() {}

    /// @param headroomRisk, stallRisk, refaultRisk 0 to 1, or `NaN` without data
    static double score(double headroomRisk, double stallRisk, double refaultRisk) {
        if (Double.isNaN(headroomRisk) && Double.isNaN(stallRisk) && Double.isNaN(refaultRisk)) {
            return Double.NaN;
        }
        return 100 * left(headroomRisk) * left(stallRisk) * left(refaultRisk);
    }

    static double headroomRisk(double availableShare, double evictShare) {
        return Math.clamp((ROOMY - availableShare) / (ROOMY - evictShare), 0, 1);
    }

    /// Each 0 to 1, or `NaN` without data.
    static double stallRisk(double some60, double full60, double some10) {
        return larger(larger(clamped(some60 / 0.10), clamped(full60 / 0.02)), clamped(some10 / 0.20));
    }

    static double refaultRisk(double pagesPerSecond) {
        return clamped(Math.log10(1 + pagesPerSecond / 10) / 3);
    }

    private static double left(double risk) {
        return Double.isNaN(risk) ? 1 : 1 - risk;
    }

    private static double clamped(double value) {
        return Double.isNaN(value) ? value : Math.clamp(value, 0, 1);
    }

    private static double larger(double a, double b) {
        return Double.isNaN(a) || b > a ? b : a;
    }
}
