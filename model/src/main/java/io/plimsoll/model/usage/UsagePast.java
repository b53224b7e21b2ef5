package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.ClusterImage;

/// What a source still knows of containers' use in the past. A call blocks as one of [UsageSource#sample]
/// does, and never throws for a server that is down.
@FunctionalInterface
public interface UsagePast {

    /// The samples of a stretch of time, those of one pod in the order of time. The batch counts as fetched at
    /// its end.
    ///
    /// @param stepMillis between two samples of a container
    UsageBatch between(ClusterImage image, long fromMillis, long toMillis, long stepMillis);
}
