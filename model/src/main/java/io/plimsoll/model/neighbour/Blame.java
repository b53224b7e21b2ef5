package io.plimsoll.model.neighbour;

import io.plimsoll.model.cluster.Owner;

/// What one workload has to do with the pressure on a node.
///
/// @param share of the rise in pressure, 0 to 1
/// @param harm seconds a second that others wait for it, weighted by [Contention]
public record Blame(Owner workload, double share, double harm) {}
