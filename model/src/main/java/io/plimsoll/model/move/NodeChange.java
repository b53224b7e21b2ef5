package io.plimsoll.model.move;

import io.plimsoll.model.placement.Bearing;

/// What a node bears before and after the moves of a plan.
public record NodeChange(String node, Bearing before, Bearing after) {}
