package io.plimsoll.model.action;

import java.time.Duration;
import java.util.Optional;

/// How an action ended. Refused is not failed: the API server was asked, and said no for a reason.
public sealed interface Outcome {

    /// Why it was not done, in words; nothing when it was.
    default Optional<String> refusal() {
        return switch (this) {
            case Done() -> Optional.empty();
            case Refused refused -> Optional.of(refused.message());
            case Failed(var message) -> Optional.of(message);
        };
    }

    /// What the answer to an eviction means and what to do about it, in words; empty when it was done.
    default String wordsOfEviction() {
        return switch (this) {
            case Done() -> "";
            case Failed(var message) -> message;
            case Refused refused ->
                switch (refused.reason()) {
                    case BUDGET -> "its disruption budget allows none to go now: " + refused.message();
                    case SEVERAL_BUDGETS ->
                        "more than one disruption budget covers it, leave one: " + refused.message();
                    case OVERLOAD ->
                        "the API server has too much to do"
                                + refused.retryAfter()
                                        .map(wait -> ", and asks to wait for " + wait.toSeconds() + " s")
                                        .orElse("")
                                + ": " + refused.message();
                    case CONFLICT -> "it changed in between: " + refused.message();
                    case GONE, FORBIDDEN, ADMISSION, INVALID, UNSUPPORTED -> refused.message();
                };
        };
    }

    record Done() implements Outcome {}

    /// @param retryAfter how long the server asked to wait, if it did
    record Refused(Refusal reason, String message, Optional<Duration> retryAfter) implements Outcome {}

    /// Something broke on the way; whether the action took effect is unknown.
    record Failed(String message) implements Outcome {}

    /// Why the API server said no.
    enum Refusal {
        /// 429 of a disruption budget.
        BUDGET,
        /// 429 because the server has too much to do.
        OVERLOAD,
        /// 404: the pod is gone.
        GONE,
        /// 409: another pod bears the name now, or it changed in between.
        CONFLICT,
        /// 403: the service account may not do it.
        FORBIDDEN,
        /// 403: a quota, a LimitRange or another rule of admission does not let it be.
        ADMISSION,
        /// 422: the API server's validation rejects it.
        INVALID,
        /// 500 that more than one budget covers the pod.
        SEVERAL_BUDGETS,
        /// 404: the API server knows no such action. It is too old to resize pods in place.
        UNSUPPORTED
    }
}
