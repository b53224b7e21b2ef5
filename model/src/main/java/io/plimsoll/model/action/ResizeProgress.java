package io.plimsoll.model.action;

import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.action.LivePod.ResizeCondition;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;

/// How far a resize has come that the API server has taken.
///
///     UNSEEN ──► IN_PROGRESS ──► DONE
///        │            └──► ERROR (the kubelet goes on trying)
///        ├──► DEFERRED ──► IN_PROGRESS   (room has come)
///        └──► INFEASIBLE                 (never on this node)
///
/// A condition counts only if it speaks of the generation that the resize made, or a later one: the one of an
/// earlier resize stays until the kubelet has looked again. Conditions are removed when a resize is done, so their
/// absence says so only once the kubelet has acted on that generation, and the runtime has what was asked for.
///
/// @param message the kubelet's own words, empty where it has none
public record ResizeProgress(State state, String message) {

    /// What the API server and the kubelet say.
    public enum State {
        /// The kubelet has not looked at it.
        UNSEEN,
        IN_PROGRESS,
        DONE,
        DEFERRED,
        INFEASIBLE,
        ERROR,
        /// The pod no longer asks for what the resize set: somebody else has changed it.
        SUPERSEDED
    }

    /// The runtime keeps CPU in 1/1024 of a core: what it reports back may differ by as much.
    private static final long CPU_MILLIS_ROUNDED = 2;

    /// @param generation the pod's when the resize was taken
    public static ResizeProgress of(LivePod pod, List<ContainerSpec> wanted, long generation) {
        if (!asksFor(pod, wanted)) {
            return new ResizeProgress(State.SUPERSEDED, "the pod asks for something else by now");
        }
        return condition(pod.pending(), generation)
                .map(pending -> new ResizeProgress(
                        pending.reason().equals("Infeasible") ? State.INFEASIBLE : State.DEFERRED, pending.message()))
                .or(() -> condition(pod.inProgress(), generation)
                        .map(running -> new ResizeProgress(
                                running.reason().equals("Error") ? State.ERROR : State.IN_PROGRESS, running.message())))
                .orElseGet(() -> new ResizeProgress(withoutCondition(pod, wanted, generation), ""));
    }

    /// Whether the pod's spec has everything that was wanted.
    public static boolean asksFor(LivePod pod, List<ContainerSpec> wanted) {
        return wanted.stream()
                .allMatch(container -> pod.container(container.name())
                        .map(LiveContainer::spec)
                        .filter(spec -> agrees(spec, container, 0))
                        .isPresent());
    }

    private static State withoutCondition(LivePod pod, List<ContainerSpec> wanted, long generation) {
        boolean isSeen = pod.observedGeneration() == 0 || pod.observedGeneration() >= generation;
        boolean isActual = wanted.stream()
                .allMatch(container -> pod.container(container.name())
                        .flatMap(LiveContainer::actual)
                        .filter(actual -> agrees(actual, container, CPU_MILLIS_ROUNDED))
                        .isPresent());
        if (!isSeen) {
            return State.UNSEEN;
        }
        return isActual ? State.DONE : State.IN_PROGRESS;
    }

    private static Optional<ResizeCondition> condition(Optional<ResizeCondition> condition, long generation) {
        return condition.filter(told -> told.observedGeneration() == 0 || told.observedGeneration() >= generation);
    }

    private static boolean agrees(ContainerSpec there, ContainerSpec wanted, long cpuMillisOff) {
        return agrees(there.requests(), wanted.requests(), cpuMillisOff)
                && agrees(there.limits(), wanted.limits(), cpuMillisOff);
    }

    private static boolean agrees(Resources there, Resources wanted, long cpuMillisOff) {
        return (wanted.cpuMillis() == 0 || Math.abs(there.cpuMillis() - wanted.cpuMillis()) <= cpuMillisOff)
                && (wanted.memoryBytes() == 0 || there.memoryBytes() == wanted.memoryBytes());
    }
}
