package io.plimsoll.model.recommendation;

import io.plimsoll.model.usage.ContainerUsageView;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/// Recommends as the Vertical Pod Autoscaler's recommender does, for those who come from it. The policy's
/// percentiles and factors are left unused; its bounds hold.
///
///     target = 1.15 · p90
///     lower  = 1.15 · p50 · (1 + 0.001 / confidence)⁻²
///     upper  = 1.15 · p95 · (1 + 1 / confidence)
///     confidence = min(days of history, samples / 1440)
///
/// of CPU samples, and of the largest use of memory of each of the last eight days, where a day counts half as much
/// as the next. No container gets less than its share of 25m and 250 MiB a pod.
///
/// Differences, on purpose: days are those of UTC rather than of the container's start; an OOM kill is a floor
/// ([OomLedger]) rather than a sample.
public final class VpaCompatRecommender implements Recommender {

    public static final String NAME = "vpa-compat";

    private static final double LOWER = 0.5;
    private static final double TARGET = 0.9;
    private static final double UPPER = 0.95;
    private static final double MARGIN = 0.15;
    private static final double POD_CPU_MILLIS_MIN = 25;
    private static final double POD_MEMORY_BYTES_MIN = 250.0 * (1 << 20);
    private static final double DAY_MILLIS = 24 * 60 * 60 * 1000.0;
    private static final double SAMPLES_A_DAY = 24 * 60;
    private static final double AMOUNT_MAX = 1e14;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ContainerRecommendation recommend(SizingCase sizingCase) {
        return new ContainerRecommendation(
                sizingCase.spec().name(),
                NAME,
                recommend(ResourceKind.CPU, sizingCase),
                recommend(ResourceKind.MEMORY, sizingCase),
                sizingCase.usage().lastMillis());
    }

    private static ResourceRecommendation recommend(ResourceKind kind, SizingCase sizingCase) {
        var reckoning = new Reckoning(kind, sizingCase);
        if (sizingCase.usage().isEmpty()) {
            return reckoning.withoutHistory();
        }
        var usage = reckoning.usage();
        DoubleUnaryOperator percentile =
                switch (kind) {
                    case CPU -> usage::percentile;
                    case MEMORY -> p -> ofDays(usage.dailyPeaks(), p);
                };
        double confidence = confidence(sizingCase.usage());
        double least = least(kind, sizingCase.containersInPod());
        double value = percentile.applyAsDouble(TARGET);
        double lower = withConfidence(withMargin(percentile.applyAsDouble(LOWER), MARGIN), 0.001, -2, confidence);
        double upper = withConfidence(withMargin(percentile.applyAsDouble(UPPER), MARGIN), 1, 1, confidence);
        reckoning.because(new SizingReason.Percentile(kind, TARGET, value, 1 + MARGIN));
        if (withMargin(value, MARGIN) < least) {
            reckoning.because(new SizingReason.LeastSize(kind, least));
        }
        return reckoning.bounded(
                Math.max(least, withMargin(value, MARGIN)),
                Math.max(least, lower),
                Math.max(least, upper),
                Math.min(1, confidence));
    }

    static double withMargin(double amount, double margin) {
        return amount * (1 + margin);
    }

    /// amount · (1 + multiplier / confidence)^exponent, at most [#AMOUNT_MAX]: with no confidence at all nothing is too
    /// much, or too little.
    static double withConfidence(double amount, double multiplier, double exponent, double confidence) {
        return Math.min(AMOUNT_MAX, amount * Math.pow(1 + multiplier / confidence, exponent));
    }

    /// Days of history, or of samples at one a minute, whichever is less; it goes on growing beyond 1.
    static double confidence(ContainerUsageView usage) {
        return Math.min(usage.spanMillis() / DAY_MILLIS, usage.samples() / SAMPLES_A_DAY);
    }

    /// What no container of a pod with so many containers goes below.
    static double least(ResourceKind kind, int containersInPod) {
        return switch (kind) {
            case CPU -> POD_CPU_MILLIS_MIN / containersInPod;
            case MEMORY -> POD_MEMORY_BYTES_MIN / containersInPod;
        };
    }

    /// The p-th percentile of daily peaks, today's first, each with half the weight of the next.
    static double ofDays(double[] peaks, double p) {
        var sorted = new TreeMap<Double, Double>();
        double total = 0;
        for (int day = 0; day < peaks.length; day++) {
            if (peaks[day] > 0) {
                sorted.merge(peaks[day], Math.pow(2, -day), Double::sum);
                total += Math.pow(2, -day);
            }
        }
        double below = 0;
        for (var peak : sorted.entrySet()) {
            below += peak.getValue();
            if (below >= p * total) {
                return peak.getKey();
            }
        }
        return sorted.isEmpty() ? 0 : sorted.lastKey();
    }
}
