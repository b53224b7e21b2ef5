package io.plimsoll.benchmarks.rebalancing;

import io.plimsoll.benchmarks.placement.Observed;
import io.plimsoll.benchmarks.placement.Policy;
import io.plimsoll.model.cluster.PodSpec;

/// One policy until all pods have come, then another.
final class TwoPolicies implements Policy {

    private final Policy later;
    private Policy now;

    TwoPolicies(Policy first, Policy later) {
        this.now = first;
        this.later = later;
    }

    void goOn() {
        now = later;
    }

    @Override
    public String name() {
        return later.name();
    }

    @Override
    public double[] scores(Observed observed, PodSpec pod, int[] slots) {
        return now.scores(observed, pod, slots);
    }
}
