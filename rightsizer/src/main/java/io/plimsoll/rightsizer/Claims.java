package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.autoscaler.AutoscalersUnreadable;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.recommendation.Claimed;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where it is asked what other autoscalers own: that is left alone.
@FunctionalInterface
public interface Claims {

    /// There are no others.
    Claims NONE = Map::of;

    /// By the object that an autoscaler names as its target. Called by the right-sizer's loop, once a pass.
    ///
    /// @throws AutoscalersUnreadable when it is not known for now: that pass changes nothing
    Map<Owner, Claimed> now();

    /// The same by workload: an autoscaler may name an owner below it, such as a Deployment that belongs to a custom
    /// resource.
    static Map<Owner, Claimed> byWorkload(Map<Owner, Claimed> claims, ClusterImage image) {
        var byWorkload = new HashMap<Owner, Claimed>();
        claims.forEach((target, claimed) -> {
            var workload = image.workloadOf(new PodKey(target.namespace(), target.name()), Optional.of(target));
            byWorkload.merge(workload, claimed, Claimed::and);
        });
        return byWorkload;
    }
}
