package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.recommendation.ResourceKind;

/// What one container used of one resource at equal steps, in thousandths of a core or in bytes.
record Trace(String name, ResourceKind kind, int stepSeconds, double[] used) {

    private static final int DAY_SECONDS = 24 * 3600;

    int length() {
        return used.length;
    }

    /// How many steps make so many seconds, at least one.
    int steps(int seconds) {
        return Math.max(1, seconds / stepSeconds);
    }

    int stepsADay() {
        return DAY_SECONDS / stepSeconds;
    }

    /// Whether anything is left to judge after the first day, and anything was ever used.
    boolean isWorthReplaying() {
        double sum = 0;
        for (double value : used) {
            sum += value;
        }
        return sum > 0 && used.length >= 2 * stepsADay();
    }
}
