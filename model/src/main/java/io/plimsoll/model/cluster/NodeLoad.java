package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.UsageEstimate;
import java.util.List;
import java.util.function.Function;

/// What the pods bound to a node add up to.
///
/// @param requested the sum of their requests, as the scheduler counts them
/// @param peak the sum of what each is expected to use at its own peak hours: 95th percentile of CPU, peak of memory
/// @param unsettled what pods bound too recently to show in the node's measurements are expected to add to them
public record NodeLoad(Resources requested, Resources peak, Resources unsettled) {

    public static final NodeLoad NONE = new NodeLoad(Resources.NONE, Resources.NONE, Resources.NONE);

    /// A pod counts as settled when the node was measured this long after the pod was bound: one scrape of the usual
    /// 60-second window lies between.
    static final long SETTLE_MILLIS = 60_000;

    /// What a pod that asks for nothing and has no history is taken for.
    static final Resources ASSUMED = new Resources(250, 200L << 20);

    static NodeLoad of(List<PodImage> pods, long measuredAtMillis, Function<PodImage, UsageEstimate> estimates) {
        var requested = Resources.NONE;
        var peak = Resources.NONE;
        var unsettled = Resources.NONE;
        for (var pod : pods) {
            var estimate = estimates.apply(pod);
            var expected = expected(pod.spec(), estimate);
            requested = requested.plus(pod.spec().requests());
            peak = peak.plus(expected);
            if (pod.spec().boundAtMillis() + SETTLE_MILLIS > measuredAtMillis) {
                unsettled = unsettled.plus(unseen(expected, pod));
            }
        }
        return new NodeLoad(requested, peak, unsettled);
    }

    /// What a pod is expected to use at its peak: its workload's history as far as there is confidence in it, for the
    /// rest
    /// its requests, and an assumed amount where it has neither.
    ///
    ///     expected = c · (p95 of CPU, peak of memory) + (1 − c) · requests
    public static Resources expected(PodSpec spec, UsageEstimate estimate) {
        var requests = spec.requests();
        long cpu = requests.cpuMillis() > 0 ? requests.cpuMillis() : ASSUMED.cpuMillis();
        long memory = requests.memoryBytes() > 0 ? requests.memoryBytes() : ASSUMED.memoryBytes();
        double c = estimate.confidence();
        return new Resources(
                Math.round(c * estimate.p95().cpuMillis() + (1 - c) * cpu),
                Math.round(c * estimate.peak().memoryBytes() + (1 - c) * memory));
    }

    private static Resources unseen(Resources expected, PodImage pod) {
        var seen = pod.usage().orElse(Resources.NONE);
        return new Resources(
                Math.max(0, expected.cpuMillis() - seen.cpuMillis()),
                Math.max(0, expected.memoryBytes() - seen.memoryBytes()));
    }
}
