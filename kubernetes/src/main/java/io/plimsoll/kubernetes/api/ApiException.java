package io.plimsoll.kubernetes.api;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// An answer of the API server that is not a success, or a `Status` that it sent in the middle of a watch.
public final class ApiException extends IOException {

    private final int code;
    private final boolean budget;
    private final Optional<Duration> retryAfter;
    private final Optional<String> goOnAt;

    ApiException(String message, int code, boolean budget, Optional<Duration> retryAfter, Optional<String> goOnAt) {
        super(message);
        this.code = code;
        this.budget = budget;
        this.retryAfter = retryAfter;
        this.goOnAt = goOnAt;
    }

    public ApiException(String message, int code) {
        this(message, code, false, Optional.empty(), Optional.empty());
    }

    /// The HTTP status, or the `code` of the `Status`.
    public int code() {
        return code;
    }

    /// Whether the server names a disruption budget as the cause.
    public boolean isBudget() {
        return budget;
    }

    /// How long the server asked to wait, if it did.
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /// The token with which a list that has [expired][#isExpired] goes on where it has got to, with the objects
    /// of now, if the server gives one.
    public Optional<String> goOnAt() {
        return goOnAt;
    }

    /// What was asked for lies before the server's memory: list again.
    public boolean isExpired() {
        return code == 410;
    }

    /// Whether a write that ended so may have taken effect, or still do: no answer came, or the API server or somebody
    /// on the way to it failed.
    public static boolean isUnclear(IOException failure) {
        return !(failure instanceof ApiException answer) || answer.code >= 500;
    }

    /// Trying again will not help before somebody grants what is missing.
    public boolean isDenied() {
        return code == 401 || code == 403;
    }
}
