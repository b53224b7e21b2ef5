package io.plimsoll.kubernetes.resource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTest {

    @Test
    void clipped_sentenceOf512Characters_isItself() {
        var sentence = "x".repeat(512);

        assertThat(Sentences.clipped(sentence)).isEqualTo(sentence);
    }

    @Test
    void clipped_longerOne_hasAsManyWithItsEllipsis() {
        assertThat(Sentences.clipped("x".repeat(513))).isEqualTo("x".repeat(511) + "…");
    }

    /// The 511th and the 512th character are one sign.
    @Test
    void clipped_whereTheCutWouldHalveASign_isOneShorter() {
        assertThat(Sentences.clipped("x".repeat(510) + "\uD83E\uDD16x")).isEqualTo("x".repeat(510) + "…");
    }
}
