package io.plimsoll.model.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WireScoresTest {

    @Test
    void equalScores_areNeutral() {
        assertThat(wire(70.9f, 71, 71.2f)).containsExactly(5, 5, 5);
        assertThat(wire(0)).containsExactly(5);
        assertThat(wire()).isEmpty();
    }

    @Test
    void distinctScores_areStretchedByRank() {
        assertThat(wire(90, 89, 10)).containsExactly(10, 4, 0);
        assertThat(wire(80, 80, 60)).containsExactly(10, 10, 0);
        assertThat(wire(60, 61, 62, 63)).containsExactly(0, 2, 5, 10);
    }

    /// ln 2 / ln 26 = 0.21 of ten points below the best: the scheduler draws among those of the best score.
    @Test
    void bestOfManyScores_isAloneAtTheTop() {
        var scores = new float[26];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = 40 + i;
        }

        var wire = wire(scores);

        assertThat(wire[25]).isEqualTo(10);
        assertThat(wire[24]).isEqualTo(8);
        assertThat(wire[0]).isZero();
    }

    /// The safety floor divides by ten: what is 4.2 and 4.4 there would be 42 and 44 without it.
    @Test
    void scoresUnderTheFloor_areToldApart() {
        assertThat(wire(4.2f, 4.4f, 3.9f)).containsExactly(4, 10, 0);
    }

    @Test
    void scoresThatAreNoNumbers_countAsWorst() {
        assertThat(wire(Float.NaN, 50, Float.POSITIVE_INFINITY, -3)).containsExactly(0, 4, 10, 0);
    }

    @Property(tries = 500, seed = "1")
    void wireScores_keepTheOrderAndUseTheWholeRange(
            @ForAll @Size(min = 1, max = 60) List<@FloatRange(min = 0, max = 100) Float> values) {
        var scores = new float[values.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = values.get(i);
        }

        var wire = WireScores.of(scores);

        for (int i = 0; i < scores.length; i++) {
            assertThat(wire[i]).isBetween((byte) 0, (byte) 10);
            for (int j = 0; j < scores.length; j++) {
                if (step(scores[i]) == step(scores[j])) {
                    assertThat(wire[i]).isEqualTo(wire[j]);
                }
                if (step(scores[i]) > step(scores[j])) {
                    assertThat(wire[i]).isGreaterThanOrEqualTo(wire[j]);
                }
            }
        }
        var distinct = new HashSet<Integer>();
        for (float score : scores) {
            distinct.add(step(score));
        }
        var sorted = wire.clone();
        Arrays.sort(sorted);
        assertThat(sorted[0]).isEqualTo((byte) (distinct.size() == 1 ? 5 : 0));
        assertThat(sorted[sorted.length - 1]).isEqualTo((byte) (distinct.size() == 1 ? 5 : 10));
    }

    private static int step(float score) {
        return score < 10 ? Math.round(score * 20) : 200 + Math.round((score - 10) * 2);
    }

    private static int[] wire(float... scores) {
        var wire = WireScores.of(scores);
        var wide = new int[wire.length];
        for (int i = 0; i < wire.length; i++) {
            wide[i] = wire[i];
        }
        return wide;
    }
}
