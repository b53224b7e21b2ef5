package io.plimsoll.kubernetes;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.util.Map;

/// What remembers usage from one batch to the next, e.g. a `UsageLedger`. Called by the image-writing thread alone.
@FunctionalInterface
public interface UsageHistory {

    /// Remembers nothing: every estimate stays unknown, and requests stand in.
    UsageHistory NONE = (batch, image) -> Map.of();

    /// Takes a batch in and returns the estimates of all workloads that it changed.
    Map<Owner, UsageEstimate> record(UsageBatch batch, ClusterImage image);
}
