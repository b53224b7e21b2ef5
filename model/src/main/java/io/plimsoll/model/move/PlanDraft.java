package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.regime.RegimeKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A plan in the making; belongs to one thread.
final class PlanDraft {

    /// Each looks at all nodes: 500 look at 5,000 within about 100 ms.
    private static final int VAIN_SEARCHES_MAX = 500;

    private static final Optional<Stay> NOT_SEARCHED = atLimit(StayReason.NOT_SEARCHED, VAIN_SEARCHES_MAX);

    private final ClusterImage image;
    private final List<HurtNode> hurt;
    private final MoveConfig config;
    private final Placer placer;
    private final ResizeFirst resizes;
    private final long nowMillis;
    private final Evictability evictability;
    private final PodPeaks peaks;
    private final PlannedShares shares;
    private final Affinities affinities;
    private final Misplaced misplaced;
    private final UnderusedNodes underused;
    private final Targets targets;
    private final List<Move> moves = new ArrayList<>();
    private final List<Resize> resized = new ArrayList<>();
    /// Pods of hurt nodes that stay, each told of once: a list, since there may be very many.
    private final List<Kept> keptOfHurt = new ArrayList<>();
    /// The same where other goals follow, which look them up, and pods that stay for these.
    private final Map<PodKey, Kept> kept = new LinkedHashMap<>();
    /// What each move changes, in their order.
    private final List<PlannedShares.Change> made = new ArrayList<>();
    private final PlannedShares before;
    private final Watched watched;
    private final Optional<String> stopped;
    private final Map<Owner, Long> backoffs;
    private final int movedBefore;
    private final Map<String, Integer> movesByNode = new HashMap<>();
    private final Map<String, Integer> movesByNamespace = new HashMap<>();
    private final Map<Owner, Integer> movesByWorkload = new HashMap<>();
    private final Predicate<Owner> candidates;

    /// @param candidates whose pods may go
    PlanDraft(
            ClusterImage image,
            List<HurtNode> hurt,
            Watched watched,
            MoveConfig config,
            Placer placer,
            ResizeFirst resizes,
            Predicate<Owner> candidates,
            long nowMillis) {
        this.image = image;
        this.hurt = hurt;
        this.config = config;
        this.placer = placer;
        this.resizes = resizes;
        this.candidates = candidates;
        this.nowMillis = nowMillis;
        this.evictability = new Evictability(image, config, watched.rules(), nowMillis);
        this.watched = watched;
        this.peaks = new PodPeaks(image);
        this.before = atTheirPeak();
        this.shares = new PlannedShares(before);
        var names = hurt.stream().map(HurtNode::node).collect(Collectors.toSet());
        this.affinities = new Affinities(image);
        this.misplaced = new Misplaced(image, affinities, config.goals());
        boolean isToBeEmptied = config.goals().contains(MoveGoal.EMPTY_NODES) && watched.isQuiet(nowMillis);
        this.underused = new UnderusedNodes(image, placer, before, isToBeEmptied, nowMillis);
        this.targets = new Targets(
                image,
                placer,
                shares,
                affinities,
                names,
                watched.isQuiet(nowMillis) ? peaks::of : PlanDraft::now,
                nowMillis);
        var history = watched.history();
        this.stopped = history.stopped(config.pace(), watched.isQuiet(nowMillis), nowMillis);
        this.backoffs = history.backoffs(config.pace(), nowMillis);
        var moved = history.within(config.pace().windowMillis(), nowMillis);
        this.movedBefore = moved.size();
        moved.forEach(step -> count(step.move().from(), step.move().pod().namespace()));
    }

    /// What nodes bear beyond what they do now, where the plan is one for their busiest hour.
    private PlannedShares atTheirPeak() {
        var taken = new PlannedShares(image.nodeCount());
        if (watched.isQuiet(nowMillis)) {
            for (int slot = 0; slot < image.nodeCount(); slot++) {
                taken.take(slot, watched.peaks().beyond(image, peaks, slot, placer, nowMillis));
            }
        }
        return taken;
    }

    private void count(String node, String namespace) {
        movesByNode.merge(node, 1, Integer::sum);
        movesByNamespace.merge(namespace, 1, Integer::sum);
    }

    /// @param first where it has moves of these workloads, the others stay for now
    MovePlan build(Predicate<Owner> first) {
        hurt.forEach(this::relieve);
        if (!config.goals().isEmpty()) {
            keptOfHurt.forEach(pod -> kept.put(pod.pod(), pod));
            keptOfHurt.clear();
        }
        misplaced.together().forEach(this::spread);
        misplaced.violated().stream().sorted(cheapestFirst()).forEach(this::putRight);
        underused.find().forEach(slot -> empty(slot, first));
        boolean isAnyFirst = moves.stream().anyMatch(move -> first.test(move.workload()));
        var chosen = new ArrayList<Move>();
        var after = new PlannedShares(before);
        for (int i = 0; i < moves.size(); i++) {
            var move = moves.get(i);
            if (!isAnyFirst || first.test(move.workload())) {
                chosen.add(move);
                after.move(made.get(i));
            } else {
                kept.put(
                        move.pod(), new Kept(move.pod(), move.workload(), move.from(), Stay.of(StayReason.OTHER_PLAN)));
            }
        }
        keptOfHurt.addAll(kept.values());
        return new MovePlan(
                image.confirmedAtMillis(), hurt, chosen, resized, List.copyOf(keptOfHurt), changes(chosen, after));
    }

    /// What speaks now against a move that was planned before.
    ///
    /// @param others moves of the same plan that are to be made still
    Optional<Stay> objection(Move move, List<Move> others) {
        return objection(move).or(() -> move.isToEmptyNode() ? half(move, others) : Optional.empty());
    }

    /// Why its node would not be empty all the same: some other pod is not to leave it, or may not by now.
    private Optional<Stay> half(Move move, List<Move> others) {
        return image.node(move.from()).stream()
                .flatMap(node -> node.pods().stream())
                .filter(pod -> !pod.leavesNodeEmpty() && !pod.spec().terminating())
                .filter(pod -> !pod.spec().uid().equals(move.uid()))
                .flatMap(pod -> staying(pod, others).stream())
                .findFirst();
    }

    private Optional<Stay> staying(PodImage pod, List<Move> others) {
        var leaves = others.stream()
                .filter(other ->
                        other.isToEmptyNode() && other.uid().equals(pod.spec().uid()))
                .findFirst();
        return leaves.isEmpty()
                ? Optional.of(new Stay(StayReason.NODE_STAYS, pod.key().toString()))
                : objection(leaves.get()).map(why -> new Stay(StayReason.NODE_STAYS, pod.key() + ": " + why.words()));
    }

    private Optional<Stay> objection(Move move) {
        var there = image.pod(move.pod())
                .filter(pod -> pod.spec().uid().equals(move.uid()))
                .filter(pod -> pod.spec().nodeName().equals(Optional.of(move.from())));
        if (there.isEmpty()) {
            return Optional.of(Stay.of(StayReason.ELSEWHERE));
        }
        var pod = there.get();
        return fallen(move, pod)
                .or(() -> move.isToEmptyNode() ? bound(pod) : bound(pod, move.from()))
                .or(() -> targets.objection(pod, move.to()));
    }

    /// What it was planned for may not be so any more, and the pod may not go any more.
    private Optional<Stay> fallen(Move move, PodImage pod) {
        if (move.isForRelief()) {
            return hurt.stream()
                    .filter(node -> node.node().equals(move.from()))
                    .findFirst()
                    .map(node -> refusal(pod, relief(node).of(pod)))
                    .orElse(Optional.of(Stay.of(StayReason.NOT_HURT)));
        }
        if (!move.isToEmptyNode() && misplaced.why(pod).isPresent()) {
            return refusal(pod).or(() -> justMisplaced(pod));
        }
        boolean mayBeToEmptyNode = move.isToEmptyNode() || move.goal().isEmpty();
        return mayBeToEmptyNode && underused.why(pod).isPresent()
                ? refusal(pod)
                : Optional.of(Stay.of(StayReason.RIGHT_AGAIN));
    }

    /// What speaks against moving a pod, whatever its node is like.
    Optional<Stay> restraint(PodImage pod) {
        return evictability
                .refusal(pod)
                .or(() -> bound(pod, pod.spec().nodeName().orElse("")));
    }

    /// Where a pod might go before the plan has moved anything.
    MoveTargets targets(PodImage pod) {
        return targets.of(pod);
    }

    /// @param index of the pod among those of its node
    /// @param benefit what of the trouble goes with it if it goes first
    private record Candidate(PodImage pod, int index, double benefit, double cost) {

        static final Comparator<Candidate> BEST_FIRST =
                Comparator.comparingDouble(Candidate::worth).reversed();

        double worth() {
            return benefit / cost;
        }
    }

    private void relieve(HurtNode hurtNode) {
        int slot = image.nodeTable().slot(hurtNode.node());
        var node = image.node(slot);
        var pods = node.pods();
        var relief = relief(hurtNode);
        var stays = new ArrayList<Optional<Stay>>(pods.size());
        var candidates = new ArrayList<Candidate>();
        for (var pod : pods) {
            double benefit = relief.of(pod);
            var refused = refusal(pod, benefit);
            if (refused.isEmpty()) {
                candidates.add(new Candidate(pod, stays.size(), benefit, cost(pod)));
            }
            stays.add(refused);
        }
        // Equal ones stay in the order of the pods of a node, which is that of their keys.
        candidates.sort(Candidate.BEST_FIRST);
        int doneBefore = moves.size() + resized.size();
        for (var candidate : candidates) {
            boolean isFirst = moves.size() + resized.size() == doneBefore;
            stays.set(candidate.index(), attempt(candidate, relief, slot, isFirst));
        }
        for (int i = 0; i < stays.size(); i++) {
            var pod = pods.get(i);
            stays.get(i).ifPresent(why -> keptOfHurt.add(new Kept(pod.key(), pod.workload(), node.name(), why)));
        }
    }

    private Relief relief(HurtNode hurtNode) {
        var node = image.node(image.nodeTable().slot(hurtNode.node()));
        return hurtNode.atMillis().isEmpty()
                ? new Relief(node, hurtNode, PlanDraft::now)
                : new Relief(node, hurtNode, peaks::of);
    }

    private static Resources now(PodImage pod) {
        return pod.usage().orElse(Resources.NONE);
    }

    private Comparator<PodImage> cheapestFirst() {
        return Comparator.comparingDouble(this::cost).thenComparing(PodImage::key);
    }

    private double cost(PodImage pod) {
        int others = evictability.ready(pod) - (pod.spec().isServing() ? 1 : 0);
        return Disruption.cost(pod.spec(), others, hours(pod), evictability.startSeconds(pod), nowMillis);
    }

    private RegimeKind hours(PodImage pod) {
        return watched.hours().kindOf(pod.workload(), Instant.ofEpochMilli(nowMillis));
    }

    /// What speaks against it from the start.
    private Optional<Stay> refusal(PodImage pod, double benefit) {
        return refusal(pod).or(() -> benefit > 0 ? Optional.empty() : Optional.of(Stay.of(StayReason.BLAMELESS)));
    }

    private Optional<Stay> refusal(PodImage pod) {
        return evictability
                .refusal(pod)
                .or(() -> pod.usage().isEmpty() ? Optional.of(Stay.of(StayReason.NOT_MEASURED)) : Optional.empty())
                .or(() -> candidates.test(pod.workload())
                        ? Optional.empty()
                        : Optional.of(Stay.of(StayReason.OTHER_PLAN)));
    }

    /// Moves it, or says why not.
    ///
    /// @param isFirst whether nothing was done about the node before
    private Optional<Stay> attempt(Candidate candidate, Relief relief, int slot, boolean isFirst) {
        var pod = candidate.pod();
        double benefit = isFirst ? candidate.benefit() : relief.of(pod);
        if (benefit <= 0) {
            return Optional.of(Stay.of(StayReason.RELIEVED));
        }
        if (benefit / candidate.cost() < config.worthMin()) {
            return Optional.of(new Stay(
                    StayReason.NOT_WORTH_IT,
                    String.format(
                            Locale.ROOT, "takes %.0f%% of the trouble, costs %.2f", 100 * benefit, candidate.cost())));
        }
        return resize(pod, relief, slot)
                .or(() -> bound(pod, image.node(slot).name()))
                .or(() -> isFirst ? Optional.empty() : evictability.refusal(pod))
                .or(() -> relieve(candidate, benefit, relief));
    }

    private Optional<Stay> relieve(Candidate candidate, double benefit, Relief relief) {
        var pod = candidate.pod();
        var stay = place(
                pod,
                targets::best,
                relief::used,
                found -> move(
                        pod,
                        found,
                        benefit,
                        candidate.cost(),
                        because(pod, relief),
                        Optional.of(relief.aim(pod)),
                        Optional.empty()));
        if (stay.isEmpty()) {
            relief.take(pod);
        }
        return stay;
    }

    /// A request shares out what there is: others wait less for a pod that asks for less, but the node is as
    /// hot as before. Where room for a resize is short, neighbours that can do with less were lowered before.
    private Optional<Stay> resize(PodImage pod, Relief relief, int slot) {
        return switch (relief.worst(pod)) {
            case Trouble.Hot hot -> Optional.empty();
            case Trouble.Crowded crowded -> Optional.empty();
            case Trouble.Waiting waiting ->
                switch (resizes.advice(pod, waiting.contention(), image, watched, nowMillis)) {
                    case ResizeFirst.Advice.Vain vain -> Optional.empty();
                    case ResizeFirst.Advice.Instead(var what) -> {
                        resized.add(new Resize(
                                pod.key(), pod.workload(), image.node(slot).name(), what));
                        relief.take(pod, waiting);
                        yield Optional.of(new Stay(StayReason.RESIZE_FIRST, what));
                    }
                };
        };
    }

    /// Moves the pod of a workload that costs least, so that one node holds all of it no more.
    private void spread(Owner workload) {
        image.podsOf(workload).stream().sorted(cheapestFirst()).forEach(this::putRight);
    }

    /// Moves a pod that is where it should not be, if that is still so after what was moved before.
    private void putRight(PodImage pod) {
        var from = pod.spec().nodeName().orElseThrow();
        misplaced
                .why(pod)
                .flatMap(wrong -> refusal(pod)
                        .or(() -> justMisplaced(pod))
                        .or(() -> bound(pod, from))
                        .or(() -> place(
                                pod,
                                targets::best,
                                PlanDraft::now,
                                found -> move(pod, found, wrong.goal(), wrong.words()))))
                .ifPresent(why -> keep(pod, from, why));
    }

    /// Moves all pods of a node that is not needed now, or none of them.
    private void empty(int slot, Predicate<Owner> first) {
        var node = image.node(slot);
        var leaving = node.pods().stream().filter(pod -> !pod.leavesNodeEmpty()).toList();
        boolean isTarget = shares.pods(slot) > 0;
        boolean isLeftAnyway = leaving.stream().anyMatch(affinities::isLeaving);
        if (!targets.isOpen(slot) || isTarget || isLeftAnyway) {
            return;
        }
        var whole = whole(leaving, first);
        if (whole.isPresent()) {
            leaving.forEach(pod -> keep(pod, node.name(), whole.get()));
            return;
        }
        targets.close(slot);
        int movesBefore = moves.size();
        for (var pod : leaving) {
            var stay = leave(pod);
            if (stay.isPresent()) {
                takeBack(leaving.subList(0, moves.size() - movesBefore));
                targets.open(slot);
                leaving.forEach(other -> keep(other, node.name(), Stay.of(StayReason.NODE_STAYS)));
                kept.put(pod.key(), new Kept(pod.key(), pod.workload(), node.name(), stay.get()));
                return;
            }
        }
    }

    /// What speaks against moving all of a node's pods by one plan.
    private Optional<Stay> whole(List<PodImage> leaving, Predicate<Owner> first) {
        var limits = config.limits();
        if (movedBefore + moves.size() + leaving.size() > limits.total()) {
            return atLimit(StayReason.PLAN_LIMIT, limits.total());
        }
        boolean isMixed = leaving.stream()
                        .map(pod -> first.test(pod.workload()))
                        .distinct()
                        .count()
                > 1;
        return isMixed
                ? Optional.of(new Stay(StayReason.NODE_STAYS, "some need approval, and others none"))
                : Optional.empty();
    }

    private Optional<Stay> leave(PodImage pod) {
        return refusal(pod)
                .or(() -> bound(pod))
                .or(() -> place(
                        pod,
                        targets::bestInUse,
                        peaks::of,
                        found -> move(
                                pod,
                                found,
                                MoveGoal.EMPTY_NODES,
                                underused.why(pod).orElse(""))));
    }

    /// @param latest the pods that were moved last, in their order
    private void takeBack(List<PodImage> latest) {
        for (var pod : latest.reversed()) {
            var move = moves.removeLast();
            shares.takeBack(made.removeLast());
            evictability.takeBack(pod);
            affinities.takeBack(pod);
            movesByNode.merge(move.from(), -1, Integer::sum);
            movesByNamespace.merge(pod.key().namespace(), -1, Integer::sum);
            movesByWorkload.merge(pod.workload(), -1, Integer::sum);
        }
    }

    /// Where nothing was told of it before.
    private void keep(PodImage pod, String node, Stay why) {
        kept.putIfAbsent(pod.key(), new Kept(pod.key(), pod.workload(), node, why));
    }

    private Optional<Stay> justMisplaced(PodImage pod) {
        return watched.misplaced().contains(pod.spec().uid())
                ? Optional.empty()
                : Optional.of(Stay.of(StayReason.JUST_MISPLACED));
    }

    private Optional<Stay> bound(PodImage pod, String from) {
        int most = config.limits().perNode();
        return bound(pod)
                .or(() -> movesByNode.getOrDefault(from, 0) >= most
                        ? atLimit(StayReason.NODE_LIMIT, most)
                        : Optional.empty());
    }

    /// Of any number of its node.
    private Optional<Stay> bound(PodImage pod) {
        if (pod.spec().traits().has(PodTrait.PLACEMENT_RULES)) {
            return Optional.of(Stay.of(StayReason.PLACEMENT_RULES));
        }
        if (pod.spec().traits().has(PodTrait.OTHER_RESOURCES)) {
            return Optional.of(Stay.of(StayReason.OTHER_RESOURCES));
        }
        if (stopped.isPresent()) {
            return Optional.of(new Stay(StayReason.STOPPED, stopped.get()));
        }
        long leftMillis = backoffs.getOrDefault(pod.workload(), 0L) - nowMillis;
        if (leftMillis > 0) {
            return Optional.of(new Stay(
                    StayReason.BACKOFF, "the next one in " + MoveHistory.minutes(leftMillis) + " min at the earliest"));
        }
        var refused = watched.history().refusedUntil(pod.workload(), nowMillis);
        if (refused.isPresent()) {
            return Optional.of(new Stay(
                    StayReason.REFUSED_BEFORE,
                    "it is tried again in " + MoveHistory.minutes(refused.get() - nowMillis) + " min"));
        }
        var limits = config.limits();
        if (movedBefore + moves.size() >= limits.total()) {
            return atLimit(StayReason.PLAN_LIMIT, limits.total());
        }
        if (movesByWorkload.getOrDefault(pod.workload(), 0) >= limits.perWorkload()) {
            return atLimit(StayReason.WORKLOAD_LIMIT, limits.perWorkload());
        }
        return movesByNamespace.getOrDefault(pod.key().namespace(), 0) >= limits.perNamespace()
                ? atLimit(StayReason.NAMESPACE_LIMIT, limits.perNamespace())
                : Optional.empty();
    }

    private static Optional<Stay> atLimit(StayReason reason, int limit) {
        return Optional.of(new Stay(reason, String.valueOf(limit)));
    }

    /// Sends it to the best node there is; says why where there is none.
    ///
    /// @param search for it
    /// @param used what its node is rid of with it
    /// @param told asked for where there is a place: there are many pods for which there is none
    private Optional<Stay> place(
            PodImage pod,
            Function<PodImage, Targets.Place> search,
            Relief.ToUsed used,
            Function<Targets.Place.Found, Move> told) {
        if (targets.searches() - moves.size() >= VAIN_SEARCHES_MAX) {
            return NOT_SEARCHED;
        }
        return switch (search.apply(pod)) {
            case Targets.Place.None(var why) -> Optional.of(new Stay(StayReason.NO_PLACE, why));
            case Targets.Place.Found found -> {
                var from = pod.spec().nodeName().orElseThrow();
                moves.add(told.apply(found));
                int slot = image.nodeTable().slot(from);
                var change = new PlannedShares.Change(
                        found.pod(), used.of(pod), pod.spec().requests(), slot, found.slot());
                shares.move(change);
                made.add(change);
                evictability.take(pod);
                affinities.move(pod, found.slot());
                kept.remove(pod.key());
                count(from, pod.key().namespace());
                movesByWorkload.merge(pod.workload(), 1, Integer::sum);
                yield Optional.empty();
            }
        };
    }

    private Move move(PodImage pod, Targets.Place.Found found, MoveGoal goal, String because) {
        return move(pod, found, 0, cost(pod), because, Optional.empty(), Optional.of(goal));
    }

    private Move move(
            PodImage pod,
            Targets.Place.Found found,
            double benefit,
            double cost,
            String because,
            Optional<Aim> aim,
            Optional<MoveGoal> goal) {
        return new Move(
                pod.key(),
                pod.spec().uid(),
                pod.workload(),
                pod.spec().nodeName().orElseThrow(),
                image.node(found.slot()).name(),
                benefit,
                cost,
                found.score(),
                because,
                aim,
                goal);
    }

    /// What hurts, how much of it goes with the pod, and why no resize would do.
    private String because(PodImage pod, Relief relief) {
        return relief.because(pod)
                + switch (relief.worst(pod)) {
                    case Trouble.Hot hot -> ", whatever it asks for";
                    case Trouble.Crowded crowded -> "";
                    case Trouble.Waiting waiting ->
                        switch (resizes.advice(pod, waiting.contention(), image, watched, nowMillis)) {
                            case ResizeFirst.Advice.Vain(var why) -> "; no resize would do: " + why;
                            case ResizeFirst.Advice.Instead instead -> "";
                        };
                };
    }

    private List<NodeChange> changes(List<Move> chosen, PlannedShares after) {
        return chosen.stream()
                .flatMap(move -> Stream.of(move.from(), move.to()))
                .distinct()
                .sorted()
                .flatMap(name -> change(name, image.nodeTable().slot(name), after).stream())
                .toList();
    }

    private Optional<NodeChange> change(String name, int slot, PlannedShares after) {
        return placer.bearing(image, before, slot, nowMillis)
                .flatMap(was ->
                        placer.bearing(image, after, slot, nowMillis).map(then -> new NodeChange(name, was, then)));
    }
}
