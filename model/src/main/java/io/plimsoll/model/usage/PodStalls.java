package io.plimsoll.model.usage;

import io.plimsoll.model.cluster.PodKey;

/// How long tasks of one pod waited (kernel PSI `some` of its control group), as shares of the last 60 s, 0 to 1.
///
/// @param cpu `NaN` where the source tells none, or knows that its own limit held the pod
/// @param memory `NaN` where the source tells none
/// @param atMillis when it was measured, epoch milliseconds
public record PodStalls(PodKey pod, double cpu, double memory, long atMillis) {}
