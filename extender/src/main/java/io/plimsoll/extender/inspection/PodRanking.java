package io.plimsoll.extender.inspection;

import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveTargets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a pod would go if it were placed now, over all nodes of the image.
///
/// Only what Plimsoll judges is in it: the scheduler also looks at affinity, taints, ports and volumes. Whether a plan
/// would move it to a node is another matter, and told beside that: plans keep a margin, and go by affinity and taints.
///
/// @param workload the root of its chain of owners
/// @param expected what it is expected to use at its peak
/// @param confidence how far that comes from its workload's history, 0 to 1; the rest comes from its requests
/// @param currentNode where it is bound
/// @param best the best fit node; nothing where no node is fit
/// @param target the best node of those that a plan would move it to; nothing where there is none, or it is on no node
/// @param nodes every node, the best first
/// @param moves why it was moved or is not, in sentences; nothing where it is not on a node
/// @param whyNot how the node that was asked about compares with the best one
public record PodRanking(
        String pod,
        String workload,
        int replicas,
        Resources expected,
        double confidence,
        List<String> optOuts,
        Optional<String> currentNode,
        Optional<String> best,
        Optional<String> target,
        List<String> moves,
        Optional<WhyNot> whyNot,
        List<RankedNode> nodes) {

    /// The same with why it was moved or is not.
    PodRanking with(List<String> told) {
        return new PodRanking(
                pod, workload, replicas, expected, confidence, optOuts, currentNode, best, target, told, whyNot, nodes);
    }

    /// The same with where a plan would move it to, and why nowhere else.
    PodRanking with(MoveTargets targets) {
        return new PodRanking(
                pod,
                workload,
                replicas,
                expected,
                confidence,
                optOuts,
                currentNode,
                best,
                targets.best(),
                moves,
                whyNot.map(why -> why.with(targets)),
                nodes.stream().map(node -> node.with(targets)).toList());
    }

    /// The same with the best nodes alone.
    PodRanking limited(int count) {
        return new PodRanking(
                pod,
                workload,
                replicas,
                expected,
                confidence,
                optOuts,
                currentNode,
                best,
                target,
                moves,
                whyNot,
                nodes.stream().limit(count).toList());
    }

    /// One node in the ranking.
    ///
    /// @param verdict `fit`, or why it is not
    /// @param severity how far beyond the limit it is; 0 when fit
    /// @param score 0 to 100: the mean times the floor
    /// @param mean of the parts, by their weights; 50 where there are none
    /// @param parts what each part that had data says, 0 to 100
    /// @param weights of these parts; they add up to 1
    /// @param floor what the safety floor multiplied the mean with, 0 to 1
    /// @param trust how far its measurements are believed at their age, 0 to 1
    /// @param predictedCpu share of allocatable CPU expected in use at peak with the pod there
    /// @param neighbours whom the pod would hurt there and who hurts there; nothing where that is not measured
    /// @param noTarget why no plan would move it there, as what the node is; nothing where one would
    public record RankedNode(
            int rank,
            String node,
            boolean fit,
            String verdict,
            double severity,
            double score,
            double mean,
            Map<String, Double> parts,
            Map<String, Double> weights,
            double floor,
            double trust,
            double predictedCpu,
            double predictedMemory,
            Optional<String> neighbours,
            Optional<String> noTarget) {

        private RankedNode with(MoveTargets targets) {
            return new RankedNode(
                    rank,
                    node,
                    fit,
                    verdict,
                    severity,
                    score,
                    mean,
                    parts,
                    weights,
                    floor,
                    trust,
                    predictedCpu,
                    predictedMemory,
                    neighbours,
                    Optional.ofNullable(targets.refused().get(node)));
        }
    }

    /// Why a node is not the best one.
    ///
    /// @param answer the same in a sentence
    /// @param behind points of the score that it lacks
    /// @param causes what each part and the floor add to that, the largest first
    public record WhyNot(String node, int rank, String answer, double behind, List<Cause> causes) {

        private WhyNot with(MoveTargets targets) {
            return Optional.ofNullable(targets.refused().get(node))
                    .map(why ->
                            new WhyNot(node, rank, answer + "; no plan would move it there: " + why, behind, causes))
                    .orElse(this);
        }
    }

    /// A part in which one node differs from another, or the safety floor.
    ///
    /// @param here the part's value on the node asked about; nothing where it had no data
    /// @param best its value on the best node
    /// @param points what it adds to the points behind; negative where this node is the better one
    public record Cause(String part, Optional<Double> here, Optional<Double> best, double points) {

        /// Its value is the percentage that the floor leaves of a score.
        static final String FLOOR = "safety-floor";
    }
}
