package io.plimsoll.model.cluster;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// All containers of a pod as its spec lists them.
///
/// @param main without sidecars
/// @param init init containers and sidecars, in their order
public record PodContainers(List<ContainerSpec> main, List<ContainerSpec> init) {

    public PodContainers {
        main = List.copyOf(main);
        init = List.copyOf(init);
    }

    /// First those of `containers`, then those of `initContainers`.
    public List<ContainerSpec> all() {
        return Stream.concat(main.stream(), init.stream()).toList();
    }

    /// The same with something done to each.
    public PodContainers with(UnaryOperator<ContainerSpec> change) {
        return new PodContainers(
                main.stream().map(change).toList(), init.stream().map(change).toList());
    }

    /// What the scheduler and quotas count: the most that runs side by side at any time.
    public Resources requests() {
        return InitContainers.need(main, init, ContainerSpec::requests);
    }

    /// The same of limits.
    public Resources limits() {
        return InitContainers.need(main, init, ContainerSpec::limits);
    }

    public QualityOfService qualityOfService() {
        return QualityOfService.of(all());
    }
}
