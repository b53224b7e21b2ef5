package io.plimsoll.app.demo;

import java.util.Arrays;

/// How long the extender's answers took.
///
/// @param neutral calls that brought no usable answer
record AnswerTimes(double p50Millis, double p99Millis, int neutral) {

    static AnswerTimes of(double[] millis, int neutral) {
        var sorted = millis.clone();
        Arrays.sort(sorted);
        return new AnswerTimes(quantile(sorted, 0.50), quantile(sorted, 0.99), neutral);
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }
}
