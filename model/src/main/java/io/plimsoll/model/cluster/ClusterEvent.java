package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.Map;
import java.util.Set;

/// One change of the cluster, or of what is known of it. Replaying the same events gives the same image, however they
/// are batched.
public sealed interface ClusterEvent {

    /// @param atMillis when it was observed, epoch milliseconds: what a flap of its readiness counts from
    record NodeApplied(NodeSpec node, long atMillis) implements ClusterEvent {}

    record NodeDeleted(String name) implements ClusterEvent {}

    record PodApplied(PodSpec pod) implements ClusterEvent {}

    record PodDeleted(PodKey key) implements ClusterEvent {}

    /// A pod has failed after some of its containers were killed for memory. It uses nothing any more; that
    /// it was killed is to be remembered as long as the API server remembers the pod.
    record FailedPodApplied(PodSpec pod) implements ClusterEvent {}

    record FailedPodDeleted(PodKey key) implements ClusterEvent {}

    record OwnerApplied(OwnerSpec owner) implements ClusterEvent {}

    record OwnerDeleted(Owner owner) implements ClusterEvent {}

    /// @param terminating whether it is being deleted: nothing new can be created in it
    record NamespaceApplied(String name, Set<OptOut> optOuts, Map<String, String> labels, boolean terminating)
            implements ClusterEvent {

        public NamespaceApplied {
            labels = Map.copyOf(labels);
        }

        /// A namespace that stays.
        public NamespaceApplied(String name, Set<OptOut> optOuts, Map<String, String> labels) {
            this(name, optOuts, labels, false);
        }

        /// The same without labels.
        public NamespaceApplied(String name, Set<OptOut> optOuts) {
            this(name, optOuts, Map.of());
        }
    }

    record NamespaceDeleted(String name) implements ClusterEvent {}

    record BudgetApplied(DisruptionBudget budget) implements ClusterEvent {}

    record BudgetDeleted(String namespace, String name) implements ClusterEvent {}

    /// A complete list of nodes was read; nodes it does not name are gone. So for the events below.
    record NodesListed(Set<String> present) implements ClusterEvent {}

    record PodsListed(Set<PodKey> present) implements ClusterEvent {}

    record FailedPodsListed(Set<PodKey> present) implements ClusterEvent {}

    /// @param kind the one kind of owner that was listed
    record OwnersListed(String kind, Set<Owner> present) implements ClusterEvent {}

    record NamespacesListed(Set<String> present) implements ClusterEvent {}

    /// @param present as `namespace/name`
    record BudgetsListed(Set<String> present) implements ClusterEvent {}

    /// A usage source was asked, and this is what it said and what the histories make of it.
    ///
    /// @param estimates for every workload whose estimate changed
    record UsageObserved(UsageBatch batch, Map<Owner, UsageEstimate> estimates) implements ClusterEvent {}

    /// All watches were open and the API server was heard at that time, so the image is no older than it.
    record Confirmed(long atMillis) implements ClusterEvent {}
}
