package io.plimsoll.model.move;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.regime.RegimeKind;

/// What it costs to disturb a pod, in units of a young pod of a large workload, of no priority, that serves
/// well and is ready within a minute.
///
///     cost = serving · steadiness · (1 + 1 / others) · (1 + priority) · (1 + age)
///            · (1 + start) · hours · storage
///
///     serving     1, or 0.5 when it is not ready: it serves nobody
///     steadiness  1, or 0.5 when it was restarted often: its clients know that
///     others      ready pods of its workload beside it, at least 1
///     priority    log₁₀(1 + priority) / 9, within 0 and 1
///     age         its hours / 24, at most 1: what it has warmed up is lost
///     start       minutes beyond the first that a pod of its workload takes to be ready / 9, within 0
///                 and 1: so long one is missing. Ten are when a rollout counts as failed unless told
///                 otherwise (`progressDeadlineSeconds`)
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
/// | a day old, of 11, ready after 5.5 minutes | 3.3 |
/// | a day old, of 11, ready after ten minutes or an hour | 4.4 |
/// | a day old, of 11, at its workload's peak | 4.4 |
/// | a day old, of 11, with data on its node | 4.4 |
///
/// Where it is not known how long a workload's pods take to be ready, that counts as a minute:
/// nothing is cheaper, so what is not known never goes before what starts quickly.
final class Disruption {

    private static final double DAY_MILLIS = 24 * 3_600_000.0;
    private static final double PRIORITY_DIGITS = 9;
    private static final int QUICK_START_SECONDS = 60;
    private static final int SLOW_START_SECONDS = 600;

    private Disruption() {}

    /// @param others ready pods of its workload beside it
    /// @param hours of its workload
    /// @param startSeconds that a pod of its workload takes to be ready; 0 where that is not known
    static double cost(PodSpec pod, int others, RegimeKind hours, int startSeconds, long nowMillis) {
        double serving = pod.isServing() ? 1 : 0.5;
        double steadiness = pod.traits().has(PodTrait.RESTARTS_OFTEN) ? 0.5 : 1;
        double priority = Math.min(1, Math.log10(1 + Math.max(0.0, pod.priority())) / PRIORITY_DIGITS);
        double age = Math.clamp((nowMillis - pod.boundAtMillis()) / DAY_MILLIS, 0, 1);
        return serving
                * steadiness
                * (1 + 1.0 / Math.max(1, others))
                * (1 + priority)
                * (1 + age)
                * (1 + start(startSeconds))
                * (hours == RegimeKind.PEAK ? 2 : 1)
                * (pod.traits().has(PodTrait.LOCAL_STORAGE) ? 2 : 1);
    }

    private static double start(int seconds) {
        double beyond = seconds - QUICK_START_SECONDS;
        return Math.clamp(beyond / (SLOW_START_SECONDS - QUICK_START_SECONDS), 0, 1);
    }
}
