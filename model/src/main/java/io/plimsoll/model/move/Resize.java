package io.plimsoll.model.move;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;

/// A pod that is to be given less in place of being moved.
///
/// @param what in words for people
public record Resize(PodKey pod, Owner workload, String node, String what) {}
