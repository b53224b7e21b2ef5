package io.plimsoll.extender.decision;

/// stand-in until the model's lands
final class WireScores {
    private WireScores() {}

    static byte[] of(float[] scores) {
        var sent = new byte[scores.length];
        for (int i = 0; i < scores.length; i++) {
            sent[i] = (byte) Math.round(scores[i] / 10);
        }
        return sent;
    }
}
