package io.plimsoll.model.move;

/// How fast pods may be moved, over all plans.
///
/// @param windowMillis over which [MoveConfig.Limits] count what was evicted
/// @param backoffFirstMillis after the first move of a workload; twice as long after each further one
/// @param backoffMaxMillis at most
/// @param memoryMillis for which moves count against a workload
/// @param judged so many of the latest moves are looked at
/// @param badMax so many of those that did no good stop all
/// @param stopMillis for which they do, where some came back or were lost; else for `windowMillis` at most
/// @param readyMillisMax after which a replacement that is not ready counts as lost
public record MovePace(
        long windowMillis,
        long backoffFirstMillis,
        long backoffMaxMillis,
        long memoryMillis,
        int judged,
        int badMax,
        long stopMillis,
        long readyMillisMax) {

    public static final MovePace DEFAULT =
            new MovePace(3_600_000, 900_000, 21_600_000, 48 * 3_600_000L, 5, 3, 21_600_000, 300_000);

    public MovePace {
        if (windowMillis < 0 || backoffFirstMillis < 0 || backoffMaxMillis < backoffFirstMillis || stopMillis < 0) {
            throw new IllegalArgumentException("a pace must be of times that are not negative, and its backoff must not"
                    + " end below where it begins: " + windowMillis + ", " + backoffFirstMillis + " to "
                    + backoffMaxMillis + ", " + stopMillis);
        }
        if (badMax < 1 || judged < badMax) {
            throw new IllegalArgumentException(
                    "badMax must be at least 1 and at most judged: " + badMax + ", " + judged);
        }
        if (readyMillisMax <= 0) {
            throw new IllegalArgumentException("readyMillisMax must be above 0: " + readyMillisMax);
        }
    }

    /// The same, with another time for replacements to be ready.
    public MovePace withReadyMillisMax(long millis) {
        return new MovePace(
                windowMillis, backoffFirstMillis, backoffMaxMillis, memoryMillis, judged, badMax, stopMillis, millis);
    }

    /// How long a workload is left alone after so many moves.
    ///
    ///     backoff = first · 2ⁿ⁻¹, at most the longest
    long backoffMillis(int moves) {
        return moves > 30 ? backoffMaxMillis : Math.min(backoffMaxMillis, backoffFirstMillis << (moves - 1));
    }
}
