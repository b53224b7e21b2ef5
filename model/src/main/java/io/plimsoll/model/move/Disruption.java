package io.plimsoll.model.move;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.regime.RegimeKind;

/// What it costs to disturb a pod, in units of a young pod of a large workload, of no priority, that serves
/// well.
///
///     cost = serving · steadiness · (1 + 1 / others) · (1 + priority) · (1 + age) · hours · storage
///
///     serving     1, or 0.5 when it is not ready: it serves nobody
///     steadiness  1, or 0.5 when it was restarted often: its clients know that
///     others      ready pods of its workload beside it, at least 1
///     priority    log₁₀(1 + priority) / 9, within 0 and 1
///     age         its hours / 24, at most 1: what it has warmed up is lost
///     hours       1, or 2 at its workload's peak: those who are left have the most to do
///     storage     1, or 2 where it keeps data on its node: that is lost (moved only where that is allowed)
///
/// | pod | cost |
/// |---|---|
/// | fresh, of 11, no priority | 1.1 |
/// | a day old, of 11, no priority | 2.2 |
/// | a day old, one of two, no priority | 4 |
/// | a day old, one of two, priority 1,000,000 | 6.67 |
/// | fresh, of 11, not ready | 0.55 |
/// | a day old, of 11, at its workload's peak | 4.4 |
/// | a day old, of 11, with data on its node | 4.4 |
final class Disruption {

    private static final double DAY_MILLIS = 24 * 3_600_000.0;
    private static final double PRIORITY_DIGITS = 9;

    private Disruption() {}

    /// @param others ready pods of its workload beside it
    /// @param hours of its workload
    static double cost(PodSpec pod, int others, RegimeKind hours, long nowMillis) {
        double serving = pod.isServing() ? 1 : 0.5;
        double steadiness = pod.traits().has(PodTrait.RESTARTS_OFTEN) ? 0.5 : 1;
        double priority = Math.min(1, Math.log10(1 + Math.max(0.0, pod.priority())) / PRIORITY_DIGITS);
        double age = Math.clamp((nowMillis - pod.boundAtMillis()) / DAY_MILLIS, 0, 1);
        return serving
                * steadiness
                * (1 + 1.0 / Math.max(1, others))
                * (1 + priority)
                * (1 + age)
                * (hours == RegimeKind.PEAK ? 2 : 1)
                * (pod.traits().has(PodTrait.LOCAL_STORAGE) ? 2 : 1);
    }
}
