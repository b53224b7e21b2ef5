package io.plimsoll.rightsizer;

import java.time.Duration;

/// How long a transaction waits for what.
///
/// @param look between two looks at a pod
/// @param deferredMax how long a resize may wait for room on its node; it holds room that nobody uses meanwhile
/// @param errorMax how long the kubelet may go on trying what it failed at
/// @param applyMax how long all of it may take, if nothing else is wrong
/// @param lateMax how long after it was sent a request may take effect: the API server is told with each one how long
/// it has for it, and half as much again is for the way there
public record TransactionSettings(
        Duration look, Duration deferredMax, Duration errorMax, Duration applyMax, Duration lateMax) {

    public static final TransactionSettings DEFAULT = new TransactionSettings(
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    public TransactionSettings {
        requirePositive("look", look);
        requirePositive("deferredMax", deferredMax);
        requirePositive("errorMax", errorMax);
        requirePositive("applyMax", applyMax);
        requirePositive("lateMax", lateMax);
    }

    /// However often it changes its state: longer than this nothing is waited for.
    Duration total() {
        return deferredMax.plus(errorMax).plus(applyMax);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
