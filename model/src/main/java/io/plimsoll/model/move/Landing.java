package io.plimsoll.model.move;

import java.util.Optional;

/// Where the replacement of a moved pod came to, and whether that helped; see [Looks].
///
/// @param pod the replacement's name
/// @param node that it runs on
/// @param readyAtMillis when it was seen ready, epoch milliseconds
/// @param early what was found 5 minutes later
/// @param late what was found 30 minutes later
/// @param atHour what was found on a later day, at the hour of the trouble
public record Landing(
        String pod, String node, long readyAtMillis, Optional<Look> early, Optional<Look> late, Optional<Look> atHour) {

    /// How long after the landing the first two looks are taken.
    public static final long EARLY_MILLIS = 300_000;

    public static final long LATE_MILLIS = 1_800_000;

    /// Where nobody has looked yet.
    public Landing(String pod, String node, long readyAtMillis) {
        this(pod, node, readyAtMillis, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// What one look has found.
    ///
    /// @param words in words for people
    /// @param atMillis when, epoch milliseconds
    public record Look(Finding finding, String words, long atMillis) {}

    /// Whether it helped.
    public enum Finding {
        HELPED,
        /// The trouble is there still, but half or more of what was to go with the pod is gone.
        HELPED_IN_PART,
        /// It was not the hour at which more could be told.
        NO_HARM,
        DID_NOT_HELP,
        /// Too little was measured to tell.
        UNKNOWN;

        /// Whether anything was found out.
        public boolean isKnown() {
            return this != UNKNOWN;
        }

        /// Whether a look at another hour may tell more.
        boolean isOpen() {
            return this == NO_HARM || this == UNKNOWN;
        }
    }

    /// The last look that was taken.
    public Optional<Look> latest() {
        return atHour.or(() -> late).or(() -> early);
    }

    /// Whether the next of the first two looks is due.
    boolean isDue(long nowMillis) {
        long sinceMillis = nowMillis - readyAtMillis;
        return late.isEmpty() && sinceMillis >= (early.isEmpty() ? EARLY_MILLIS : LATE_MILLIS);
    }

    /// Whether the second look is so late that it would tell of something else.
    boolean isOverdue(long nowMillis) {
        return nowMillis - readyAtMillis >= LATE_MILLIS + EARLY_MILLIS;
    }

    /// The same after another look. What was not looked at in its time is not made up for.
    public Landing with(Look look) {
        return look.atMillis() - readyAtMillis >= LATE_MILLIS
                ? new Landing(pod, node, readyAtMillis, early, Optional.of(look), atHour)
                : new Landing(pod, node, readyAtMillis, Optional.of(look), late, atHour);
    }

    /// The same after a look at the hour of the trouble.
    Landing withAtHour(Look look) {
        return new Landing(pod, node, readyAtMillis, early, late, Optional.of(look));
    }
}
