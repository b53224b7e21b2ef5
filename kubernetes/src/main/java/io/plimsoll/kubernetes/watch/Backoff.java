package io.plimsoll.kubernetes.watch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after one failure more: doubling from 0.5 s up to 30 s, each time between half of it and all of it
/// by chance, so that many clients do not come back together. Belongs to the thread that waits.
final class Backoff {

    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration MAX = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private Duration next = FIRST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        var ceiling = next;
        next = ceiling.multipliedBy(2).compareTo(MAX) > 0 ? MAX : ceiling.multipliedBy(2);
        return Duration.ofMillis(Math.round(ceiling.toMillis() * (0.5 + 0.5 * random.nextDouble())));
    }

    void reset() {
        next = FIRST;
    }
}
