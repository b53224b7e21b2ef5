package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.usage.BucketScheme;

/// A decaying histogram of weighted samples in doubles, for the peers: buckets that widen by 5 %, percentiles at
/// their ends.
final class WeightedHistogram {

    private static final double GROWTH = 1.05;
    private static final double SCALE_MAX = 1e12;

    private final BucketScheme scheme;
    private final double halfLifeSeconds;
    private final double[] weights;
    private double referenceSeconds;

    WeightedHistogram(double first, double max, double halfLifeSeconds) {
        scheme = new BucketScheme(first, GROWTH, max);
        this.halfLifeSeconds = halfLifeSeconds;
        weights = new double[scheme.count()];
    }

    void add(double value, double weight, double atSeconds) {
        double scale = Math.pow(2, (atSeconds - referenceSeconds) / halfLifeSeconds);
        if (scale > SCALE_MAX) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] /= scale;
            }
            referenceSeconds = atSeconds;
            scale = 1;
        }
        weights[scheme.bucket(value)] += weight * scale;
    }

    double percentile(double p) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double below = 0;
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                below += weights[i];
                if (below >= p * total * (1 - 1e-12)) {
                    break;
                }
            }
        }
        return scheme.end(last);
    }
}
