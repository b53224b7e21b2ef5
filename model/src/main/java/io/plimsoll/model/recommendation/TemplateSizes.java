package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.QualityOfService;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the containers of a workload's template should ask for, to be written where the template is kept. Pure.
///
/// Goals, in their order: whoever takes it over gets what the policy allows and nothing else; having been
/// taken over, it says the same the next time.
///
/// So a request that does well enough is written as the pods have it, not left out: a patch that lost it would give
/// the pods their first guess back, and be short again a day later. For the same reason limits are written beside,
/// moved or not. Steps are not cut: whoever takes the patch over looks at it, or rolls it out as any other change.
///
/// | resource | written |
/// |---|---|
/// | owned by an autoscaler, not controlled by the policy, or too little known | not at all |
/// | within its range, or the change too small | as the newest pod asks for it |
/// | outside of it | the target |
/// | not asked for by the pod | the target, where the QoS class stays |
final class TemplateSizes {

    private TemplateSizes() {}

    /// Zero in a dimension: nothing is to be written of it. Containers of which nothing is to be written are left out.
    static List<ContainerSpec> of(
            PodSpec pod, ResizePolicy policy, Map<String, ContainerRecommendation> recommendations, Claimed claimed) {
        var written = new ArrayList<ContainerSpec>();
        var after = new ArrayList<ContainerSpec>();
        for (var container : pod.all(pod.containers())) {
            var sizing = policy.sizing(container);
            var recommended = Optional.ofNullable(recommendations.get(container.name()));
            if (sizing.isEmpty() || recommended.isEmpty()) {
                after.add(container);
                continue;
            }
            var sizes = sizes(container, sizing.get(), recommended.get(), claimed);
            var all = with(container, sizes, sizing.get(), pod);
            after.add(all);
            if (!sizes.isZero()) {
                written.add(all.with(sizes, where(sizes, all.limits())));
            }
        }
        return QualityOfService.of(after) == pod.qualityOfService() ? List.copyOf(written) : List.of();
    }

    private static Resources sizes(
            ContainerSpec container, ContainerSizing sizing, ContainerRecommendation recommended, Claimed claimed) {
        return new Resources(
                size(ResourceKind.CPU, container, sizing, recommended, claimed),
                size(ResourceKind.MEMORY, container, sizing, recommended, claimed));
    }

    private static long size(
            ResourceKind kind,
            ContainerSpec container,
            ContainerSizing sizing,
            ContainerRecommendation recommended,
            Claimed claimed) {
        long current = kind.of(container.requests());
        var found = recommended.of(kind);
        var change = sizing.of(kind).change();
        boolean isTrusted = found.confidence() >= sizing.confidenceMin() || found.isOomRaiseFor(found.current());
        if (claimed.contains(kind) || change.isNone() || !isTrusted) {
            return 0;
        }
        boolean isGoodEnough = !found.isOutside() || change.isTooSmall(current, found.target());
        return isGoodEnough ? current : found.target();
    }

    /// The container as it is to be; what is not written stays as it is.
    private static ContainerSpec with(ContainerSpec container, Resources sizes, ContainerSizing sizing, PodSpec pod) {
        var present = container.requests();
        var requests = new Resources(
                sizes.cpuMillis() == 0 ? present.cpuMillis() : sizes.cpuMillis(),
                sizes.memoryBytes() == 0 ? present.memoryBytes() : sizes.memoryBytes());
        var next = container.with(requests, sizing.limits().limits(container, requests));
        return ResizePlanner.keptForHeap(next, container, pod.memory());
    }

    private static Resources where(Resources sizes, Resources limits) {
        return new Resources(
                sizes.cpuMillis() == 0 ? 0 : limits.cpuMillis(), sizes.memoryBytes() == 0 ? 0 : limits.memoryBytes());
    }
}
