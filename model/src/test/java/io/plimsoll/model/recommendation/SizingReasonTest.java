package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class SizingReasonTest {

    @Property(tries = 1000, seed = "7")
    void confidence_hasTwoPlaces(@ForAll @DoubleRange(max = 1) double confidence) {
        assertThat(new SizingReason.Measured(144, 7_200_000, 60_000, confidence).text())
                .isEqualTo(String.format(
                        Locale.ROOT, "144 samples over 2 h, the newest 60 s old (confidence %.2f)", confidence));
    }

    /// Of a factor like 8.155, too, which is less than it says in binary.
    @Property(tries = 1000, seed = "8")
    void factor_hasTwoPlaces(@ForAll @IntRange(min = 1_000, max = 10_000) int thousandths) {
        double factor = thousandths / 1000.0;

        assertThat(new SizingReason.Peak(ResourceKind.CPU, 3_600_000, 250, factor).text())
                .isEqualTo(String.format(Locale.ROOT, "the peak of CPU within 60 min is 250m, times %.2f", factor));
        assertThat(new SizingReason.Percentile(ResourceKind.CPU, 0.95, 250, factor).text())
                .isEqualTo(String.format(Locale.ROOT, "p95 of CPU used is 250m, times %.2f", factor));
    }

    @Property(tries = 200, seed = "9")
    void shares_areWholePercents(@ForAll @IntRange(max = 1_000) int thousandths) {
        double share = thousandths / 1000.0;

        assertThat(new SizingReason.UsualLevel(ResourceKind.CPU, 0.5, 250, share).text())
                .isEqualTo(String.format(
                        Locale.ROOT, "kept at the usual level: %.0f %% of p50 of CPU used, 250m", 100 * share));
        assertThat(new SizingReason.KeptAboveUsage(1 << 20, share, 2 << 20).text())
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "not lowered below 2Mi: 1Mi is used, and %.0f %% stays free above it",
                        100 * share));
    }
}
