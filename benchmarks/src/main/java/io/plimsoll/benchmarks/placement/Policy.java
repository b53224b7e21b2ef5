package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.PodSpec;

/// A rule that scores nodes for a pod. The replay has left out nodes that lack the requested room; of the nodes
/// with the highest score it takes one at random, as the scheduler does.
public interface Policy {

    /// What a node gets that the policy refuses.
    double REFUSED = Double.NEGATIVE_INFINITY;

    String name();

    /// One score for each of these slots.
    double[] scores(Observed observed, PodSpec pod, int[] slots);
}
