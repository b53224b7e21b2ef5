package io.plimsoll.testbed.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that moves only when it is told to. Safe for any number of readers.
///
/// It keeps two times apart: what has elapsed, which only grows, and what the clock on the wall shows, which may be
/// set forth or back ([#step]).
public final class VirtualClock implements InstantSource {

    private final long startMillis;
    private final AtomicLong elapsedMillis = new AtomicLong();
    private final AtomicLong offsetMillis = new AtomicLong();

    public VirtualClock(Instant start) {
        this.startMillis = start.toEpochMilli();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return startMillis + elapsedMillis.get() + offsetMillis.get();
    }

    /// Since the simulation began, whatever the clock on the wall was set to.
    public long elapsedMillis() {
        return elapsedMillis.get();
    }

    void advanceTo(long elapsed) {
        elapsedMillis.accumulateAndGet(elapsed, Math::max);
    }

    /// Sets the clock on the wall forth, or back with a negative amount.
    void step(Duration by) {
        offsetMillis.addAndGet(by.toMillis());
    }
}
