package io.plimsoll.kubernetes.server;

import java.util.function.LongSupplier;

/// A clock that runs only while the port listens: what clients are judged by. Belongs to the event loop of the
/// port, which says at each beat that it comes round.
///
/// A client is not slow while nobody reads what it sent. When the loop or the whole process stands still (no
/// processor, a pause of the collector, a suspended machine), timers are due before sockets are read, and by any
/// other clock all who had just sent something would have taken too long. So
///
/// - between two beats no more than one interval passes;
/// - a beat judges by the time up to the beat before it: between the two, sockets were read.
///
/// | beats at (interval 250 ms) | 0 | 250 | 5,250 | 5,500 | 5,750 |
/// |---|---|---|---|---|---|
/// | time to judge by | 0 | 0 | 250 | 500 | 750 |
final class ListeningTime {

    private final LongSupplier millis;
    private final long intervalMillis;
    private long beatMillis;
    private long listenedMillis;

    /// @param millis runs steadily
    /// @param intervalMillis at least so much lies between two beats
    ListeningTime(LongSupplier millis, long intervalMillis) {
        this.millis = millis;
        this.intervalMillis = intervalMillis;
        this.beatMillis = millis.getAsLong();
    }

    /// The time of what happens now.
    long nowMillis() {
        return listenedMillis + Math.min(intervalMillis, millis.getAsLong() - beatMillis);
    }

    /// The loop comes round; returns the time to judge clients by.
    long beat() {
        long judged = listenedMillis;
        listenedMillis = nowMillis();
        beatMillis = millis.getAsLong();
        return judged;
    }
}
