package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Set;

/// A workload with its pods.
///
/// @param owner the root of the pods' chains of owners
/// @param replicas the number of pods wanted; 0 where the owner is unknown or has no such number
/// @param optOuts what holds for all of its pods, by its own labels or its namespace's
/// @param pods sorted by name
public record WorkloadPods(Owner owner, int replicas, Set<OptOut> optOuts, List<PodImage> pods) {}
