package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What new pods of all workloads should ask for, as of one reading of the cluster. Immutable: published whole.
final class StartingSizes {

    /// Before the first reading.
    static final StartingSizes NONE = new StartingSizes(Map.of(), Map.of(), 0);

    private final Map<Owner, StartingSize> byWorkload;
    private final Map<String, NamespaceLimits> limits;
    private final long readAtMillis;

    private StartingSizes(Map<Owner, StartingSize> byWorkload, Map<String, NamespaceLimits> limits, long readAtMillis) {
        this.byWorkload = byWorkload;
        this.limits = limits;
        this.readAtMillis = readAtMillis;
    }

    /// What a reading found.
    ///
    /// @param claims what other autoscalers own, by workload
    /// @param limits of namespaces that have any
    record Read(
            List<StoredRecommendation> recommendations,
            Collection<ResizePolicy> policies,
            Map<Owner, Claimed> claims,
            Map<String, NamespaceLimits> limits) {}

    static StartingSizes of(Read read, long nowMillis) {
        var policies = new HashMap<PolicyCandidate, ResizePolicy>();
        read.policies().stream()
                .filter(policy -> policy.mode() != ResizePolicy.Mode.DISABLED)
                .forEach(policy -> policies.put(policy.candidate(), policy));
        var sizes = new HashMap<Owner, StartingSize>();
        for (var recommendation : read.recommendations()) {
            PolicyChoice.among(policies.keySet(), recommendation.workload())
                    .filter(choice -> choice.doubt().isEmpty())
                    .flatMap(choice -> Optional.ofNullable(policies.get(choice.winner())))
                    .filter(policy -> policy.isForNewPods() && !recommendation.isLeftAlone())
                    .map(policy -> size(
                            recommendation,
                            policy,
                            read.claims().getOrDefault(recommendation.workload(), Claimed.NONE)))
                    .filter(size -> !size.containers().isEmpty())
                    .ifPresent(size -> sizes.put(size.workload(), size));
        }
        return new StartingSizes(Map.copyOf(sizes), Map.copyOf(read.limits()), nowMillis);
    }

    Optional<StartingSize> of(Owner workload) {
        return Optional.ofNullable(byWorkload.get(workload));
    }

    NamespaceLimits limits(String namespace) {
        return limits.getOrDefault(namespace, NamespaceLimits.NONE);
    }

    int workloads() {
        return byWorkload.size();
    }

    /// When this was read, epoch milliseconds; 0 before the first time.
    long readAtMillis() {
        return readAtMillis;
    }

    private static StartingSize size(StoredRecommendation recommendation, ResizePolicy policy, Claimed claimed) {
        var containers = new HashMap<String, StartingSize.Container>();
        for (var recommended : recommendation.containers()) {
            policy.sizings()
                    .apply(recommended.name())
                    .map(sizing -> container(recommended, sizing, claimed))
                    .filter(container -> !container.isNothing())
                    .ifPresent(container -> containers.put(recommended.name(), container));
        }
        return new StartingSize(recommendation.workload(), policy.label(), policy.roles(), containers);
    }

    private static StartingSize.Container container(
            StoredRecommendation.Container recommended, ContainerSizing sizing, Claimed claimed) {
        return new StartingSize.Container(
                wanted(ResourceKind.CPU, recommended, sizing, claimed),
                wanted(ResourceKind.MEMORY, recommended, sizing, claimed),
                sizing.limits(),
                recommended.isOomRaise());
    }

    private static Optional<WantedRequest> wanted(
            ResourceKind kind, StoredRecommendation.Container recommended, ContainerSizing sizing, Claimed claimed) {
        boolean isTrusted = recommended.confidence() >= sizing.confidenceMin()
                || (kind == ResourceKind.MEMORY && recommended.isOomRaise());
        return kind.of(recommended.target()) == 0 || claimed.contains(kind) || !isTrusted
                ? Optional.empty()
                : Optional.of(WantedRequest.of(kind, recommended, sizing.of(kind)));
    }
}
