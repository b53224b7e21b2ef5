package io.plimsoll.rightsizer;

import io.plimsoll.model.action.LivePod;
import io.plimsoll.model.action.LivePod.LiveContainer;
import java.util.Optional;

/// What speaks against a change of a pod, by what the pod was before it and is now. Pure.
final class Harm {

    private Harm() {}

    /// The first that is found, in words for people.
    static Optional<String> between(LivePod before, LivePod now) {
        for (var container : now.containers()) {
            var harm = before.container(container.name()).flatMap(former -> between(former, container));
            if (harm.isPresent()) {
                return harm;
            }
        }
        return before.ready() && !now.ready() && !now.terminating() && !isRestartedByResize(now)
                ? Optional.of("the pod is no longer ready")
                : Optional.empty();
    }

    /// What is restarted on its own wish is not ready for a while.
    private static boolean isRestartedByResize(LivePod pod) {
        return pod.containers().stream().anyMatch(LiveContainer::restartedByResize);
    }

    /// The one restart that a container's own resize policy asks for is none of the change's harm.
    private static Optional<String> between(LiveContainer before, LiveContainer now) {
        int restartsWanted = now.restartedByResize() && !now.oomKilled() ? 1 : 0;
        if (now.restarts() - before.restarts() <= restartsWanted) {
            return Optional.empty();
        }
        return Optional.of(
                now.oomKilled()
                        ? "container " + now.name() + " was killed for memory"
                        : "container " + now.name() + " has restarted");
    }
}
