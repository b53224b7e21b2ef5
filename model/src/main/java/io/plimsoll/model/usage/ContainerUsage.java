package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.PodKey;

/// What one container used at one time, by one source.
///
/// @param cpuMillis thousandths of a core over the source's window
/// @param memoryBytes working set
public record ContainerUsage(PodKey pod, String container, Sample cpuMillis, Sample memoryBytes) {}
