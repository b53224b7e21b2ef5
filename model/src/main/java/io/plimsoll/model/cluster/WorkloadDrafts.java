package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.UsageEstimate;
import java.util.Optional;
import java.util.Set;

/// The workloads while they are being changed. Belongs to the one thread that writes images.
///
/// A workload is there while it has pods, and with none while its owner is known and is nobody else's: a Deployment
/// scaled to zero is not forgotten, a ReplicaSet whose pods are counted to its Deployment is.
final class WorkloadDrafts {

    private final ShardedMap.Editor<Owner, Workload> workloads;
    private final OwnerDrafts owners;
    private int nextId;

    WorkloadDrafts(ClusterImage base, OwnerDrafts owners) {
        this.workloads = base.workloads.edit();
        this.owners = owners;
        this.nextId = base.nextWorkloadId();
    }

    /// Counts one pod more; returns the workload's number.
    int join(Owner root) {
        var workload = workloads.get(root).orElseGet(() -> anew(root));
        workloads.put(root, workload.withPods(workload.pods() + 1));
        return workload.id();
    }

    private Workload anew(Owner root) {
        return described(new Workload(root, nextId++, 0, 0, Set.of(), UsageEstimate.UNKNOWN), owners.get(root));
    }

    void leave(Owner root) {
        workloads.get(root).ifPresent(workload -> keepOrForget(workload.withPods(workload.pods() - 1)));
    }

    /// Takes over what its owner now says, or no longer does.
    void describe(Owner owner) {
        workloads.get(owner).ifPresent(workload -> keepOrForget(described(workload, owners.get(owner))));
    }

    void estimate(Owner owner, UsageEstimate estimate) {
        workloads.get(owner).ifPresent(workload -> workloads.put(owner, workload.withEstimate(estimate)));
    }

    UsageEstimate estimate(Owner owner) {
        return workloads.get(owner).map(Workload::estimate).orElse(UsageEstimate.UNKNOWN);
    }

    private void keepOrForget(Workload workload) {
        if (workload.pods() > 0 || owners.isRoot(workload.owner())) {
            workloads.put(workload.owner(), workload);
        } else {
            workloads.remove(workload.owner());
        }
    }

    private static Workload described(Workload workload, Optional<OwnerSpec> spec) {
        return workload.describedBy(
                spec.map(OwnerSpec::replicas).orElse(0),
                spec.map(OwnerSpec::optOuts).orElse(Set.of()));
    }

    int nextId() {
        return nextId;
    }

    ShardedMap<Owner, Workload> build() {
        return workloads.build();
    }
}
