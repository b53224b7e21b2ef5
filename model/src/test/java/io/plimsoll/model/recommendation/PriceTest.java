package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PriceTest {

    private static final long GIB = 1L << 30;

    /// 730 h of 2 cores at 0.03 are 43.80, and of 4 GiB less at 0.004 are -11.68.
    @Test
    void month_ofCoresFreedAndMemoryAdded_isTheDifferenceOfBoth() {
        var price = new Price(0.03, 0.004);

        assertThat(price.monthly(new Freed(2000, -4 * GIB))).isCloseTo(32.12, within(1e-9));
    }

    @Test
    void price_belowZeroOrNoNumber_isRefusedWithItsFigure() {
        assertThatThrownBy(() -> new Price(0.03, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new Price(Double.NaN, 1)).hasMessageContaining("NaN");
    }
}
