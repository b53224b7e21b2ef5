package io.plimsoll.testbed.simulation;

/// A time as a pod sees it.
///
/// @param elapsedMillis since the simulation began; clock steps do not touch it
/// @param ageMillis since the pod was created
public record Moment(long elapsedMillis, long ageMillis) {}
