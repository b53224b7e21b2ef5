package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.regime.RegimeKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Decides where a pod may go and how well it fits there, for scheduling and for moving alike.
///
/// Pure: the same image, company, shares, pod and time give the same answer. Safe for any number of threads: all
/// it remembers is what it last worked out of an image, which is the same whoever does it.
///
/// A pod that has opted out of scores fits everywhere and equally well.
public final class Placer {

    /// How many nodes are looked at between two looks at the clock: some tens of microseconds.
    public static final int BLOCK = 256;

    private static final Verdict FIT = new Verdict.Fit();
    private static final double TRUSTED = 0.5;

    private final PlacementConfig config;
    private final RegimeKind regime;
    private final Weights weights;
    private final Trust trust;
    private final Company told;
    /// The same by the slots of the latest image.
    private volatile Company company;
    private volatile NodeBoard latest;

    /// Knows nothing of neighbours, nor of the hours.
    public Placer(PlacementConfig config) {
        this(config, RegimeKind.UNKNOWN, Company.UNKNOWN, NodeBoard.EMPTY);
    }

    private Placer(PlacementConfig config, RegimeKind regime, Company company, NodeBoard latest) {
        this.config = config;
        this.regime = regime;
        this.weights = Weights.of(config.preference(regime).weights());
        this.trust = new Trust(config.usageFreshMillis(), config.usageExpiryMillis());
        this.told = company;
        this.company = company;
        this.latest = latest;
    }

    /// The same that knows who hurts whom.
    @SuppressWarnings("ReferenceEquality") // it is about being told the same again
    public Placer beside(Company known) {
        return known == told ? this : new Placer(config, regime, known, latest);
    }

    /// The same in those hours.
    public Placer in(RegimeKind hours) {
        return hours == regime ? this : new Placer(config, hours, told, latest);
    }

    /// The same in these circumstances.
    public Placer under(Circumstances now) {
        return beside(now.company()).in(now.hours());
    }

    /// May the pod go to the node of that slot?
    public Verdict judge(ClusterImage image, Shares shares, PodToPlace pod, int slot, long nowMillis) {
        return new Judgement(config, trust, shares, pod, nowMillis)
                .of(board(image).figures(slot), slot);
    }

    /// What does the node of that slot bear, with what is on its way to it? Nothing is told of a virtual node, or where
    /// either was not measured lately enough to be trusted by half.
    public Optional<Bearing> bearing(ClusterImage image, Shares shares, int slot, long nowMillis) {
        var node = board(image).figures(slot);
        double trusted = Math.min(trust.at(node.cpuAtMillis, nowMillis), trust.at(node.memoryAtMillis, nowMillis));
        return node.isVirtual || trusted < TRUSTED
                ? Optional.empty()
                : Optional.of(new Bearing(
                        node.cpuSeen + shares.cpuMillis(slot) * node.perCpuMilli,
                        node.memorySeen + shares.memoryBytes(slot) * node.perMemoryByte));
    }

    /// Which of these nodes may the pod go to? Where none is fit, the least bad ones stay, as many as
    /// configured: a pod is never refused everywhere, since the scheduler would not try again before the cluster
    /// changes.
    public Filtered filter(ClusterImage image, Shares shares, PodToPlace pod, int[] slots, long nowMillis) {
        return filter(image, shares, pod, slots, nowMillis, () -> false).orElseThrow();
    }

    /// The same, given up when `outOfTime`, which is asked once for each [#BLOCK] nodes.
    public Optional<Filtered> filter(
            ClusterImage image, Shares shares, PodToPlace pod, int[] slots, long nowMillis, BooleanSupplier outOfTime) {
        var board = board(image);
        var judgement = new Judgement(config, trust, shares, pod, nowMillis);
        Verdict[] verdicts = {};
        for (int i = 0; i < slots.length; i++) {
            if (i % BLOCK == 0 && outOfTime.getAsBoolean()) {
                return Optional.empty();
            }
            var verdict = judgement.of(board.figures(slots[i]), slots[i]);
            if (verdicts.length == 0 && !verdict.isFit()) {
                verdicts = new Verdict[slots.length];
                Arrays.fill(verdicts, 0, i, FIT);
            }
            if (verdicts.length > 0) {
                verdicts[i] = verdict;
            }
        }
        return Optional.of(
                verdicts.length == 0 ? Filtered.all(slots) : Filtered.of(slots, verdicts, config.keepLeastBad()));
    }

    /// How well does the pod fit on each of these nodes?
    public Ranking rank(ClusterImage image, Shares shares, PodToPlace pod, int[] slots, long nowMillis) {
        var scores = new float[slots.length];
        score(image, shares, pod, slots, scores, nowMillis, () -> false);
        return new Ranking(slots, scores);
    }

    /// The same into an array of the caller's, given up when `outOfTime`, which is asked once for each [#BLOCK]
    /// nodes.
    ///
    /// @param scores takes the score of each of `slots`
    /// @return whether all have one
    public boolean score(
            ClusterImage image,
            Shares shares,
            PodToPlace pod,
            int[] slots,
            float[] scores,
            long nowMillis,
            BooleanSupplier outOfTime) {
        if (pod.isOptedOut()) {
            Arrays.fill(scores, (float) Appraisal.NEUTRAL);
            return true;
        }
        var board = board(image);
        var appraisal = appraisal(image, shares, pod, board.someInUse(slots), nowMillis);
        for (int i = 0; i < slots.length; i++) {
            if (i % BLOCK == 0 && outOfTime.getAsBoolean()) {
                return false;
            }
            scores[i] = (float) appraisal.score(board.figures(slots[i]), slots[i]);
        }
        return true;
    }

    /// How the score of one node comes about when all nodes are candidates; its score is then the one that
    /// [#rank] gives.
    public ScoreCard card(ClusterImage image, Shares shares, PodToPlace pod, int slot, long nowMillis) {
        var board = board(image);
        return card(appraisal(image, shares, pod, board.someInUse(), nowMillis), pod, board.figures(slot), slot);
    }

    /// The same when only `candidates` are.
    public ScoreCard card(
            ClusterImage image, Shares shares, PodToPlace pod, int slot, int[] candidates, long nowMillis) {
        return cards(image, shares, pod, new int[] {slot}, candidates, nowMillis)
                .getFirst();
    }

    /// The same of several nodes.
    public List<ScoreCard> cards(
            ClusterImage image, Shares shares, PodToPlace pod, int[] slots, int[] candidates, long nowMillis) {
        var board = board(image);
        var appraisal = appraisal(image, shares, pod, board.someInUse(candidates), nowMillis);
        var cards = new ArrayList<ScoreCard>(slots.length);
        for (int slot : slots) {
            cards.add(card(appraisal, pod, board.figures(slot), slot));
        }
        return cards;
    }

    private static ScoreCard card(Appraisal appraisal, PodToPlace pod, NodeFigures node, int slot) {
        double score = appraisal.score(node, slot);
        return pod.isOptedOut()
                ? new ScoreCard(
                        List.of(),
                        Appraisal.NEUTRAL,
                        1,
                        Appraisal.NEUTRAL,
                        appraisal.cpuTrust,
                        appraisal.cpuShare,
                        appraisal.memoryShare,
                        List.of())
                : appraisal.card(score);
    }

    private Appraisal appraisal(ClusterImage image, Shares shares, PodToPlace pod, boolean someInUse, long nowMillis) {
        return new Appraisal(
                config,
                weights,
                config.preference(regime).targetUtilization(),
                trust,
                company(image),
                shares,
                pod,
                someInUse,
                nowMillis);
    }

    private Company company(ClusterImage image) {
        var known = company.at(image.nodeTable());
        company = known;
        return known;
    }

    private NodeBoard board(ClusterImage image) {
        var board = latest;
        if (!board.isOf(image)) {
            board = board.next(image);
            latest = board;
        }
        return board;
    }
}
