package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What speaks against a change of a pod, by what the pod was before it and is now. Pure.
final class Harm {

    /// From this share of its periods on a container counts as held too often: where the rule CPUThrottlingHigh of
    /// kubernetes-mixin, by which many clusters are watched, raises its alert.
    private static final double HELD_MUCH = 0.25;
    /// By so much more than before, since bursts come and go.
    private static final double HELD_MORE = 0.1;

    private Harm() {}

    /// The first that is found, in words for people.
    static Optional<String> of(PodChange change, LivePod before, LivePod now) {
        for (var container : now.containers()) {
            var harm = before.container(container.name())
                    .flatMap(former -> between(former, container, isMemoryRaised(change, container.name())));
            if (harm.isPresent()) {
                return harm;
            }
        }
        return before.ready() && !now.ready() && !now.terminating() && !isRestartedByResize(now)
                ? Optional.of("the pod is no longer ready")
                : Optional.empty();
    }

    /// What is held at its CPU limit much more often than before, since that was lowered.
    ///
    /// @param before the shares of periods in which each container was held, by its name; one of which it is
    /// not known is not judged
    static Optional<String> ofThrottling(PodChange change, Map<String, Double> before, Map<String, Double> now) {
        return change.after().stream()
                .map(ContainerSpec::name)
                .filter(name -> isCpuLimitLowered(change, name) && before.containsKey(name) && now.containsKey(name))
                .flatMap(name -> heldMore(name, before.getOrDefault(name, 0.0), now.getOrDefault(name, 0.0)).stream())
                .findFirst();
    }

    private static Optional<String> heldMore(String container, double before, double now) {
        return now >= HELD_MUCH && now >= before + HELD_MORE
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "container %s is held at its lower CPU limit in %.0f %% of its periods, %.0f %% before",
                        container,
                        100 * now,
                        100 * before))
                : Optional.empty();
    }

    static boolean isCpuLimitLowered(PodChange change) {
        return change.after().stream().anyMatch(container -> isCpuLimitLowered(change, container.name()));
    }

    private static boolean isCpuLimitLowered(PodChange change, String container) {
        return limits(change.after(), container).cpuMillis()
                < limits(change.before(), container).cpuMillis();
    }

    private static boolean isMemoryRaised(PodChange change, String container) {
        return limits(change.after(), container).memoryBytes()
                > limits(change.before(), container).memoryBytes();
    }

    private static Resources limits(List<ContainerSpec> containers, String name) {
        return containers.stream()
                .filter(container -> container.name().equals(name))
                .map(ContainerSpec::limits)
                .findFirst()
                .orElse(Resources.NONE);
    }

    /// What is restarted on its own wish is not ready for a while.
    private static boolean isRestartedByResize(LivePod pod) {
        return pod.containers().stream().anyMatch(LiveContainer::restartedByResize);
    }

    /// Not of the change's doing are: the one restart that a container's own resize policy asks for, the
    /// restart that a container was waiting for, and a kill at a limit that was raised, which would have come
    /// at the former one too.
    private static Optional<String> between(LiveContainer before, LiveContainer now, boolean isMemoryRaised) {
        if (now.oomKilled() && isMemoryRaised) {
            return Optional.empty();
        }
        int restartsWanted = now.restartedByResize() && !now.oomKilled() ? 1 : 0;
        int restartsDue = before.running() ? 0 : 1;
        if (now.restarts() - before.restarts() <= Math.max(restartsWanted, restartsDue)) {
            return Optional.empty();
        }
        return Optional.of(
                now.oomKilled()
                        ? "container " + now.name() + " was killed for memory"
                        : "container " + now.name() + " has restarted");
    }
}
