package io.plimsoll.model.recommendation;

/// Sizes memory by its peaks: what a container held once it will hold again, and a request that is short once is
/// paid with a kill.
///
///     target = factor · peak of the policy's window, 8 days     for the 100th percentile (default)
///              factor · max(percentile, peak of the last day)   for a lower one
///
/// It is raised as soon as usage of the last minutes comes within 5 % of the request, and lowered when the request
/// exceeds the target by a fifth.
///
/// | peak of 8 days | peak of 10 min | request | with factor 1.15 |
/// |---|---|---|---|
/// | 1,000 Mi | 600 Mi | 2,000 Mi | lowered to 1,150 Mi |
/// | 1,000 Mi | 600 Mi | 1,300 Mi | stays: 1,380 Mi is the upper bound |
/// | 1,000 Mi | 1,000 Mi | 1,040 Mi | raised to 1,150 Mi: within 5 % of the request |
final class PeakMemory {

    private static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;
    private static final double KEEP = 1.2;

    private PeakMemory() {}

    static ResourceRecommendation recommend(SizingCase sizingCase) {
        var reckoning = new Reckoning(ResourceKind.MEMORY, sizingCase);
        if (sizingCase.usage().isEmpty()) {
            return reckoning.withoutHistory();
        }
        double factor = reckoning.sizing().factor();
        double target = factor * needed(reckoning, factor);
        double lower = Reckoning.NEAR * reckoning.usage().peakWithin(Reckoning.NOW_MILLIS);
        double upper = target * KEEP * reckoning.stretch();
        return reckoning.bounded(target, lower, upper, sizingCase.usage().confidence());
    }

    private static double needed(Reckoning reckoning, double factor) {
        double p = reckoning.sizing().percentile();
        long spanMillis = p < 1 ? DAY_MILLIS : reckoning.peakMillis();
        var usage = reckoning.usage();
        double percentile = p < 1 ? usage.percentile(p) : 0;
        double peak = usage.peakWithin(spanMillis);
        if (percentile > peak) {
            reckoning.because(new SizingReason.Percentile(ResourceKind.MEMORY, p, percentile, factor));
            return percentile;
        }
        reckoning.because(new SizingReason.Peak(ResourceKind.MEMORY, spanMillis, peak, factor));
        return peak;
    }
}
