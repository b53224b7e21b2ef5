package io.plimsoll.model.placement;

/// Keeps pods from where others would hurt them, and from where they would hurt others.
///
///     S  = 100 · exp(−Σ (σ y_r + v_r) / θ_r)        over what can be short, CPU and memory
///     y_r = y + ĉ + â û        the pressure that is expected with the pod there: what is measured, what bad
///                              neighbours there will add to it, and what the pod will. So long most would wait
///     σ y_r                    so long the pod would: σ times as long as most
///     v_r = â û · n            so long the others would wait for it: n = Σ σ over their workloads
///
/// y is the share of the last minute in which some task waited (PSI, or the run queue), â how much longer others
/// wait for a whole node's worth of the workload's use, û what the pod is expected to use, as a share of the node
/// ([io.plimsoll.model.neighbour.Company]). σ y_r + v_r are the seconds a second that are waited because the pod is
/// there, by itself and by others. An ordinary pod adds next to nothing, and looks for quiet; for one that is known
/// to hurt the others weigh most, and it goes where few are hurt, be it where others like it are already.
///
/// θ is the pressure that is borne nowhere: 0.30 for CPU, where busy nodes of many cores always show some, and
/// 0.05 for memory, since what waits for a page holds its locks meanwhile. An exponential instead of a line down
/// to 0 at θ: for small pressures they are the same, and where all nodes are beyond θ it still matters which is
/// so least.
///
/// σ is how many times as long as most a workload's pods wait under the same pressure, 1 where that is not
/// known: then n is the number of others ([io.plimsoll.model.neighbour.Suspicion#sensitivity]). So who suffers
/// most gets the quietest nodes, and who hurts goes to those that bear it.
///
/// Where the pressure of this node alone is not measured, y is the mean of those that are: without the part, a
/// known antagonist would prefer that node to all others. A resource whose pressure is measured nowhere drops
/// out; without any the part is absent.
///
/// With σ 1:
///
/// | CPU: y + ĉ | â û | n | S |
/// |---|---|---|---|
/// | 0 | 0 | any | 100 |
/// | 0.10 | 0 | any | 71.7 |
/// | 0.10 | 0.01 | 5 | 58.7 |
/// | 0.10 | 0.01 | 20 | 35.6 |
/// | 0.10 | 0.05 | 5 | 26.4 |
/// | 0.30 | 0.05 | 5 | 13.5 |
/// | memory: 0.05 | 0 | any | 36.8 |
final class NeighbourFitPart {

    private static final double CPU_UNBEARABLE = 0.30;
    private static final double MEMORY_UNBEARABLE = 0.05;

    private NeighbourFitPart() {}

    /// @param cpu, memory what [#burden] says of each; 0 where nothing is measured
    static double score(double cpu, double memory) {
        return 100 * Math.exp(-cpu / CPU_UNBEARABLE - memory / MEMORY_UNBEARABLE);
    }

    /// Seconds a second that the new pod waits there, and that others wait for it.
    ///
    /// @param own σ of the pod
    /// @param stalled y; `NaN` without data, which counts as nothing
    /// @param toCome ĉ
    /// @param added â û
    /// @param others n, without the pod's own workload
    static double burden(double own, double stalled, double toCome, double added, double others) {
        return Double.isNaN(stalled) ? 0 : own * (stalled + toCome + added) + added * others;
    }
}
