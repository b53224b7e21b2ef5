package io.plimsoll.model.action;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import java.util.List;
import java.util.Optional;

/// A pod as the API server tells it right now, as far as resizing it needs to know. Read for one action and thrown
/// away: the cluster's image has less of each pod, for all of them.
///
/// @param generation of its spec: every resize that the API server takes makes it one more
/// @param observedGeneration the generation that the kubelet has last acted on; 0 where it does not tell
/// @param containers its containers and sidecars
/// @param pending why a resize waits, if one does (`PodResizePending`)
/// @param inProgress that a resize is being carried out (`PodResizeInProgress`)
public record LivePod(
        PodKey key,
        String uid,
        String resourceVersion,
        long generation,
        long observedGeneration,
        boolean ready,
        boolean terminating,
        List<LiveContainer> containers,
        Optional<ResizeCondition> pending,
        Optional<ResizeCondition> inProgress) {

    public LivePod {
        containers = List.copyOf(containers);
    }

    /// @param spec what it is to ask for
    /// @param actual what the runtime has set, where the kubelet tells: since Kubernetes 1.33 for each that has
    ///     started
    /// @param oomKilled whether its last end was an OOM kill
    /// @param running whether it runs; one that waits to be started again is about to restart
    /// @param restartedForCpu whether its resize policy is that another amount of CPU restarts it
    /// @param restartedForMemory the same of memory
    public record LiveContainer(
            ContainerSpec spec,
            Optional<ContainerSpec> actual,
            int restarts,
            boolean oomKilled,
            boolean running,
            boolean restartedForCpu,
            boolean restartedForMemory) {

        /// Whether some resizes restart it.
        public boolean restartedByResize() {
            return restartedForCpu || restartedForMemory;
        }

        /// Whether it is restarted to have that in place of what its spec says.
        public boolean isRestartedBy(ContainerSpec other) {
            return (restartedForCpu
                            && (spec.requests().cpuMillis() != other.requests().cpuMillis()
                                    || spec.limits().cpuMillis()
                                            != other.limits().cpuMillis()))
                    || (restartedForMemory
                            && (spec.requests().memoryBytes()
                                            != other.requests().memoryBytes()
                                    || spec.limits().memoryBytes()
                                            != other.limits().memoryBytes()));
        }

        public String name() {
            return spec.name();
        }
    }

    /// @param reason `Deferred`, `Infeasible`, `Error` or nothing
    /// @param observedGeneration the generation that it speaks of; 0 where it does not tell
    public record ResizeCondition(String reason, String message, long observedGeneration) {}

    /// The same containers, told apart as this pod has them: a record knows them by their names alone.
    public List<ContainerSpec> toldApart(List<ContainerSpec> others) {
        return others.stream()
                .map(other -> container(other.name())
                        .filter(own -> own.spec().isSidecar())
                        .map(own -> other.asSidecar())
                        .orElse(other))
                .toList();
    }

    public Optional<LiveContainer> container(String name) {
        return containers.stream()
                .filter(container -> container.name().equals(name))
                .findFirst();
    }
}
