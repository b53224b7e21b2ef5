package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.Placer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Plans which pods to move so that hurt nodes are right again. Pure: the same image, watched nodes and
/// time give the same plan, in whatever order the image came about. Safe for any number of threads.
///
/// Goals, in their order:
///
/// 1. Nobody is moved who must not be ([StayReason]), and no budget is overdrawn by the plan as a whole.
/// 2. No target becomes hot, by the judgement that pods are scheduled by ([Placer]), a margin below its line,
///    with what the plan has sent there already. A node that is hurt is no target, so no pod goes back to where
///    it was.
/// 3. The worst nodes are relieved first.
/// 4. Of a node's pods the one goes that takes most of the trouble with it for what it costs ([Disruption]),
///    unless a resize would do ([ResizeFirst]); and no more than it takes.
///
/// In quiet hours ([Watched#isQuiet]) nodes count as hurt that were so within the last day, with what is left of it,
/// and every node as bearing what it bore in its busiest hour ([DayPeaks]).
///
/// It is greedy: a move is never taken back for a better one. So a plan is made in one pass over the pods of
/// hurt nodes and one over all nodes for each pod that is to be placed, and each move stands for itself: when
/// one fails, the others are still right. Where a cluster is so full that pod after pod finds no place, the plan
/// gives up after 500 of them.
///
/// | hurt node | pods | planned |
/// |---|---|---|
/// | waits for CPU, 60 % of the rise by `hog` | `hog`, `web`, `db` | `hog` goes, `web` and `db` are blameless |
/// | at 98 % CPU, safe at 80 % | a uses 20 %, b 40 % | a: it takes all 18 % away, as b would |
/// | the same, a is guarded by a budget that allows none | | b goes, a stays for its budget |
public final class MovePlanner {

    private final MoveConfig config;
    private final Placer placer;
    private final ResizeFirst resizes;

    public MovePlanner(MoveConfig config, ResizeFirst resizes) {
        this.config = config;
        this.placer = new Placer(config.targets());
        this.resizes = resizes;
    }

    public MovePlan plan(ClusterImage image, Watched watched, long nowMillis) {
        return plan(image, watched, nowMillis, workload -> true);
    }

    /// The same plan, of moves of both sorts with the first alone: each stands for itself.
    ///
    /// @param first whose moves come before those of others
    public MovePlan plan(ClusterImage image, Watched watched, long nowMillis, Predicate<Owner> first) {
        return draft(image, watched, nowMillis).build(first);
    }

    /// A plan with these workloads alone: their pods go instead of others that would be better to go.
    public MovePlan planInstead(ClusterImage image, Watched watched, long nowMillis, Predicate<Owner> candidates) {
        return draft(image, watched, candidates, nowMillis).build(workload -> true);
    }

    /// Why a move that was planned on another image, by itself, is not right any more; nothing where it is.
    public Optional<Stay> objection(Move move, ClusterImage image, Watched watched, long nowMillis) {
        return objection(move, List.of(), image, watched, nowMillis);
    }

    /// The same of one of several: a node is emptied by all of its moves, or by none.
    ///
    /// @param others moves of the same plan that are to be made still; this one may be among them
    public Optional<Stay> objection(Move move, List<Move> others, ClusterImage image, Watched watched, long nowMillis) {
        return draft(image, watched, nowMillis)
                .objection(move, others)
                .map(stay -> stay.reason() == StayReason.NOT_HURT && isForQuietHours(move, image, watched)
                        ? new Stay(StayReason.NOT_HURT, "what was wrong with it counts in quiet hours alone")
                        : stay);
    }

    /// Why nothing is to be moved for now: too many of the latest moves did no good; nothing where they did.
    public Optional<String> stopped(Watched watched, long nowMillis) {
        return watched.history().stopped(config.pace(), watched.isQuiet(nowMillis), nowMillis);
    }

    /// Why a pod would be left even if its node were hurt by it; nothing where it would not be for its own sake.
    public Optional<Stay> restraint(PodImage pod, ClusterImage image, Watched watched, long nowMillis) {
        return draft(image, watched, nowMillis).restraint(pod);
    }

    /// Where a plan would move a pod to if it had to go, and why nowhere else.
    public MoveTargets targets(PodImage pod, ClusterImage image, Watched watched, long nowMillis) {
        return draft(image, watched, nowMillis).targets(pod);
    }

    private static boolean isForQuietHours(Move move, ClusterImage image, Watched watched) {
        return watched.peaks().unrelieved(image, watched.history()).stream()
                .anyMatch(node -> node.node().equals(move.from()));
    }

    /// All steps of a plan with what is known after the looks that are due: see [Looks].
    public List<MoveStep> looked(List<MoveStep> steps, ClusterImage image, Watched watched, long nowMillis) {
        if (steps.stream().noneMatch(step -> Looks.isDue(step, nowMillis))) {
            return steps;
        }
        var misplaced = new Misplaced(image, new Affinities(image), config.goals());
        var looks = new Looks(image, watched, hurt(image, watched, nowMillis), misplaced, placer, nowMillis);
        return steps.stream()
                .map(step -> looks.due(step, steps).map(step::with).orElse(step))
                .toList();
    }

    private PlanDraft draft(ClusterImage image, Watched watched, long nowMillis) {
        return draft(image, watched, workload -> true, nowMillis);
    }

    private PlanDraft draft(ClusterImage image, Watched watched, Predicate<Owner> candidates, long nowMillis) {
        var hours = watched.hours().kind(Instant.ofEpochMilli(nowMillis));
        var informed = placer.under(new Circumstances(Company.of(watched.neighbours(), image, nowMillis), hours));
        var hurt = watched.isQuiet(nowMillis) ? allDay(image, watched, nowMillis) : hurt(image, watched, nowMillis);
        return new PlanDraft(image, hurt, watched, config, informed, resizes, candidates, nowMillis);
    }

    /// What is hurt now, and what was within the day; of a node that is both, the worse.
    private List<HurtNode> allDay(ClusterImage image, Watched watched, long nowMillis) {
        var now = hurt(image, watched, nowMillis).stream();
        var before = watched.peaks().unrelieved(image, watched.history()).stream();
        return Stream.concat(now, before)
                .collect(Collectors.toMap(
                        HurtNode::node,
                        node -> node,
                        (one, other) -> one.excess() >= other.excess() ? one : other,
                        TreeMap::new))
                .values()
                .stream()
                .sorted()
                .toList();
    }

    private List<HurtNode> hurt(ClusterImage image, Watched watched, long nowMillis) {
        return HurtNodes.find(image, watched.neighbours(), watched.hot(), placer, config, nowMillis);
    }
}
