package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;

/// A pod that stays where it might have been moved for its node or for itself, and why.
public record Kept(PodKey pod, Owner workload, String node, Stay why) {}
