package io.plimsoll.extender.decision;

import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.placement.PodToPlace;
import java.util.Optional;

/// What would have been said of a pod in shadow mode: the score of each candidate, by which the scheduler's own
/// choice is judged later. Eight bytes a candidate; it holds on to neither the image nor its node table.
///
/// @param nodes the candidates that are in the image
/// @param scores 0 to 100, one for each of them
public record Opinion(PodKey pod, String podUid, String[] nodes, float[] scores, long atMillis) {

    public Opinion {
        if (nodes.length != scores.length) {
            throw new IllegalArgumentException(
                    "nodes and scores differ in length: " + nodes.length + ", " + scores.length);
        }
    }

    /// @param slots of the candidates; copied, as the scores are
    public static Opinion of(PodToPlace pod, NodeTable table, int[] slots, float[] scores, long atMillis) {
        var nodes = new String[slots.length];
        for (int i = 0; i < slots.length; i++) {
            nodes[i] = table.names().get(slots[i]);
        }
        return new Opinion(pod.key(), pod.uid(), nodes, scores.clone(), atMillis);
    }

    public double bestScore() {
        float best = 0;
        for (float score : scores) {
            best = Math.max(best, score);
        }
        return best;
    }

    /// Nothing where the node was no candidate.
    public Optional<Double> score(String node) {
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i].equals(node)) {
                return Optional.of((double) scores[i]);
            }
        }
        return Optional.empty();
    }
}
