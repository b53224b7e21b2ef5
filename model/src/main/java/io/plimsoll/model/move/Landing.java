package io.plimsoll.model.move;

import java.util.Optional;

/// Where the replacement of a moved pod came to, and whether that helped.
///
/// @param pod the replacement's name
/// @param node that it runs on
/// @param readyAtMillis when it was seen ready, epoch milliseconds
/// @param early what was found 5 minutes later
/// @param late what was found 30 minutes later
public record Landing(String pod, String node, long readyAtMillis, Optional<Look> early, Optional<Look> late) {

    /// How long after the landing the two looks are taken.
    public static final long EARLY_MILLIS = 300_000;

    public static final long LATE_MILLIS = 1_800_000;

    public Landing(String pod, String node, long readyAtMillis) {
        this(pod, node, readyAtMillis, Optional.empty(), Optional.empty());
    }

    /// What one look has found.
    ///
    /// @param words in words for people
    public record Look(Finding finding, String words) {}

    /// Whether it helped.
    public enum Finding {
        HELPED,
        DID_NOT_HELP,
        /// Too little was measured to tell.
        UNKNOWN
    }

    /// The last look that was taken.
    public Optional<Look> latest() {
        return late.or(() -> early);
    }

    /// Whether the next look is due.
    public boolean isDue(long nowMillis) {
        long sinceMillis = nowMillis - readyAtMillis;
        return late.isEmpty() && sinceMillis >= (early.isEmpty() ? EARLY_MILLIS : LATE_MILLIS);
    }

    /// Whether the last look is so late that it would tell of something else.
    public boolean isOverdue(long nowMillis) {
        return nowMillis - readyAtMillis >= LATE_MILLIS + EARLY_MILLIS;
    }

    /// The same after another look. What was not looked at in its time is not made up for.
    public Landing with(Look look, long nowMillis) {
        return nowMillis - readyAtMillis >= LATE_MILLIS
                ? new Landing(pod, node, readyAtMillis, early, Optional.of(look))
                : new Landing(pod, node, readyAtMillis, Optional.of(look), late);
    }
}
