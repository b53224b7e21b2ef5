package io.plimsoll.model.placement;

/// Turns scores into what the scheduler takes: integers from 0 to 10.
///
/// Goals, in their order: a better node never gets less than a worse one; nodes that are practically equal (in
/// the same half point) stay equal; the best gets 10 and the worst 0, so that candidates are told apart however
/// near each other their scores lie. The scheduler adds these, times its weight, to its own scores, and eleven
/// steps are all it takes.
///
/// So what counts is a score's rank among the d distinct ones, from 0: the wire score is `round(10 · rank / (d −
/// 1))`. With one distinct score all get 5, which is neutral whatever other extenders add. A score that is not a
/// number counts as 0.
///
/// | scores | on the wire |
/// |---|---|
/// | 70.9, 71, 71.2 | 5, 5, 5 |
/// | 90, 89, 10 | 10, 5, 0 |
/// | 80, 80, 60 | 10, 10, 0 |
/// | 60, 61, 62, 63 | 0, 3, 7, 10 |
public final class WireScores {

    public static final int BEST = 10;
    public static final int NEUTRAL = 5;

    private static final int STEPS_PER_POINT = 2;
    private static final int STEPS = 100 * STEPS_PER_POINT;

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
                marks[step] = (byte) (distinct == 1 ? NEUTRAL : Math.round((double) BEST * rank / (distinct - 1)));
                rank++;
            }
        }
    }

    private static int step(float score) {
        return Math.clamp(Math.round(score * STEPS_PER_POINT), 0, STEPS);
    }
}
