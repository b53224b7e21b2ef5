package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.model.cluster.NodeSpec.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StabilityTest {

    private static final long MINUTE = 60_000;
    private static final long START = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"4, 3, 8", "20, 3, 40"})
    void readinessLostAgainAndAgain_isSuppressedAtTheTimesOfTheTable(int everyMinutes, int times, int atMinutes) {
        var stability = Stability.STEADY;
        for (int loss = 1; loss <= times; loss++) {
            long now = START + (loss - 1L) * everyMinutes * MINUTE;

            stability = lost(stability, now);

            assertThat(stability.isSuppressed(now)).isEqualTo(loss == times);
        }
        assertThat(stability.suppressedSinceMillis()).isEqualTo(START + atMinutes * MINUTE);
    }

    @Test
    void readinessLostEveryTwoHours_isNeverSuppressed() {
        var stability = Stability.STEADY;
        for (int loss = 0; loss < 50; loss++) {
            long now = START + loss * 120L * MINUTE;

            stability = lost(stability, now);

            assertThat(stability.isSuppressed(now)).isFalse();
        }
        // 1000 · (1 + 1/16 + 1/256 + …) = 1066.7
        assertThat(stability.penalty()).isCloseTo(1066.7, within(0.1));
    }

    @Test
    void suppressedNode_isUsedAgainUnderTheLowerLine() {
        var stability = lost(lost(lost(Stability.STEADY, START), START), START);

        // 3000 halves to 750 after 60 minutes
        assertThat(stability.isSuppressed(START + 59 * MINUTE)).isTrue();
        assertThat(stability.isSuppressed(START + 61 * MINUTE)).isFalse();
        assertThat(stability.flapScore(START)).isCloseTo(0.75, within(1e-9));
        assertThat(stability.flapScore(START + 60 * MINUTE)).isCloseTo(0.1875, within(1e-9));
    }

    @Test
    void suppression_endsAfterFourHoursWhateverThePenalty() {
        var stability = new Stability(1e9, START, START);

        assertThat(stability.isSuppressed(START + 239 * MINUTE)).isTrue();
        assertThat(stability.isSuppressed(START + 240 * MINUTE)).isFalse();
    }

    @Test
    void waveringAndRegisteringAnew_countHalf() {
        var down = node(Readiness.NOT_READY, "u", "b", false);
        var unknown = node(Readiness.UNKNOWN, "u", "b", false);
        var ready = node(Readiness.READY, "u", "b", false);

        assertThat(Stability.STEADY.after(down, unknown, START).penalty()).isEqualTo(500);
        assertThat(Stability.STEADY.after(unknown, down, START).penalty()).isEqualTo(500);
        assertThat(Stability.STEADY
                        .after(ready, node(Readiness.READY, "u2", "b", false), START)
                        .penalty())
                .isEqualTo(500);
        assertThat(Stability.STEADY
                        .after(ready, node(Readiness.READY, "u", "b2", false), START)
                        .penalty())
                .isEqualTo(500);
        assertThat(Stability.STEADY
                        .after(down, node(Readiness.READY, "u", "b2", false), START)
                        .penalty())
                .isZero();
    }

    @Test
    void cordonedNode_isNotPunished() {
        var cordoned = node(Readiness.READY, "u", "b", true);
        var down = node(Readiness.NOT_READY, "u", "b", true);

        assertThat(Stability.STEADY.after(cordoned, down, START)).isEqualTo(Stability.STEADY);
        assertThat(Stability.STEADY.after(node(Readiness.READY, "u", "b", false), down, START))
                .isEqualTo(Stability.STEADY);
    }

    private static Stability lost(Stability stability, long atMillis) {
        var ready = node(Readiness.READY, "u", "b", false);
        var down = node(Readiness.UNKNOWN, "u", "b", false);
        return stability.after(ready, down, atMillis).after(down, ready, atMillis);
    }

    private static NodeSpec node(Readiness readiness, String uid, String bootId, boolean unschedulable) {
        var size = new Resources(4000, 1 << 30);
        return new NodeSpec("n", uid, bootId, size, size, 110, readiness, unschedulable, false, List.of());
    }
}
