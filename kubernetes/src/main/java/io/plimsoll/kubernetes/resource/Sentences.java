package io.plimsoll.kubernetes.resource;

/// Sentences for people, no longer than the definitions let them be.
public final class Sentences {

    private static final int CHARS_MAX = 512;

    private Sentences() {}

    public static String clipped(String sentence) {
        return clipped(sentence, CHARS_MAX);
    }

    /// Half a surrogate pair is no text: the whole object could not be written.
    public static String clipped(String sentence, int charsMax) {
        if (sentence.length() <= charsMax) {
            return sentence;
        }
        int end = charsMax - 1;
        return sentence.substring(0, Character.isHighSurrogate(sentence.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
