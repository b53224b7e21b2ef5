package io.plimsoll.model.placement;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeImage;
import java.util.Map;

/// Decides where a pod may go and how well it fits there, for scheduling and for moving alike.
///
/// Pure: the same image, shares, pod and time give the same answer. Safe for any number of threads.
public final class Placer {

    private final PlacementConfig config;

    public Placer(PlacementConfig config) {
        this.config = config;
    }

    /// May the pod go to the node of that slot?
    public Verdict judge(ClusterImage image, Shares shares, PodToPlace pod, int slot, long nowMillis) {
        double predicted = predictedCpu(image.node(slot), shares, pod, slot);
        return predicted > config.cpuHot()
                ? new Verdict.Unfit(Reason.CPU_HOT, predicted - config.cpuHot())
                : new Verdict.Fit();
    }

    /// How well does the pod fit on each of these nodes?
    public Ranking rank(ClusterImage image, Shares shares, PodToPlace pod, int[] slots, long nowMillis) {
        var scores = new float[slots.length];
        for (int i = 0; i < slots.length; i++) {
            scores[i] = (float) card(image, shares, pod, slots[i], nowMillis).score();
        }
        return new Ranking(slots, scores);
    }

    /// How the score of one node comes about; its score is the one that [#rank] gives.
    public ScoreCard card(ClusterImage image, Shares shares, PodToPlace pod, int slot, long nowMillis) {
        double predicted = predictedCpu(image.node(slot), shares, pod, slot);
        double score = 100 * Math.max(0, 1 - predicted);
        return new ScoreCard(
                Map.of(ScorePart.PACKING, score), Map.of(ScorePart.PACKING, 1.0), score, 1, score, 0, predicted, 0);
    }

    private static double predictedCpu(NodeImage node, Shares shares, PodToPlace pod, int slot) {
        double used = node.load().peak().cpuMillis()
                + shares.cpuMillis(slot)
                + pod.expected().cpuMillis();
        return used / Math.max(1, node.spec().allocatable().cpuMillis());
    }
}
