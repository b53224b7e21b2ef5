package io.plimsoll.testbed.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plimsoll.testbed.simulation.UsageCurve.Burst;
import io.plimsoll.testbed.simulation.UsageCurve.Constant;
import io.plimsoll.testbed.simulation.UsageCurve.Noisy;
import io.plimsoll.testbed.simulation.UsageCurve.Ramp;
import io.plimsoll.testbed.simulation.UsageCurve.Wave;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class UsageCurveTest {

    @Test
    void wave_atItsPeakAndHalfAPeriodLater_isMeanPlusAndMinusAmplitude() {
        var wave = new Wave(500, 300, Duration.ofHours(24), Duration.ofHours(14));

        assertThat(wave.at(elapsed(Duration.ofHours(14)))).isCloseTo(800, within(1e-9));
        assertThat(wave.at(elapsed(Duration.ofHours(26)))).isCloseTo(200, within(1e-9));
    }

    @Test
    void wave_withAnAmplitudeAboveItsMean_isRefused() {
        assertThatThrownBy(() -> new Wave(100, 101, Duration.ofHours(1), Duration.ZERO))
                .hasMessage("amplitude must not exceed mean 100.0: 101.0");
    }

    @Test
    void burst_beforeWithinAndAfter_isBasePeakAndBaseAgain() {
        var burst = new Burst(10, 900, Duration.ofMinutes(10), Duration.ofMinutes(2), Duration.ofMinutes(5));

        assertThat(burst.at(elapsed(Duration.ofMinutes(4)))).isEqualTo(10);
        assertThat(burst.at(elapsed(Duration.ofMinutes(5)))).isEqualTo(900);
        assertThat(burst.at(elapsed(Duration.ofMinutes(7)))).isEqualTo(10);
        assertThat(burst.at(elapsed(Duration.ofMinutes(16)))).isEqualTo(900);
    }

    @Test
    void ramp_overThePodsAge_risesAndStays() {
        var ramp = new Ramp(100, 300, Duration.ofMinutes(10));

        assertThat(ramp.at(new Moment(7, 0))).isEqualTo(100);
        assertThat(ramp.at(new Moment(7, Duration.ofMinutes(5).toMillis()))).isEqualTo(200);
        assertThat(ramp.at(new Moment(7, Duration.ofMinutes(25).toMillis()))).isEqualTo(300);
    }

    @Property
    void noise_anywhere_staysWithinItsShareAndIsTheSameTwice(
            @ForAll long seed, @ForAll @LongRange(min = 0, max = 1L << 40) long elapsedMillis) {
        var noisy = new Noisy(new Constant(1000), 0.25, seed);

        double value = noisy.at(new Moment(elapsedMillis, 0));

        assertThat(value).isBetween(750.0, 1250.0).isEqualTo(noisy.at(new Moment(elapsedMillis, 0)));
    }

    private static Moment elapsed(Duration duration) {
        return new Moment(duration.toMillis(), 0);
    }
}
