package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.ClusterImage;
import java.util.Optional;

/// Where usage comes from: the metrics API, the kubelets' Summary API, Prometheus, a simulation.
///
/// A call blocks (it runs on a virtual thread of its own), ends within the source's own time limit, and never
/// throws for a server that is down or lies: it says so in [UsageBatch#failures] and hands over what it has.
public interface UsageSource extends AutoCloseable {

    /// The name that samples, metrics and explanations carry, e.g. `metrics-api`.
    String name();

    /// Measures once; `image` says which nodes and pods there are.
    UsageBatch sample(ClusterImage image);

    /// What it still knows of the past, if it keeps any; asked on another thread than [#sample].
    default Optional<UsagePast> past() {
        return Optional.empty();
    }

    /// How often containers are held at their CPU limits, if it knows; any thread may ask.
    default Optional<CpuThrottling> throttling() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
