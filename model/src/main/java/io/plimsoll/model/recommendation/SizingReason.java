package io.plimsoll.model.recommendation;

import java.time.Duration;
import java.util.Locale;

/// A step of the reckoning behind a recommendation: a code for machines, figures, and a sentence for people.
public sealed interface SizingReason {

    /// For events, metrics and conditions, e.g. `OomKilled`.
    default String code() {
        return getClass().getSimpleName();
    }

    /// What happened, with the figures.
    String text();

    /// There is no history to say anything from.
    record NoHistory() implements SizingReason {

        @Override
        public String text() {
            return "no usage has been measured yet: the present request stays";
        }
    }

    /// What the history rests on.
    record Measured(long samples, long spanMillis, long ageMillis, double confidence) implements SizingReason {

        @Override
        public String text() {
            return samples + " samples over " + span(spanMillis) + ", the newest " + span(ageMillis)
                    + " old (confidence " + hundredths(confidence) + ")";
        }
    }

    /// A percentile of usage was taken, times a factor.
    record Percentile(ResourceKind kind, double percentile, double value, double factor) implements SizingReason {

        @Override
        public String text() {
            return "p" + percent(percentile) + " of " + kind.text() + " used is " + kind.text(value) + ", times "
                    + hundredths(factor);
        }
    }

    /// The largest usage of a time was taken, times a factor.
    record Peak(ResourceKind kind, long withinMillis, double value, double factor) implements SizingReason {

        @Override
        public String text() {
            return "the peak of " + kind.text() + " within " + span(withinMillis) + " is " + kind.text(value)
                    + ", times " + hundredths(factor);
        }
    }

    /// The largest usage of late, times a factor, is less than what was usually used.
    record UsualLevel(ResourceKind kind, double percentile, double value, double share) implements SizingReason {

        @Override
        public String text() {
            return "kept at the usual level: " + Math.round(100 * share) + " % of p" + percent(percentile) + " of "
                    + kind.text() + " used, " + kind.text(value);
        }
    }

    /// A container is never given less than this.
    record LeastSize(ResourceKind kind, double amount) implements SizingReason {

        @Override
        public String text() {
            return "raised to the least size of a container, " + kind.text(amount);
        }
    }

    /// Nothing is lowered on old data.
    record Stale(long ageMillis) implements SizingReason {

        @Override
        public String text() {
            return "not lowered: the newest sample is " + span(ageMillis) + " old";
        }
    }

    /// The policy's minimum is more.
    record RaisedToMin(ResourceKind kind, long min) implements SizingReason {

        @Override
        public String text() {
            return "raised to the policy's minimum of " + kind.text(min);
        }
    }

    /// The policy's maximum is less.
    record CutToMax(ResourceKind kind, long max) implements SizingReason {

        @Override
        public String text() {
            return "cut to the policy's maximum of " + kind.text(max);
        }
    }

    /// It was killed for memory, and gets more.
    ///
    /// @param limitHitBytes 0 where it is not remembered any more
    record OomKilled(int kills, long limitHitBytes, long bytes) implements SizingReason {

        @Override
        public String text() {
            if (limitHitBytes == 0) {
                return "it was killed for memory some time ago: kept at " + ResourceKind.MEMORY.text(bytes);
            }
            return kills + " OOM kills, the last at a limit of " + ResourceKind.MEMORY.text(limitHitBytes)
                    + ": raised to " + ResourceKind.MEMORY.text(bytes);
        }
    }

    /// A Java virtual machine may grow to this.
    record JvmHeap(String setting, long bytes) implements SizingReason {

        @Override
        public String text() {
            return "kept at " + ResourceKind.MEMORY.text(bytes) + " for " + setting;
        }
    }

    /// More memory is of use outside the heap alone.
    record HeapStays(String setting) implements SizingReason {

        @Override
        public String text() {
            return "its heap is as large as " + setting + " made it at its start: what is added helps outside of it, or"
                    + " after a restart";
        }
    }

    /// Memory is not lowered below what is used.
    record KeptAboveUsage(long usedBytes, double headroom, long bytes) implements SizingReason {

        @Override
        public String text() {
            return "not lowered below " + ResourceKind.MEMORY.text(bytes) + ": " + ResourceKind.MEMORY.text(usedBytes)
                    + " is used, and " + Math.round(100 * headroom) + " % stays free above it";
        }
    }

    /// Samples are too far apart to tell how much memory something held that ran between them.
    record PeakUnseen() implements SizingReason {

        @Override
        public String text() {
            return "not lowered: an init container runs too briefly for its peak to be surely among the samples";
        }
    }

    /// The policy lets memory only rise.
    record NeverLowered() implements SizingReason {

        @Override
        public String text() {
            return "not lowered: the policy says that memory is never lowered";
        }
    }

    /// Only where there are decimals: a pass says these words of each container, and a format takes longer than a sum.
    private static String hundredths(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String percent(double percentile) {
        double percent = Math.round(percentile * 1e4) / 1e2;
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }

    private static String span(long millis) {
        var span = Duration.ofMillis(Math.max(0, millis));
        if (span.toDays() >= 2) {
            return span.toDays() + " d";
        }
        if (span.toHours() >= 2) {
            return span.toHours() + " h";
        }
        return span.toMinutes() >= 2 ? span.toMinutes() + " min" : span.toSeconds() + " s";
    }
}
