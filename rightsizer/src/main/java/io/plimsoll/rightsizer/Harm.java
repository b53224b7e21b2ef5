package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.cluster.ContainerSpec;
import java.util.List;
import java.util.Optional;

/// What speaks against a change of a pod, by what the pod was before it and is now. Pure.
final class Harm {

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

    private static boolean isMemoryRaised(PodChange change, String container) {
        return limit(change.after(), container) > limit(change.before(), container);
    }

    private static long limit(List<ContainerSpec> containers, String name) {
        return containers.stream()
                .filter(container -> container.name().equals(name))
                .mapToLong(container -> container.limits().memoryBytes())
                .sum();
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
