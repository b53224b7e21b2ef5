package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PriceTableTest {

    private static final long GIB = 1L << 30;

    /// 730 h of 2 cores at 0.03 are 43.80, and of 4 GiB less at 0.004 are -11.68.
    @Test
    void month_ofCoresFreedAndMemoryAdded_isTheDifferenceOfBoth() {
        var prices = new PriceTable(0.03, 0.004, "EUR");

        assertThat(prices.monthly(new Freed(2000, -4 * GIB))).isCloseTo(32.12, within(1e-9));
    }

    @Test
    void price_belowZero_isRefusedWithItsFigure() {
        assertThatThrownBy(() -> new PriceTable(0.03, -1, "EUR"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1.0");
    }
}
