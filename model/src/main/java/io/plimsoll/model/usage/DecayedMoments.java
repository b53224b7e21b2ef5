package io.plimsoll.model.usage;

/// Mean and standard deviation of a quantity over time, in which a sample counts half as much after each half-life.
///
/// With w the decayed weight of all earlier samples (w ← w·2^(−Δt/h), then +1 for the new sample x):
///
///     d    = x − mean
///     mean ← mean + d / w
///     var  ← (var + d² / w) · (1 − 1 / w)
///
/// which is West's weighted update (Communications of the ACM 22(9), 1979) for a weight of one a sample. A sample
/// that is not newer than the last one changes nothing. One sample alone has deviation 0.
///
/// @param weight decayed number of samples; 0 when there is none
/// @param atMillis when the latest sample was taken, epoch milliseconds
public record DecayedMoments(double mean, double variance, double weight, long atMillis) {

    public static final DecayedMoments NONE = new DecayedMoments(0, 0, 0, Long.MIN_VALUE);

    /// How long until a sample counts half: long enough for a deviation, short enough to follow the hour of the day.
    private static final double HALF_LIFE_MILLIS = 30 * 60 * 1000.0;

    public boolean isKnown() {
        return weight > 0;
    }

    public double deviation() {
        return Math.sqrt(variance);
    }

    /// The same, but when the latest sample is from after `latestMillis`, the clock has since been set back: it then
    /// counts as taken just before this one.
    public DecayedMoments with(double value, long sampledAtMillis, long latestMillis) {
        return atMillis > latestMillis
                ? new DecayedMoments(mean, variance, weight, sampledAtMillis - 1).with(value, sampledAtMillis)
                : with(value, sampledAtMillis);
    }

    public DecayedMoments with(double value, long sampledAtMillis) {
        if (!isKnown()) {
            return new DecayedMoments(value, 0, 1, sampledAtMillis);
        }
        if (sampledAtMillis <= atMillis) {
            return this;
        }
        double decay = Math.exp(-Math.log(2) * (sampledAtMillis - atMillis) / HALF_LIFE_MILLIS);
        double total = weight * decay + 1;
        double delta = value - mean;
        double nextVariance = (variance + delta * delta / total) * (1 - 1 / total);
        return new DecayedMoments(mean + delta / total, nextVariance, total, sampledAtMillis);
    }
}
