package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.UsageEstimate;
import java.util.Set;

/// All pods of one root owner, what one of them uses, and what the owner says of itself.
///
/// @param id its number in this image, also in [NodeImage#workloadIds]
/// @param replicas the number of pods wanted; 0 where the owner is unknown or has no such number
/// @param pods the number of pods there are
/// @param estimate what one pod uses
public record Workload(Owner owner, int id, int replicas, int pods, Set<OptOut> optOuts, UsageEstimate estimate) {

    Workload withPods(int count) {
        return new Workload(owner, id, replicas, count, optOuts, estimate);
    }

    Workload withEstimate(UsageEstimate next) {
        return new Workload(owner, id, replicas, pods, optOuts, next);
    }

    Workload describedBy(int wantedReplicas, Set<OptOut> ownOptOuts) {
        return new Workload(owner, id, wantedReplicas, pods, ownOptOuts, estimate);
    }
}
