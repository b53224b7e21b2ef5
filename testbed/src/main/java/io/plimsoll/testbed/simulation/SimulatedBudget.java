package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.DisruptionBudget;
import java.util.Map;

/// A PodDisruptionBudget with `minAvailable`: how many of the pods with these labels must stay healthy.
public record SimulatedBudget(String namespace, String name, Map<String, String> matchLabels, int minAvailable) {

    public SimulatedBudget {
        matchLabels = Map.copyOf(matchLabels);
    }

    boolean guards(SimulatedPod pod) {
        return pod.spec().key().namespace().equals(namespace)
                && pod.labels().entrySet().containsAll(matchLabels.entrySet());
    }

    DisruptionBudget observed(int healthy) {
        return new DisruptionBudget(namespace, name, matchLabels, Math.max(0, healthy - minAvailable));
    }
}
