package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.WorkloadPods;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsageView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Looks at all workloads once: which policy holds, what their containers should ask for, what is to be done now.
/// Pure: the same image, policies and knowledge give the same answer, in the order of the workloads' names.
///
/// A workload of which it cannot be decided is left as it is, and keeps none of the others.
public final class SizingPass {

    private static final ContainerUsageView UNMEASURED = new ContainerHistory();

    /// Nodes on which a raise may wait for moves at one time.
    private static final int WAITING_MAX = 10;

    private final ClusterImage image;
    private final Map<Owner, List<PodSpec>> failed;
    private final Map<PolicyCandidate, ResizePolicy> policies;
    private final Map<String, Recommender> recommenders;
    private final WorkloadKnowledge knowledge;
    private final ResizePlanner planner;
    private final long nowMillis;
    private final List<Failure> failures = new ArrayList<>();

    /// What kept it from being decided of a workload: always a bug.
    public record Failure(Owner workload, RuntimeException cause) {}

    /// Where nothing is known of LimitRanges and quotas.
    public SizingPass(
            ClusterImage image,
            Collection<ResizePolicy> policies,
            WorkloadKnowledge knowledge,
            boolean isDryRun,
            long nowMillis) {
        this(image, policies, knowledge, Map.of(), isDryRun, nowMillis);
    }

    /// @param limits what namespaces let their pods ask for, as far as it is known
    /// @param isDryRun whether nothing may be changed at all
    public SizingPass(
            ClusterImage image,
            Collection<ResizePolicy> policies,
            WorkloadKnowledge knowledge,
            Map<String, NamespaceLimits> limits,
            boolean isDryRun,
            long nowMillis) {
        this.image = image;
        this.failed = failed(image);
        this.policies = policies.stream()
                .filter(policy -> policy.mode() != ResizePolicy.Mode.DISABLED)
                .collect(Collectors.toMap(
                        ResizePolicy::candidate, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        this.recommenders = Recommender.all().stream()
                .collect(Collectors.toMap(Recommender::name, Function.identity(), (a, b) -> a));
        this.knowledge = knowledge;
        this.planner = new ResizePlanner(image, limits, isDryRun, nowMillis);
        this.nowMillis = nowMillis;
    }

    /// One for each workload that some policy speaks of and that has pods, or had one that failed of kills
    /// for memory: the next pods of a Job are to start with more.
    public List<WorkloadSizing> run() {
        return run(false);
    }

    /// @param isMoved whether somebody moves pods where neighbours' slack makes no room: then a raise that finds none
    ///     is due, since nobody is moved for one that does not wait
    public List<WorkloadSizing> run(boolean isMoved) {
        var sized = alone();
        return sized.stream().anyMatch(SizingPass::isCrowded) ? amongNeighbours(sized, isMoved) : sized;
    }

    /// A raise that finds no room is due all the same where its neighbours' slack can make it; slack that this
    /// pass is to lower anyway is not counted, since it frees room by itself.
    private List<WorkloadSizing> amongNeighbours(List<WorkloadSizing> sized, boolean isMoved) {
        var still = sized.stream()
                .filter(sizing -> sizing.plan() instanceof ResizePlan.Skipped)
                .toList();
        var slack = new NeighbourSlack(still, policies.values(), knowledge::history, planner);
        var room = isMoved ? orByMoves(slack) : (ResizePlanner.Room) slack::covers;
        return sized.stream()
                .map(sizing -> isCrowded(sizing) ? replanned(sizing, room) : sizing)
                .toList();
    }

    /// What waits holds room that nobody uses: so one raise a node, and few at a time.
    private ResizePlanner.Room orByMoves(NeighbourSlack slack) {
        var waiting = new HashSet<String>();
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var node = image.node(slot);
            if (node.pods().stream().anyMatch(pod -> pod.spec().level().deferredAtMillis() > 0)) {
                waiting.add(node.name());
            }
        }
        return (node, missing, raised) ->
                slack.covers(node, missing, raised) || (waiting.size() < WAITING_MAX && waiting.add(node.name()));
    }

    private static boolean isCrowded(WorkloadSizing sizing) {
        return sizing.plan() instanceof ResizePlan.Skipped skipped && skipped.reason() == SkipReason.NO_ROOM;
    }

    private WorkloadSizing replanned(WorkloadSizing sizing, ResizePlanner.Room room) {
        var policy = Optional.ofNullable(policies.get(sizing.choice().winner())).orElseThrow();
        var recommendations = NeighbourSlack.byName(sizing.recommendations());
        var history = knowledge.history(sizing.workload());
        var plan = planner.plan(image.withPods(sizing.workload()), policy, recommendations, history, room);
        return sizing.with(plan);
    }

    /// Each by itself.
    private List<WorkloadSizing> alone() {
        var all = image.workloadsWithPods();
        failed.keySet().stream()
                .filter(owner -> image.workload(owner).isEmpty())
                .map(image::withPods)
                .forEach(all::add);
        all.sort(Comparator.comparing(WorkloadPods::owner));
        return all.stream().map(this::sizing).flatMap(Optional::stream).toList();
    }

    /// Of the workloads that were left undecided by [#run], in its order.
    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    /// Whether some policy selects a workload for all that is known, with or without pods; one that is disabled selects
    /// none.
    public boolean isSelected(Owner workload) {
        return policies.keySet().stream()
                .anyMatch(policy -> policy.speaksOf(workload).isPossible());
    }

    private static Map<Owner, List<PodSpec>> failed(ClusterImage image) {
        return image.killedPods().stream()
                .filter(pod -> pod.phase().isTerminal())
                .collect(Collectors.groupingBy(
                        pod -> image.workloadOf(pod.key(), pod.owner()), TreeMap::new, Collectors.toList()));
    }

    private Optional<WorkloadSizing> sizing(WorkloadPods workload) {
        return PolicyChoice.among(policies.keySet(), workload.owner())
                .flatMap(choice -> newestPod(workload)
                        .map(pod -> choice.doubt()
                                .map(why -> doubtful(workload.owner(), choice, why))
                                .orElseGet(() -> sizing(workload, choice, pod))));
    }

    /// Nothing is recommended either: it might be by the rules of a policy that is not about it.
    private WorkloadSizing doubtful(Owner workload, PolicyChoice choice, String why) {
        return new WorkloadSizing(
                workload,
                choice,
                List.of(),
                new ResizePlan.Skipped(SkipReason.LABELS_UNKNOWN, why),
                knowledge.history(workload).claimed(),
                List.of());
    }

    /// What is asked of others is asked first: where they cannot answer, the pass ends.
    private WorkloadSizing sizing(WorkloadPods workload, PolicyChoice choice, PodSpec pod) {
        var usage = knowledge.usage(workload.owner());
        var history = knowledge.history(workload.owner());
        try {
            var policy = Optional.ofNullable(policies.get(choice.winner())).orElseThrow();
            var recommendations = recommendations(policy, pod, usage);
            var plan = isLeftOut(policy, pod)
                    ? new ResizePlan.Skipped(SkipReason.LEFT_OUT, "")
                    : planner.plan(workload, policy, recommendations, history, ResizePlanner.Room.NONE);
            var template = policy.mode() == ResizePolicy.Mode.EXPORT
                    ? TemplateSizes.of(pod, policy, recommendations, history.claimed())
                    : List.<ContainerSpec>of();
            return new WorkloadSizing(
                    workload.owner(), choice, List.copyOf(recommendations.values()), plan, history.claimed(), template);
        } catch (RuntimeException e) {
            failures.add(new Failure(workload.owner(), e));
            return new WorkloadSizing(
                    workload.owner(),
                    choice,
                    List.of(),
                    new ResizePlan.Skipped(SkipReason.UNDECIDED, e.toString()),
                    history.claimed(),
                    List.of());
        }
    }

    private static boolean isLeftOut(ResizePolicy policy, PodSpec pod) {
        return pod.all(pod.containers()).stream()
                .allMatch(container -> policy.sizing(container).isEmpty());
    }

    /// By the newest pod: older ones may be of a template that is on its way out.
    private Optional<PodSpec> newestPod(WorkloadPods workload) {
        return workload.pods().stream()
                .map(PodImage::spec)
                .filter(pod -> pod.nodeName().isPresent() && !pod.terminating())
                .max(Comparator.comparingLong(PodSpec::boundAtMillis))
                .or(() -> failed.getOrDefault(workload.owner(), List.of()).stream()
                        .max(Comparator.comparingLong(PodSpec::boundAtMillis)));
    }

    private Map<String, ContainerRecommendation> recommendations(
            ResizePolicy policy, PodSpec pod, Map<String, ContainerUsageView> usage) {
        var recommender = Optional.ofNullable(recommenders.get(policy.recommender()))
                .orElseThrow(() -> new IllegalArgumentException("policy " + policy.label() + " wants recommender '"
                        + policy.recommender() + "': known are " + recommenders.keySet()));
        var recommendations = new LinkedHashMap<String, ContainerRecommendation>();
        for (var container : pod.all(pod.containers())) {
            policy.sizing(container)
                    .flatMap(sizing -> sizingCase(
                                    pod, container, sizing, Optional.ofNullable(usage.get(container.name())))
                            .map(recommender::recommend)
                            .map(found -> withLimits(found.as(container.role()), pod, container, sizing)))
                    .ifPresent(found -> recommendations.put(container.name(), found));
        }
        return recommendations;
    }

    private static ContainerRecommendation withLimits(
            ContainerRecommendation found, PodSpec pod, ContainerSpec container, ContainerSizing sizing) {
        var next = ResizePlanner.keptForHeap(found.applied(container, sizing.limits()), container, pod.memory());
        return next.limits().equals(container.limits()) ? found : found.with(next.limits());
    }

    /// Nothing where nothing is known: what was never measured may still have been killed.
    private Optional<SizingCase> sizingCase(
            PodSpec pod, ContainerSpec container, ContainerSizing sizing, Optional<ContainerUsageView> usage) {
        var floors = knowledge.floors(pod, container, sizing, usage);
        return usage.or(() -> isKilled(floors) ? Optional.of(UNMEASURED) : Optional.empty())
                .map(seen ->
                        new SizingCase(container, seen, sizing, pod.containers().size(), floors, nowMillis));
    }

    private static boolean isKilled(List<MemoryFloor> floors) {
        return floors.stream().anyMatch(MemoryFloor.OomRaise.class::isInstance);
    }
}
