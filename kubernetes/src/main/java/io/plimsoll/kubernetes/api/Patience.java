package io.plimsoll.kubernetes.api;

import java.time.Duration;

/// How long an answer may take.
///
/// @param silence until it begins, and between one piece of it and the next; time that the reader itself takes does not
/// count
/// @param whole from the request to the answer's end, whoever takes the time
public record Patience(Duration silence, Duration whole) {

    public Patience {
        requirePositive("silence", silence);
        requirePositive("whole", whole);
    }

    /// For an answer that is wanted soon or not at all.
    public static Patience of(Duration whole) {
        return new Patience(whole, whole);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " of a patience must be positive: " + value);
        }
    }
}
