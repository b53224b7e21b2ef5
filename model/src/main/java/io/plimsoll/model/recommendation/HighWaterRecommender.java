package io.plimsoll.model.recommendation;

/// Keeps CPU a margin above the high-water mark of the last hour, and memory above that of the last days.
///
/// Goals, in their order: usage above the request is rare and short; little is asked for in vain; few changes.
///
/// A percentile of days cannot reach both of the first two: load has a tide, so a request that covers the afternoon
/// lies idle at night. A resize in place costs one write and no restart, so the request can go with the tide:
///
///     mark   = largest use of the last hour
///     target = max(factor · mark, p-th percentile of the decaying histogram)
///     lower  = 1.05 · largest use of the last 10 minutes
///     upper  = 1.2 · target, and more with little confidence
///
/// and the present request stays while it lies within lower and upper.
///
/// *Why an hour, and the maximum:* what was used within the hour is likely to be used again soon; a maximum falls only
/// when a whole hour was calmer, so ripples do not show, while a rise shows with the next sample.
///
/// *Why these bounds:* a request set to 1.2 · mark is raised again after usage grew by 1.2 / 1.05, that is 14 %, and
/// lowered after the mark fell by a sixth. So a tide that rises and falls by a factor r a day takes about
/// ln r / ln 1.14 raises and ln r / ln 1.2 cuts at most:
///
/// | usage of a day between | changes a day, at most | mean slack, about |
/// |---|---|---|
/// | 1 and 1.1 | 0 to 2 | 15 % |
/// | 1 and 2 | 5 up, 4 down | 21 % |
/// | 1 and 4 | 11 up, 8 down | 24 % |
///
/// *Why the percentile:* it is the usual level, below which a lull does not lower the request, since the next rise
/// would follow; it saves changes. The median (default) does so where nights are short. A higher one trades idle
/// nights for fewer changes: the 90th gives a third of them.
///
/// The figures come from replays of real traces (`benchmarks/rightsizing/RESULTS.md`), where no peer's rule has
/// both less slack and less shortage.
public final class HighWaterRecommender implements Recommender {

    public static final String NAME = "high-water";

    private static final long MARK_MILLIS = 60 * 60 * 1000L;
    private static final double KEEP = 1.2;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ContainerRecommendation recommend(SizingCase sizingCase) {
        return new ContainerRecommendation(
                sizingCase.spec().name(),
                NAME,
                cpu(sizingCase),
                PeakMemory.recommend(sizingCase),
                sizingCase.usage().lastMillis());
    }

    private static ResourceRecommendation cpu(SizingCase sizingCase) {
        var reckoning = new Reckoning(ResourceKind.CPU, sizingCase);
        if (sizingCase.usage().isEmpty()) {
            return reckoning.withoutHistory();
        }
        double target = target(reckoning);
        double lower = Reckoning.NEAR * reckoning.usage().peakWithin(Reckoning.NOW_MILLIS);
        double upper = target * KEEP * reckoning.stretch();
        return reckoning.bounded(target, lower, upper, sizingCase.usage().confidence());
    }

    private static double target(Reckoning reckoning) {
        var sizing = reckoning.sizing();
        double mark = reckoning.usage().peakWithin(MARK_MILLIS);
        double level = reckoning.usage().percentile(sizing.percentile());
        reckoning.because(new SizingReason.Peak(ResourceKind.CPU, MARK_MILLIS, mark, sizing.factor()));
        if (level > sizing.factor() * mark) {
            reckoning.because(new SizingReason.UsualLevel(ResourceKind.CPU, sizing.percentile(), level));
        }
        return Math.max(sizing.factor() * mark, level);
    }
}
