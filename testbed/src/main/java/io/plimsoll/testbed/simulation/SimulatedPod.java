package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A pod of the simulation: what the API server would say of it, and what it really wants.
///
/// @param allocated what its node has granted it, which differs from its requests while a resize is deferred
public record SimulatedPod(
        PodSpec spec,
        Map<String, String> labels,
        Demand demand,
        long createdElapsedMillis,
        Resources allocated,
        ResizeState resizeState) {

    public SimulatedPod {
        labels = Map.copyOf(labels);
    }

    boolean isHealthy() {
        return spec.ready() && !spec.terminating();
    }

    boolean uses() {
        return spec.phase() == PodPhase.RUNNING;
    }

    SimulatedPod bound(String node, long atMillis) {
        return with(changed(Optional.of(node), PodPhase.PENDING, false, atMillis, false, spec.containers()));
    }

    SimulatedPod running() {
        return with(changed(spec.nodeName(), PodPhase.RUNNING, true, spec.boundAtMillis(), false, spec.containers()));
    }

    SimulatedPod terminating() {
        return with(
                changed(spec.nodeName(), spec.phase(), spec.ready(), spec.boundAtMillis(), true, spec.containers()));
    }

    SimulatedPod resized(List<ContainerSpec> containers) {
        return with(changed(
                spec.nodeName(), spec.phase(), spec.ready(), spec.boundAtMillis(), spec.terminating(), containers));
    }

    SimulatedPod granted() {
        return new SimulatedPod(spec, labels, demand, createdElapsedMillis, spec.requests(), ResizeState.SETTLED);
    }

    SimulatedPod deferred() {
        return new SimulatedPod(spec, labels, demand, createdElapsedMillis, allocated, ResizeState.DEFERRED);
    }

    /// What the scheduler counts for it: the larger of what it asks for and what it was granted.
    Resources counted() {
        return spec.requests().max(allocated);
    }

    private SimulatedPod with(PodSpec changed) {
        return new SimulatedPod(changed, labels, demand, createdElapsedMillis, allocated, resizeState);
    }

    private PodSpec changed(
            Optional<String> node,
            PodPhase phase,
            boolean ready,
            long boundAtMillis,
            boolean terminating,
            List<ContainerSpec> containers) {
        return new PodSpec(
                spec.key(),
                spec.uid(),
                spec.owner(),
                node,
                phase,
                ready,
                spec.priority(),
                boundAtMillis,
                terminating,
                containers,
                spec.init(),
                spec.level(),
                spec.optOuts(),
                MemoryFacts.NONE,
                spec.traits(),
                spec.startSeconds());
    }
}
