package io.plimsoll.kubernetes;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after one failure more: doubling from a first ceiling up to a largest one, each time between half
/// of the ceiling and all of it by chance, so that many clients do not come back together. Belongs to the thread that
/// waits.
public final class Backoff {

    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private Duration next;

    public Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
        this.next = first;
    }

    public Duration next() {
        var ceiling = next;
        next = ceiling.multipliedBy(2).compareTo(max) > 0 ? max : ceiling.multipliedBy(2);
        return Duration.ofMillis(Math.round(ceiling.toMillis() * (0.5 + 0.5 * random.nextDouble())));
    }

    public void reset() {
        next = first;
    }
}
