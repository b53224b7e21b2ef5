package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What the pods bound to a node add up to.
///
/// @param requested the sum of their requests, as the scheduler counts them
/// @param peak the sum of what each is expected to use at its own peak hours: 95th percentile of CPU, peak of
/// memory
/// @param unsettled what pods bound too recently to show in the node's measurements are expected to add to them,
/// at their peak
/// @param demand mean and variance of what all of them use at any time
/// @param unsettledDemand of that, what does not show in the node's measurements yet
/// @param explained how much of the node's measured use is theirs: what each was last seen to use, or else its
/// mean; the rest is the machine's own
public record NodeLoad(
        Resources requested,
        Resources peak,
        Resources unsettled,
        Demand demand,
        Demand unsettledDemand,
        Resources explained) {

    public static final NodeLoad NONE =
            new NodeLoad(Resources.NONE, Resources.NONE, Resources.NONE, Demand.NONE, Demand.NONE, Resources.NONE);

    /// A pod counts as settled when the node was measured this long after the pod was bound: one scrape of the
    /// usual 60-second window lies between.
    static final long SETTLE_MILLIS = 60_000;

    /// What a pod that asks for nothing and has no history is taken for.
    static final Resources ASSUMED = new Resources(250, 200L << 20);

    static NodeLoad of(List<PodImage> pods, long measuredAtMillis, Function<PodImage, UsageEstimate> estimates) {
        var requested = Resources.NONE;
        var peak = Resources.NONE;
        var unsettled = Resources.NONE;
        var demand = Demand.NONE;
        var unsettledDemand = Demand.NONE;
        var explained = Resources.NONE;
        for (var pod : pods) {
            var estimate = estimates.apply(pod);
            var expected = expected(pod.spec(), estimate);
            requested = requested.plus(pod.spec().requests());
            peak = peak.plus(expected);
            var podDemand = demand(pod.spec(), estimate, pod.usage());
            demand = demand.plus(podDemand);
            if (pod.spec().boundAtMillis() + SETTLE_MILLIS > measuredAtMillis) {
                unsettled = unsettled.plus(unseen(expected, pod));
                unsettledDemand = unsettledDemand.plus(unseen(podDemand, pod));
                explained = explained.plus(pod.usage().orElse(Resources.NONE));
            } else {
                explained = explained.plus(pod.usage().orElseGet(() -> mean(podDemand)));
            }
        }
        return new NodeLoad(requested, peak, unsettled, demand, unsettledDemand, explained);
    }

    /// What a pod is expected to use at its peak: its workload's history as far as there is confidence in it,
    /// for the rest its requests, and an assumed amount where it has neither.
    ///
    ///     expected = c · (p95 of CPU, peak of memory) + (1 − c) · requests
    public static Resources expected(PodSpec spec, UsageEstimate estimate) {
        var asked = asked(spec);
        double c = estimate.confidence();
        return new Resources(
                Math.round(c * estimate.p95().cpuMillis() + (1 - c) * asked.cpuMillis()),
                Math.round(c * estimate.peak().memoryBytes() + (1 - c) * asked.memoryBytes()));
    }

    /// What a pod is expected to use at any time: its workload's history as far as there is confidence in it;
    /// for the rest what the pod itself was last seen to use, and only before it was seen at all what it asks
    /// for. So an absurd request is believed for a minute, and no other pod's.
    ///
    ///     mean     = c · mean of the history + (1 − c) · (last seen, else requests)
    ///     variance = c · variance of the history + (1 − c) · requests²
    ///
    /// The deviation of what is not known is taken for as large as what is asked for.
    ///
    /// @param seen what the pod was last seen to use
    public static Demand demand(PodSpec spec, UsageEstimate estimate, Optional<Resources> seen) {
        var asked = Demand.uncertain(asked(spec));
        var otherwise = seen.map(usage ->
                        new Demand(usage.cpuMillis(), asked.cpuVariance(), usage.memoryBytes(), asked.memoryVariance()))
                .orElse(asked);
        return estimate.demand().or(otherwise, estimate.confidence());
    }

    private static Resources asked(PodSpec spec) {
        var requests = spec.requests();
        return new Resources(
                requests.cpuMillis() > 0 ? requests.cpuMillis() : ASSUMED.cpuMillis(),
                requests.memoryBytes() > 0 ? requests.memoryBytes() : ASSUMED.memoryBytes());
    }

    private static Resources mean(Demand demand) {
        return new Resources(Math.round(demand.cpuMillis()), Math.round(demand.memoryBytes()));
    }

    private static Demand unseen(Demand demand, PodImage pod) {
        var seen = pod.usage().orElse(Resources.NONE);
        return new Demand(
                Math.max(0, demand.cpuMillis() - seen.cpuMillis()),
                demand.cpuVariance(),
                Math.max(0, demand.memoryBytes() - seen.memoryBytes()),
                demand.memoryVariance());
    }

    private static Resources unseen(Resources expected, PodImage pod) {
        var seen = pod.usage().orElse(Resources.NONE);
        return new Resources(
                Math.max(0, expected.cpuMillis() - seen.cpuMillis()),
                Math.max(0, expected.memoryBytes() - seen.memoryBytes()));
    }
}
