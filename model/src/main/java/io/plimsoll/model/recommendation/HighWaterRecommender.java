package io.plimsoll.model.recommendation;

/// Keeps CPU a margin above the high-water mark of the last hour, and memory above that of the last days.
///
/// Goals, in their order: usage above the request is rare and short; little is asked for in vain; few changes.
///
/// A percentile of days cannot reach both of the first two: load has a tide, so a request that covers the afternoon
/// lies idle at night. A resize in place costs one write and no restart, so the request can go with the tide:
///
///     mark   = largest use of the last hour
///     target = max(factor · mark, 0.8 · p-th percentile of the decaying histogram)
///     lower  = 1.05 · largest use of the last 10 minutes
///     upper  = 1.2 · target, and more with little confidence
///
/// and the present request stays while it lies within lower and upper.
///
/// *Why an hour, and the maximum:* what was used within the hour is likely to be used again soon; a maximum falls
/// only when a whole hour was calmer, so ripples do not show, while a rise shows with the next sample.
///
/// *Why these bounds:* with a factor of 1.25 a request that was set to 1.25 · mark is raised again after usage grew
/// by 1.25 / 1.05, that is 19 %, and lowered after the mark fell by a sixth. A tide that rises and falls by a
/// factor r a day thus takes at most ln r / ln 1.19 raises and ln r / ln 1.2 cuts, rounded up:
///
/// | usage of a day between | raises | cuts |
/// |---|---|---|
/// | 1 and 1.15 | 0 | 0 |
/// | 1 and 2 | 4 | 4 |
/// | 1 and 4 | 8 | 8 |
///
/// *Why the percentile:* it is the usual level, below which a lull does not lower the request, since the next rise
/// would follow; it saves changes. The median (default) does so where nights are short; the 90th percentile trades
/// idle nights for fewer changes and less shortage. Four fifths of it, since the mark has its own factor, and
/// percentiles are the ends of buckets.
///
/// The figures were chosen by replay of one half of several sets of real traces, and judged on the other
/// (`benchmarks/rightsizing/RESULTS.md`).
public final class HighWaterRecommender implements Recommender {

    public static final String NAME = "high-water";

    /// What a policy does not set.
    ///
    /// @param markMillis how far back the mark is sought, at most an hour
    /// @param near times the largest use of the last minutes is the lower bound, at least 1
    /// @param keep times the target is the upper bound, at least 1
    /// @param level share of the percentile that the target does not go below, 0 to 1
    public record Margins(long markMillis, double near, double keep, double level) {

        public static final Margins DEFAULT = new Margins(60 * 60 * 1000L, 1.05, 1.2, 0.8);

        public Margins {
            if (!(near >= 1 && keep >= 1)) {
                throw new IllegalArgumentException("near and keep must be at least 1: " + near + ", " + keep);
            }
            if (!(level >= 0 && level <= 1)) {
                throw new IllegalArgumentException("level must be within 0 and 1: " + level);
            }
        }
    }

    private final Margins margins;

    public HighWaterRecommender() {
        this(Margins.DEFAULT);
    }

    public HighWaterRecommender(Margins margins) {
        this.margins = margins;
    }

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

    private ResourceRecommendation cpu(SizingCase sizingCase) {
        var reckoning = new Reckoning(ResourceKind.CPU, sizingCase);
        if (sizingCase.usage().isEmpty()) {
            return reckoning.withoutHistory();
        }
        double target = target(reckoning);
        double lower = margins.near * reckoning.usage().peakWithin(Reckoning.NOW_MILLIS);
        double upper = target * margins.keep * reckoning.stretch();
        return reckoning.bounded(target, lower, upper, sizingCase.usage().confidence());
    }

    private double target(Reckoning reckoning) {
        var sizing = reckoning.sizing();
        double mark = reckoning.usage().peakWithin(margins.markMillis);
        double percentile = reckoning.usage().percentile(sizing.percentile());
        double level = margins.level * percentile;
        reckoning.because(new SizingReason.Peak(ResourceKind.CPU, margins.markMillis, mark, sizing.factor()));
        if (level > sizing.factor() * mark) {
            reckoning.because(
                    new SizingReason.UsualLevel(ResourceKind.CPU, sizing.percentile(), percentile, margins.level));
        }
        return Math.max(sizing.factor() * mark, level);
    }
}
