package io.plimsoll.model.recommendation;

/// Sizes CPU by a percentile of what was used, times a factor, and memory by its peaks. For those who want few
/// changes and a request that covers the busy hours all day.
///
///     target = factor · p-th percentile
///     lower  = factor · median                  / stretch
///     upper  = factor · max(p-th, 95th)         · stretch
///     stretch = 1 + 0.2 · (1 / confidence − 1)
///
/// The present request stays while it lies within lower and upper. The bounds follow the Vertical Pod Autoscaler's
/// idea: little confidence widens them. Theirs still doubles the upper bound after a day of samples; this one has
/// come together by then.
///
/// | median | p90 | p95 | factor | confidence | lower | target | upper |
/// |---|---|---|---|---|---|---|---|
/// | 200m | 400m | 450m | 1.15 | 1 | 230m | 460m | 518m |
/// | 200m | 400m | 450m | 1.15 | 0.5 | 192m | 460m | 621m |
/// | 200m | 400m | 450m | 1.15 | 0.1 | 83m | 460m | 1449m |
public final class PercentileRecommender implements Recommender {

    public static final String NAME = "percentile";

    private static final double UPPER_PERCENTILE = 0.95;

    @Override
    public String name() {
        return NAME;
    }

    /// Like the others' but for CPU: the 95th percentile, times 1.15.
    @Override
    public ContainerSizing defaults() {
        var others = ContainerSizing.DEFAULT;
        var cpu = others.cpu();
        return new ContainerSizing(
                new ResourceSizing(0.95, 1.15, cpu.min(), cpu.max(), cpu.change()),
                others.memory(),
                others.memoryRule(),
                others.limits(),
                others.confidenceMin());
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
        double p = reckoning.sizing().percentile();
        double factor = reckoning.sizing().factor();
        var usage = reckoning.usage();
        double value = usage.percentile(p);
        reckoning.because(new SizingReason.Percentile(ResourceKind.CPU, p, value, factor));
        double stretch = reckoning.stretch();
        return reckoning.bounded(
                factor * value,
                factor * usage.percentile(Math.min(p, 0.5)) / stretch,
                factor * usage.percentile(Math.max(p, UPPER_PERCENTILE)) * stretch,
                sizingCase.usage().confidence());
    }
}
