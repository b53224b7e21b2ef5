package io.plimsoll.model.move;

import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import java.util.Optional;
import java.util.Set;

/// What keeps a pod from being evicted by anybody here, whatever for: to be moved, or to be made anew with another
/// size. Whoever evicts asks this first, and then what its own reason for it demands.
///
/// | the pod | so |
/// |---|---|
/// | is run by its node (mirror, static), or kept on each (DaemonSet) | it would come back to the same place |
/// | is ending, or nothing would make it anew | it is going anyway, or would be gone for good |
/// | is critical to the system (priority 2,000,000,000 and more) | the cluster cannot do without it |
/// | or its workload or namespace opts out (`opt-out.plimsoll.io/evict`, `/all`) | somebody says so |
/// | has a mark of the cluster autoscaler, of Karpenter or of the descheduler | the same |
public final class EvictionBan {

    private EvictionBan() {}

    /// The first reason that holds, in the order of [StayReason]; nothing where it may be evicted as far as that goes.
    ///
    /// @param optOuts of the pod, its workload and its namespace, as far as they are known
    public static Optional<Stay> of(PodSpec pod, Set<OptOut> optOuts) {
        return reason(pod, optOuts)
                .map(reason ->
                        reason == StayReason.OPTED_OUT ? new Stay(reason, OptOut.EVICT.label()) : Stay.of(reason));
    }

    private static Optional<StayReason> reason(PodSpec pod, Set<OptOut> optOuts) {
        var traits = pod.traits();
        if (traits.has(PodTrait.MIRROR)) {
            return Optional.of(StayReason.MIRROR_POD);
        }
        if (traits.has(PodTrait.STATIC) || pod.owner().filter(Owner::isNode).isPresent()) {
            return Optional.of(StayReason.STATIC_POD);
        }
        if (pod.terminating()) {
            return Optional.of(StayReason.TERMINATING);
        }
        if (pod.priority() >= MoveConfig.SYSTEM_CRITICAL) {
            return Optional.of(StayReason.SYSTEM_CRITICAL);
        }
        if (pod.owner().isEmpty()) {
            return Optional.of(StayReason.BARE);
        }
        if (pod.owner().filter(Owner::isDaemonSet).isPresent()) {
            return Optional.of(StayReason.DAEMON_SET);
        }
        if (optOuts.contains(OptOut.EVICT)) {
            return Optional.of(StayReason.OPTED_OUT);
        }
        return marked(pod);
    }

    private static Optional<StayReason> marked(PodSpec pod) {
        var traits = pod.traits();
        if (traits.has(PodTrait.NOT_SAFE_TO_EVICT)) {
            return Optional.of(StayReason.NOT_SAFE_TO_EVICT);
        }
        if (traits.has(PodTrait.DO_NOT_DISRUPT)) {
            return Optional.of(StayReason.DO_NOT_DISRUPT);
        }
        return traits.has(PodTrait.PREFER_NO_EVICTION) ? Optional.of(StayReason.PREFER_NO_EVICTION) : Optional.empty();
    }
}
