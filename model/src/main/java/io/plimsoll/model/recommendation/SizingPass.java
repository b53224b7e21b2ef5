package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Looks at all workloads once: which policy holds, what their containers should ask for, what is to be done now.
/// Pure: the same image, policies and knowledge give the same answer, in the order of the workloads' names.
public final class SizingPass {

    private final ClusterImage image;
    private final Map<PolicyCandidate, ResizePolicy> policies;
    private final Map<String, Recommender> recommenders;
    private final WorkloadKnowledge knowledge;
    private final ResizePlanner planner;
    private final long nowMillis;

    /// @param isDryRun whether nothing may be changed at all
    public SizingPass(
            ClusterImage image,
            Collection<ResizePolicy> policies,
            WorkloadKnowledge knowledge,
            boolean isDryRun,
            long nowMillis) {
        this.image = image;
        this.policies = policies.stream()
                .filter(policy -> policy.mode() != ResizePolicy.Mode.DISABLED)
                .collect(Collectors.toMap(
                        ResizePolicy::candidate, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        this.recommenders = Recommender.all().stream()
                .collect(Collectors.toMap(Recommender::name, Function.identity(), (a, b) -> a));
        this.knowledge = knowledge;
        this.planner = new ResizePlanner(image, isDryRun, nowMillis);
        this.nowMillis = nowMillis;
    }

    /// One for each workload that some policy speaks of.
    public List<WorkloadSizing> run() {
        return image.workloads().stream()
                .map(Workload::owner)
                .sorted(Comparator.naturalOrder())
                .map(this::sizing)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<WorkloadSizing> sizing(Owner workload) {
        return PolicyChoice.among(policies.keySet(), workload)
                .flatMap(choice -> newestPod(workload).map(pod -> sizing(workload, choice, pod)));
    }

    private WorkloadSizing sizing(Owner workload, PolicyChoice choice, PodImage pod) {
        var policy = Optional.ofNullable(policies.get(choice.winner())).orElseThrow();
        var recommendations = recommendations(workload, policy, pod);
        var plan = planner.plan(workload, policy, recommendations, knowledge.history(workload));
        return new WorkloadSizing(workload, choice, new ArrayList<>(recommendations.values()), plan);
    }

    /// By the newest pod: older ones may be of a template that is on its way out.
    private Optional<PodImage> newestPod(Owner workload) {
        return image.podsOf(workload).stream()
                .filter(pod -> pod.spec().nodeName().isPresent() && !pod.spec().terminating())
                .max(Comparator.comparingLong(pod -> pod.spec().boundAtMillis()));
    }

    private Map<String, ContainerRecommendation> recommendations(Owner workload, ResizePolicy policy, PodImage pod) {
        var recommender = Optional.ofNullable(recommenders.get(policy.recommender()))
                .orElseThrow(() -> new IllegalArgumentException("policy " + policy.label() + " wants recommender '"
                        + policy.recommender() + "': known are " + recommenders.keySet()));
        var usage = knowledge.usage(workload);
        var containers = pod.spec().containers();
        var recommendations = new LinkedHashMap<String, ContainerRecommendation>();
        for (var container : containers) {
            var seen = Optional.ofNullable(usage.get(container.name()));
            var sizing = policy.sizings().apply(container.name());
            if (seen.isPresent() && sizing.isPresent()) {
                recommendations.put(
                        container.name(),
                        recommender.recommend(new SizingCase(
                                container,
                                seen.get(),
                                sizing.get(),
                                containers.size(),
                                knowledge.floors(workload, container.name()),
                                nowMillis)));
            }
        }
        return recommendations;
    }
}
