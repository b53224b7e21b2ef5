package io.plimsoll.model.placement;

import java.util.Arrays;

/// Turns scores into what the scheduler takes: integers from 0 to 10.
///
/// Goals, in their order: a better node never gets less than a worse one; nodes that are practically equal (in
/// the same half point; below 10, where the safety floor has divided by ten, in the same twentieth) stay equal;
/// the best gets 10 and the worst 0; the best few are told apart, since the scheduler takes one of the best at
/// random: with even steps the best tenth of all nodes would be one tie.
///
/// So what counts is a score's rank among the d distinct ones, from 0 for the best, and near the top it counts
/// most:
///
///     wire = round(10 · (1 − ln(1 + rank) / ln d))
///
/// | rank of 300 | 0 | 1 | 3 | 9 | 31 | 99 | 299 |
/// |---|---|---|---|---|---|---|---|
/// | wire | 10 | 9 | 8 | 6 | 4 | 2 | 0 |
///
/// With one distinct score all get 5, which is neutral whatever other extenders add. A score that is not a number
/// counts as 0.
///
/// | scores | on the wire |
/// |---|---|
/// | 70.9, 71, 71.2 | 5, 5, 5 |
/// | 90, 89, 10 | 10, 4, 0 |
/// | 80, 80, 60 | 10, 10, 0 |
/// | 60, 61, 62, 63 | 0, 2, 5, 10 |
public final class WireScores {

    public static final int BEST = 10;
    public static final int NEUTRAL = 5;

    private static final int STEPS_PER_POINT = 2;
    private static final int FLOORED = 10;
    private static final int STEPS_PER_FLOORED_POINT = 20;
    private static final int STEPS_FLOORED = FLOORED * STEPS_PER_FLOORED_POINT;
    private static final int STEPS = STEPS_FLOORED + (100 - FLOORED) * STEPS_PER_POINT;

    /// The logarithm of 1 more than the index.
    private static final double[] LOG = new double[STEPS + 1];

    static {
        Arrays.setAll(LOG, i -> Math.log(1 + i));
    }

    private WireScores() {}

    /// The wire score of each of these scores, which lie within 0 and 100.
    public static byte[] of(float[] scores) {
        var wire = new byte[scores.length];
        of(scores, wire);
        return wire;
    }

    /// The same into an array of the caller's, which is at least as long.
    public static void of(float[] scores, byte[] wire) {
        var wireOfStep = new byte[STEPS + 1];
        for (float score : scores) {
            wireOfStep[step(score)] = 1;
        }
        rank(wireOfStep);
        for (int i = 0; i < scores.length; i++) {
            wire[i] = wireOfStep[step(scores[i])];
        }
    }

    /// Puts the wire score in the place of each step's mark.
    private static void rank(byte[] marks) {
        int distinct = 0;
        for (byte mark : marks) {
            distinct += mark;
        }
        int rank = 0;
        for (int step = 0; step < marks.length; step++) {
            if (marks[step] != 0) {
                marks[step] = distinct == 1 ? NEUTRAL : wire(distinct - 1 - rank, distinct);
                rank++;
            }
        }
    }

    private static byte wire(int rankFromBest, int distinct) {
        return (byte) Math.round(BEST * (1 - LOG[rankFromBest] / LOG[distinct - 1]));
    }

    /// No score is negative, so that adding a half and cutting off rounds it; [Math#round] takes twice as long.
    private static int step(float score) {
        float steps = score >= FLOORED
                ? STEPS_FLOORED + (score - FLOORED) * STEPS_PER_POINT
                : score * STEPS_PER_FLOORED_POINT;
        return Math.clamp((int) (steps + 0.5f), 0, STEPS);
    }
}
