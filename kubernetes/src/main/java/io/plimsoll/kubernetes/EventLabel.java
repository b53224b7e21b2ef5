package io.plimsoll.kubernetes;

import io.plimsoll.model.cluster.ClusterEvent;

/// What an event is called in a log line: its kind and whom it is about, e.g. `PodApplied shop/web-7`; never all
/// that it holds.
final class EventLabel {

    private EventLabel() {}

    static String of(ClusterEvent event) {
        return event.getClass().getSimpleName() + " " + subject(event);
    }

    private static String subject(ClusterEvent event) {
        return switch (event) {
            case ClusterEvent.NodeApplied e -> e.node().name();
            case ClusterEvent.NodeDeleted e -> e.name();
            case ClusterEvent.PodApplied e -> e.pod().key().toString();
            case ClusterEvent.PodDeleted e -> e.key().toString();
            case ClusterEvent.FailedPodApplied e -> e.pod().key().toString();
            case ClusterEvent.FailedPodDeleted e -> e.key().toString();
            case ClusterEvent.OwnerApplied e -> e.owner().owner().toString();
            case ClusterEvent.OwnerDeleted e -> e.owner().toString();
            case ClusterEvent.NamespaceApplied e -> e.name();
            case ClusterEvent.NamespaceDeleted e -> e.name();
            case ClusterEvent.BudgetApplied e -> e.budget().key();
            case ClusterEvent.BudgetDeleted e -> e.namespace() + "/" + e.name();
            case ClusterEvent.NodesListed e -> e.present().size() + " nodes";
            case ClusterEvent.PodsListed e -> e.present().size() + " pods";
            case ClusterEvent.FailedPodsListed e -> e.present().size() + " failed pods";
            case ClusterEvent.OwnersListed e -> e.present().size() + " of kind " + e.kind();
            case ClusterEvent.NamespacesListed e -> e.present().size() + " namespaces";
            case ClusterEvent.BudgetsListed e -> e.present().size() + " budgets";
            case ClusterEvent.UsageObserved e -> "by " + e.batch().source();
            case ClusterEvent.Confirmed e -> "at " + e.atMillis();
        };
    }
}
