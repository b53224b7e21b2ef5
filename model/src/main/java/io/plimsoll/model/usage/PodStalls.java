package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.PodKey;

/// How long tasks of one pod waited (kernel PSI `some` of its control group), as shares of the last 60 s, 0 to 1.
///
/// @param cpu without the time that its own limit held it, where the source knows that; `NaN` where it tells none
/// @param memory `NaN` where the source tells none
/// @param atMillis when it was measured, epoch milliseconds
public record PodStalls(PodKey pod, double cpu, double memory, long atMillis) {}
