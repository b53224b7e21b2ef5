package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.PodKey;
import java.util.Map;

/// How often the kernel holds containers at their CPU limits. A call blocks, ends within its source's time limit, and
/// never throws for a server that is down.
@FunctionalInterface
public interface CpuThrottling {

    /// Nobody tells it.
    CpuThrottling UNKNOWN = pod -> Map.of();

    /// The share of its scheduling periods in which a container was held, 0 to 1, within the last two minutes: by the
    /// names of those containers of a pod of which it is known. Without a CPU limit there is none.
    Map<String, Double> shares(PodKey pod);
}
