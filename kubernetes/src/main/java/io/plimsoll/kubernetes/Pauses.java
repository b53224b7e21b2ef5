package io.plimsoll.kubernetes;

import java.time.Duration;

/// How a loop waits between two turns; a test's pauses take no time.
@FunctionalInterface
public interface Pauses {

    Pauses REAL = Thread::sleep;

    void pause(Duration duration) throws InterruptedException;
}
