package io.plimsoll.model.placement;

/// Keeps pods off nodes where tasks already wait for CPU, whatever their usage says.
///
///     S = 100 · (1 − clamp((some60 − 0.10) / 0.40))
///
/// some60 is the share of the last minute in which at least one task was ready and had no CPU (kernel PSI; where
/// there is none, by the run queue). It counts tasks rather than cores, so a busy node of many cores shows some of it
/// at all times: up to 10 % is nothing. From a half on, pods wait as much as they run.
///
/// | some60 | ≤ 0.10 | 0.20 | 0.30 | 0.40 | ≥ 0.50 |
/// |---|---|---|---|---|---|
/// | S | 100 | 75 | 50 | 25 | 0 |
final class CpuContentionPart {

    private CpuContentionPart() {}

    /// @param some60 0 to 1, or `NaN` without data, which it then returns
    static double score(double some60) {
        return Double.isNaN(some60) ? some60 : 100 * (1 - Math.clamp((some60 - 0.10) / 0.40, 0, 1));
    }
}
