package io.plimsoll.model.recommendation;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Which pods of a node ask for provably more than they use, and which of them to lower so that another one
/// has room there. Pure; of one image and one moment, used by one thread.
///
/// Slack is proven where the policy itself would lower the pod: see [ResizePlanner#slack]. A pod is lowered
/// as far as that goes, never below its target, rather than by what is missing alone: it is changed once, and
/// what it then asks for fits what it uses, so that nothing raises it right back.
///
/// Goals, in their order:
///
/// 1. All that is missing is covered, in both resources, or nobody is lowered: a part of it helps nobody.
/// 2. No pod is lowered of a priority above the least with which that can be done.
/// 3. Few pods: of those, the one that covers most of what is still missing comes next.
/// 4. None is lowered that the others make needless; the highest priority is spared first.
///
/// | missing | slack (priority) | lowered |
/// |---|---|---|
/// | 300m | a 100m (0), b 400m (0), c 900m (10) | b |
/// | 300m | a 100m (0), b 150m (0), c 900m (10) | c |
/// | 300m | a 100m (0), b 150m (0), c 200m (10) | c, a |
/// | 300m | a 100m (0), b 150m (0) | nobody |
public final class NeighbourSlack {

    /// The code of a change that makes room for another pod.
    public static final String MAKES_ROOM = "MakesRoom";

    private static final Comparator<Neighbour> LOWEST_FIRST = Comparator.comparingInt(
                    (Neighbour neighbour) -> neighbour.pod().spec().priority())
            .thenComparing(neighbour -> neighbour.pod().key());

    private final Map<Owner, WorkloadSizing> sizings;
    private final Map<PolicyCandidate, ResizePolicy> policies;
    private final Function<Owner, WorkloadHistory> histories;
    private final ResizePlanner planner;
    private final Map<String, List<Neighbour>> byNode = new HashMap<>();

    /// @param sizings of workloads that may be lowered
    /// @param histories what was done to them before, as of now
    /// @param planner of the image and the moment
    public NeighbourSlack(
            Collection<WorkloadSizing> sizings,
            Collection<ResizePolicy> policies,
            Function<Owner, WorkloadHistory> histories,
            ResizePlanner planner) {
        this.sizings =
                sizings.stream().collect(Collectors.toMap(WorkloadSizing::workload, Function.identity(), (a, b) -> a));
        this.policies =
                policies.stream().collect(Collectors.toMap(ResizePolicy::candidate, Function.identity(), (a, b) -> a));
        this.histories = histories;
        this.planner = planner;
    }

    /// A pod that can be lowered.
    ///
    /// @param change from what it asks for to what it is to ask for
    /// @param freed what it then asks for less
    record Neighbour(PodImage pod, WorkloadSizing sizing, ResizePolicy policy, PodChange change, Resources freed) {}

    /// What a node lacks so that its pods may ask for so much more; nothing where it has room.
    public static Resources missing(NodeImage node, Resources more) {
        var requested = node.load().requested().plus(more);
        var allocatable = node.spec().allocatable();
        return new Resources(
                Math.max(0, requested.cpuMillis() - allocatable.cpuMillis()),
                Math.max(0, requested.memoryBytes() - allocatable.memoryBytes()));
    }

    /// Whether neighbours can give up all that is missing.
    public boolean covers(NodeImage node, Resources missing, Owner raised) {
        return !chosen(node, missing, raised).isEmpty();
    }

    /// The changes that give up all that is missing, one a workload, in the order of their names; none where
    /// that cannot be done.
    ///
    /// @param raised the workload that needs the room: its own pods are not lowered for it
    /// @param whom what the room is for, in words for people
    public List<Change> lowerings(NodeImage node, Resources missing, Owner raised, String whom) {
        var byWorkload = chosen(node, missing, raised).stream()
                .sorted(Comparator.comparing(neighbour -> neighbour.pod().key()))
                .collect(Collectors.groupingBy(
                        neighbour -> neighbour.sizing().workload(), LinkedHashMap::new, Collectors.toList()));
        return byWorkload.values().stream().map(of -> change(of, whom)).toList();
    }

    private static Change change(List<Neighbour> ofWorkload, String whom) {
        var first = ofWorkload.getFirst();
        return new Change(
                first.sizing().workload(),
                first.policy().label(),
                MAKES_ROOM,
                "makes room for " + whom + ". "
                        + ResizePlanner.reason(byName(first.sizing().recommendations())),
                Optional.empty(),
                ofWorkload.stream().map(Neighbour::change).toList(),
                first.policy().marks());
    }

    private List<Neighbour> chosen(NodeImage node, Resources missing, Owner raised) {
        var willing = byNode.computeIfAbsent(node.name(), name -> neighbours(node)).stream()
                .filter(neighbour -> !neighbour.sizing().workload().equals(raised))
                .toList();
        return needed(fewest(lowest(willing, missing), missing), missing);
    }

    private List<Neighbour> neighbours(NodeImage node) {
        return node.pods().stream()
                .map(this::neighbour)
                .flatMap(Optional::stream)
                .sorted(LOWEST_FIRST)
                .toList();
    }

    private Optional<Neighbour> neighbour(PodImage pod) {
        return Optional.ofNullable(sizings.get(pod.workload()))
                .filter(sizing -> !sizing.recommendations().isEmpty())
                .flatMap(sizing -> Optional.ofNullable(
                                policies.get(sizing.choice().winner()))
                        .flatMap(policy -> neighbour(pod, sizing, policy)));
    }

    private Optional<Neighbour> neighbour(PodImage pod, WorkloadSizing sizing, ResizePolicy policy) {
        return planner.slack(pod, policy, byName(sizing.recommendations()), histories.apply(sizing.workload()))
                .map(change -> new Neighbour(pod, sizing, policy, change, ResizePlanner.raise(change.inverse())));
    }

    static Map<String, ContainerRecommendation> byName(List<ContainerRecommendation> recommendations) {
        var byName = new LinkedHashMap<String, ContainerRecommendation>();
        recommendations.forEach(recommendation -> byName.put(recommendation.container(), recommendation));
        return byName;
    }

    /// Those up to the lowest priority with which all is covered; nobody where all of them do not.
    private static List<Neighbour> lowest(List<Neighbour> neighbours, Resources missing) {
        var freed = Resources.NONE;
        for (var neighbour : neighbours) {
            freed = freed.plus(neighbour.freed());
            if (covers(freed, missing)) {
                int most = neighbour.pod().spec().priority();
                return neighbours.stream()
                        .filter(other -> other.pod().spec().priority() <= most)
                        .toList();
            }
        }
        return List.of();
    }

    private static List<Neighbour> fewest(List<Neighbour> neighbours, Resources missing) {
        var rest = new ArrayList<>(neighbours);
        var chosen = new ArrayList<Neighbour>();
        var freed = Resources.NONE;
        while (!rest.isEmpty() && !covers(freed, missing)) {
            var present = freed;
            var next = rest.stream()
                    .max(Comparator.comparingDouble(
                                    (Neighbour neighbour) -> covered(present.plus(neighbour.freed()), missing))
                            .thenComparing(LOWEST_FIRST.reversed()))
                    .orElseThrow();
            rest.remove(next);
            chosen.add(next);
            freed = freed.plus(next.freed());
        }
        return chosen;
    }

    private static List<Neighbour> needed(List<Neighbour> chosen, Resources missing) {
        var needed = new ArrayList<>(chosen);
        for (var neighbour : chosen.stream().sorted(LOWEST_FIRST.reversed()).toList()) {
            var others = needed.stream()
                    .filter(other -> !other.equals(neighbour))
                    .map(Neighbour::freed)
                    .reduce(Resources.NONE, Resources::plus);
            if (covers(others, missing)) {
                needed.remove(neighbour);
            }
        }
        return needed;
    }

    private static boolean covers(Resources freed, Resources missing) {
        return freed.cpuMillis() >= missing.cpuMillis() && freed.memoryBytes() >= missing.memoryBytes();
    }

    /// The share of what is missing, of each resource that is.
    private static double covered(Resources freed, Resources missing) {
        return share(freed.cpuMillis(), missing.cpuMillis()) + share(freed.memoryBytes(), missing.memoryBytes());
    }

    private static double share(long freed, long missing) {
        return missing == 0 ? 0 : Math.min(1, (double) freed / missing);
    }
}
