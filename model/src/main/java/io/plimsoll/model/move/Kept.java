package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;

/// A pod of a hurt node that stays, and why.
public record Kept(PodKey pod, Owner workload, String node, Stay why) {}
