package io.plimsoll.app.demo;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.testbed.simulation.Demand;
import java.time.Duration;
import java.util.Optional;

/// A pod that comes at a time, with what it asks for and what it will really use.
///
/// @param lifetime after which it leaves; nothing when it stays
record Arrival(Duration at, PodSpec pod, Demand demand, Optional<Duration> lifetime) {}
