package io.plimsoll.kubernetes;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What every observing loop runs with: time, waiting, chance and meters; a test's take none of them from the machine.
///
/// @param clock the time of day, which may be set forth and back: for what is told and stored
/// @param nanoTime a time that only goes on: for how long something took
public record LoopContext(
        InstantSource clock, LongSupplier nanoTime, Pauses pauses, RandomGenerator random, MeterRegistry meters) {

    public static LoopContext real(InstantSource clock, MeterRegistry meters) {
        return new LoopContext(clock, System::nanoTime, Pauses.REAL, RandomGenerator.getDefault(), meters);
    }
}
