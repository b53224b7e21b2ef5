package io.plimsoll.extender.inspection;

import io.plimsoll.extender.decision.DecisionLog;
import io.plimsoll.extender.inspection.PodRanking.Cause;
import io.plimsoll.extender.inspection.PodRanking.RankedNode;
import io.plimsoll.extender.inspection.PodRanking.WhyNot;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MovePlanner;
import io.plimsoll.model.move.ResizeFirst;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.ScorePart;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.placement.Verdict;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.usage.Demand;
import io.plimsoll.model.usage.UsageEstimate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// Answers questions about nodes, pods and decisions from the published image, by the same [Placer] that answers
/// the scheduler, though without the shares of pods that are just on their way: the decisions kept tell of
/// those. Any thread may ask.
public final class Inspection {

    /// What to say before the cluster was ever seen whole.
    static final String NOT_SEEN = "the cluster has not been seen yet: Plimsoll reads it when it starts, which takes"
            + " seconds once the API server answers; ask again then, GET /readyz says what is missing";

    /// A pod of no workload that uses nothing: what a node scores with it is the node's own.
    private static final PodToPlace NOTHING = new PodToPlace(
            new PodKey("", ""),
            "",
            new Owner("", "", ""),
            PodToPlace.UNKNOWN_WORKLOAD,
            1,
            Resources.NONE,
            Demand.NONE,
            UsageEstimate.UNKNOWN,
            Set.of());

    private final Supplier<ClusterImage> images;
    private final Supplier<Watched> watched;
    private final Supplier<RegimeView> regimes;
    private final Supplier<Moving> moving;
    private final Placer placer;
    private final MovePlanner planner;
    private final long expiryMillis;
    private final DecisionLog decisions;
    private final InstantSource clock;

    public Inspection(
            Supplier<ClusterImage> images,
            Supplier<Watched> watched,
            Supplier<RegimeView> regimes,
            Supplier<Moving> moving,
            MoveConfig moves,
            DecisionLog decisions,
            InstantSource clock) {
        this.images = images;
        this.watched = watched;
        this.regimes = regimes;
        this.moving = moving;
        this.placer = new Placer(moves.placement());
        this.planner = new MovePlanner(moves, ResizeFirst.byPolicy());
        this.expiryMillis = moves.placement().usageExpiryMillis();
        this.decisions = decisions;
        this.clock = clock;
    }

    /// Whether the cluster was ever seen whole. Before that, what is not known may well be there.
    public boolean hasSeenTheCluster() {
        return images.get().confirmedAtMillis() != 0;
    }

    /// All nodes, by name.
    public List<NodeView> nodes() {
        var image = images.get();
        var view = view(image);
        return image.nodes().stream().map(view).toList();
    }

    public Optional<NodeView> node(String name) {
        var image = images.get();
        return image.node(name).map(view(image));
    }

    private Function<NodeImage, NodeView> view(ClusterImage image) {
        long nowMillis = clock.millis();
        var informed = placer.under(circumstances(image, nowMillis));
        return node -> {
            int slot = image.nodeTable().slot(node.spec().name());
            return NodeView.of(node, informed.card(image, Shares.NONE, NOTHING, slot, nowMillis), nowMillis);
        };
    }

    private Circumstances circumstances(ClusterImage image, long nowMillis) {
        var known = watched.get();
        var company = known.sinceMillis() > 0 ? Company.of(known.neighbours(), image, nowMillis) : Company.UNKNOWN;
        return new Circumstances(company, known.hours().kind(Instant.ofEpochMilli(nowMillis)));
    }

    /// Where a pod of the cluster would go if it were placed now: it is taken off its node first, as far as its
    /// expected use goes. What was measured of its node still holds it.
    public Optional<PodRanking> pod(PodKey key, Optional<String> whyNot) {
        var image = images.get();
        return image.pod(key).map(pod -> {
            var delta = new ClusterDelta(image);
            delta.replay(new ClusterEvent.PodDeleted(key));
            return withMoves(ranking(delta.apply(), pod.spec(), whyNot), image, pod);
        });
    }

    private PodRanking withMoves(PodRanking ranking, ClusterImage image, PodImage pod) {
        if (pod.spec().nodeName().isEmpty()) {
            return ranking;
        }
        return planHindrance()
                .map(why -> ranking.with(List.of("whether it is to be moved is not known: " + why)))
                .orElseGet(() -> {
                    var story = story(image);
                    return ranking.with(story.of(pod)).with(story.targets(pod));
                });
    }

    private MoveStory story(ClusterImage image) {
        return new MoveStory(planner, image, watched.get(), moving.get(), clock.millis());
    }

    /// What is recorded of a pod that is gone, if it was moved.
    public Optional<String> whyGone(PodKey key) {
        return story(images.get()).before(key).findFirst();
    }

    /// Where a pod that is not there yet would go.
    public PodRanking whatIf(PodSpec pod, Optional<String> whyNot) {
        return ranking(images.get(), pod, whyNot);
    }

    /// Who hurts whom: so many nodes and workloads at most, the worst first.
    public NeighboursView neighbours(int limit) {
        return NeighboursView.of(watched.get().neighbours(), limit);
    }

    /// Whether it is peak or off-peak, with so many workloads at most.
    public RegimeInspection regime(int limit) {
        return RegimeInspection.of(regimes.get(), clock.instant(), limit);
    }

    /// Why no plan can be made; nothing where one can.
    public Optional<String> planHindrance() {
        if (!hasSeenTheCluster()) {
            return Optional.of(NOT_SEEN);
        }
        var image = images.get();
        long nowMillis = clock.millis();
        return image.ageMillis(nowMillis) <= expiryMillis
                ? Optional.empty()
                : Optional.of(image.age(nowMillis) + ", and a plan is made of none that is older than "
                        + expiryMillis / 1000 + " s: GET /readyz says which watch is not open");
    }

    /// Which pods would be moved to make hurt nodes right again. Nobody carries it out.
    ///
    /// @param all whether to name every pod of a hurt node that stays
    public PlanView plan(boolean all) {
        var now = clock.millis();
        var known = watched.get();
        return PlanView.of(
                planner.plan(images.get(), known, now), known, moving.get().remarks(), all);
    }

    /// The latest decisions, newest first.
    public List<DecisionView> decisions(int limit) {
        return decisions.latest(limit).stream().map(DecisionView::of).toList();
    }

    private PodRanking ranking(ClusterImage image, PodSpec spec, Optional<String> asked) {
        long nowMillis = clock.millis();
        var pod = PodToPlace.of(image, spec);
        var now = circumstances(image, nowMillis);
        var informed = placer.under(now);
        var nodes = new ArrayList<RankedNode>(image.nodeCount());
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            nodes.add(rankedNode(informed, now.company(), image, pod, slot, nowMillis));
        }
        var ranked = numbered(nodes);
        var best = ranked.stream().filter(RankedNode::fit).findFirst();
        return new PodRanking(
                spec.key().toString(),
                pod.workload().toString(),
                pod.replicas(),
                pod.expected(),
                pod.estimate().confidence(),
                pod.optOuts().stream().map(OptOut::label).sorted().toList(),
                spec.nodeName(),
                best.map(RankedNode::node),
                Optional.empty(),
                List.of(),
                asked.flatMap(name -> whyNot(ranked, name)),
                ranked);
    }

    private static RankedNode rankedNode(
            Placer informed, Company company, ClusterImage image, PodToPlace pod, int slot, long nowMillis) {
        var card = informed.card(image, Shares.NONE, pod, slot, nowMillis);
        var verdict = informed.judge(image, Shares.NONE, pod, slot, nowMillis);
        var words =
                switch (verdict) {
                    case Verdict.Fit() -> "fit";
                    case Verdict.Unfit(var reason, double severity) -> reason.text();
                };
        double severity =
                switch (verdict) {
                    case Verdict.Fit() -> 0;
                    case Verdict.Unfit(var reason, double beyond) -> beyond;
                };
        return new RankedNode(
                0,
                image.nodeTable().names().get(slot),
                verdict.isFit(),
                words,
                severity,
                card.score(),
                card.weighted(),
                Labels.byPart(card.values()),
                Labels.byPart(card.weights()),
                card.floor(),
                card.trust(),
                card.predictedCpu(),
                card.predictedMemory(),
                NeighbourWords.of(company, image.node(slot), pod.workload(), card.waits()),
                Optional.empty());
    }

    /// Fit nodes first, then by score, then by name.
    private static List<RankedNode> numbered(List<RankedNode> nodes) {
        nodes.sort(Comparator.comparing((RankedNode node) -> !node.fit())
                .thenComparing(Comparator.comparingDouble(RankedNode::score).reversed())
                .thenComparing(RankedNode::node));
        var numbered = new ArrayList<RankedNode>(nodes.size());
        for (var node : nodes) {
            numbered.add(new RankedNode(
                    numbered.size() + 1,
                    node.node(),
                    node.fit(),
                    node.verdict(),
                    node.severity(),
                    node.score(),
                    node.mean(),
                    node.parts(),
                    node.weights(),
                    node.floor(),
                    node.trust(),
                    node.predictedCpu(),
                    node.predictedMemory(),
                    node.neighbours(),
                    node.noTarget()));
        }
        return numbered;
    }

    // Why not this node

    private static Optional<WhyNot> whyNot(List<RankedNode> ranked, String name) {
        return ranked.stream()
                .findFirst()
                .flatMap(best -> ranked.stream()
                        .filter(node -> node.node().equals(name))
                        .findFirst()
                        .map(node -> whyNot(node, best)));
    }

    private static WhyNot whyNot(RankedNode node, RankedNode best) {
        var causes = causes(node, best);
        double behind = best.score() - node.score();
        return new WhyNot(node.node(), node.rank(), answer(node, best, behind, causes), behind, causes);
    }

    /// A score is the mean of its parts times the floor. Of two such products' difference the mean's share is its own
    /// difference times the middle of both floors, and the floor's the other way round; both add up to the whole.
    private static List<Cause> causes(RankedNode node, RankedNode best) {
        double floor = (best.floor() + node.floor()) / 2;
        double mean = (best.mean() + node.mean()) / 2;
        var causes = new ArrayList<Cause>();
        for (var part : ScorePart.values()) {
            var here = Optional.ofNullable(node.parts().get(part.label()));
            var there = Optional.ofNullable(best.parts().get(part.label()));
            if (here.isPresent() || there.isPresent()) {
                causes.add(new Cause(part.label(), here, there, floor * (points(best, part) - points(node, part))));
            }
        }
        if (node.floor() < 1 || best.floor() < 1) {
            causes.add(new Cause(
                    Cause.FLOOR,
                    Optional.of(100 * node.floor()),
                    Optional.of(100 * best.floor()),
                    mean * (best.floor() - node.floor())));
        }
        causes.sort(Comparator.comparingDouble(Cause::points).reversed());
        return causes;
    }

    private static double points(RankedNode node, ScorePart part) {
        return node.parts().getOrDefault(part.label(), 0.0) * node.weights().getOrDefault(part.label(), 0.0);
    }

    private static String answer(RankedNode node, RankedNode best, double behind, List<Cause> causes) {
        if (!node.fit()) {
            return node.node() + " is not fit: " + node.verdict();
        }
        if (node.rank() == 1) {
            return node.node() + " is the best node";
        }
        if (behind <= 0 || causes.isEmpty()) {
            return node.node() + " is as good as " + best.node() + ", which comes first by name";
        }
        var cause = causes.getFirst();
        return String.format(
                Locale.ROOT,
                "%s is %s points behind %s, most of it by %s (%s against %s)",
                node.node(),
                behind < 0.1 ? "less than 0.1" : String.format(Locale.ROOT, "%.1f", behind),
                best.node(),
                cause.part(),
                cause.here().map(Inspection::rounded).orElse("no data"),
                cause.best().map(Inspection::rounded).orElse("no data"));
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
