package io.plimsoll.benchmarks.rightsizing;

import java.util.Collection;

/// How well requests fitted what was used, from the second day on.
///
/// @param slackPercent Σ (request − use)⁺ / Σ request
/// @param shortPercent share of the steps with use above the request
/// @param changesADay how often the request changed
/// @param episodes how often use rose above the request: for memory, kills
record Score(double slackPercent, double shortPercent, double changesADay, double episodes) {

    private static final double ROUNDING = 1e-6;

    static Score of(Trace trace, double[] requests) {
        int from = trace.stepsADay();
        double idle = 0;
        double asked = 0;
        int shortSteps = 0;
        int changes = 0;
        int episodes = 0;
        for (int i = from; i < trace.length(); i++) {
            asked += requests[i];
            idle += Math.max(0, requests[i] - trace.used()[i]);
            changes += requests[i] == requests[i - 1] ? 0 : 1;
            if (isShort(trace, requests, i)) {
                shortSteps++;
                episodes += isShort(trace, requests, i - 1) ? 0 : 1;
            }
        }
        double steps = trace.length() - from;
        return new Score(
                asked == 0 ? 0 : 100 * idle / asked,
                100 * shortSteps / steps,
                changes / (steps / trace.stepsADay()),
                episodes);
    }

    static Score mean(Collection<Score> scores) {
        return new Score(
                scores.stream().mapToDouble(Score::slackPercent).average().orElse(0),
                scores.stream().mapToDouble(Score::shortPercent).average().orElse(0),
                scores.stream().mapToDouble(Score::changesADay).average().orElse(0),
                scores.stream().mapToDouble(Score::episodes).average().orElse(0));
    }

    /// Whether it has both less slack and less shortage.
    boolean dominates(Score other) {
        return slackPercent < other.slackPercent && shortPercent < other.shortPercent;
    }

    private static boolean isShort(Trace trace, double[] requests, int i) {
        return trace.used()[i] > requests[i] * (1 + ROUNDING);
    }
}
