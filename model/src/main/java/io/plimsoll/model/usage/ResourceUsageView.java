package io.plimsoll.model.usage;

/// What is known of one container's use of one resource, in the resource's unit. All figures are 0 as long as there is
/// no sample.
public interface ResourceUsageView {

    /// The value that a share `p` of the samples, by weight, does not exceed.
    ///
    /// @param p 0 to 1
    double percentile(double p);

    /// The largest value of the last days.
    double peak();

    /// The largest value of the last `millis` before the newest sample, or of somewhat more: time is kept in slots. Of
    /// more than is remembered it is [#peak].
    double peakWithin(long millis);

    /// The largest value of each day, today first, as many days as are remembered; 0 for a day without samples.
    double[] dailyPeaks();

    /// The newest value of the pod that uses most.
    double latest();
}
