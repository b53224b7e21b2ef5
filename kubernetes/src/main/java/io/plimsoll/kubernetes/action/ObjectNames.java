package io.plimsoll.kubernetes.action;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Names of objects that are made anew each time.
final class ObjectNames {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private ObjectNames() {}

    /// Sorts by the time at which it is made, and says it to people.
    static String timed(String start, InstantSource clock, RandomGenerator random) {
        return start + "-" + TIME.format(clock.instant()) + "-" + letters(random);
    }

    /// Four by chance: of two that write at one time each has its own.
    static String letters(RandomGenerator random) {
        return random.ints(4, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
