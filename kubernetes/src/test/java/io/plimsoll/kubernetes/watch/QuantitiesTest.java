package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class QuantitiesTest {

    /// fabric8's own parser, rounded up, is the reference; but for Ei, where it calculates in floating point.
    @Property(seed = "42")
    void quantity_anyValid_readsAsTheReferenceDoes(@ForAll("quantities") String text) {
        BigDecimal amount = Quantity.getAmountInBytes(new Quantity(text));

        assertThat(Quantities.value(text)).isEqualTo(roundedUp(amount));
        assertThat(Quantities.milli(text)).isEqualTo(roundedUp(amount.movePointRight(3)));
        assertThat(Quantities.nano(text)).isEqualTo(roundedUp(amount.movePointRight(9)));
    }

    @Property(seed = "42")
    void isQuantity_anyValid_isTrue(@ForAll("quantities") String text) {
        assertThat(Quantities.isQuantity(text)).isTrue();
        assertThat(Quantities.isQuantity(text + "x")).isFalse();
    }

    @Example
    void isQuantity_slips_areFalse() {
        assertThat(List.of("", "abc", "500mm", "1 Gi", "1GiB", "--1", "1.2.3", "Ki"))
                .noneMatch(Quantities::isQuantity);
    }

    @Property(seed = "42")
    void quantity_anyText_neverThrowsAndIsNeverNegative(@ForAll String text) {
        assertThat(Quantities.milli(text)).isNotNegative();
    }

    @Example
    void quantity_known_isWhatTheTableSays() {
        assertThat(Quantities.milli("100m")).isEqualTo(100);
        assertThat(Quantities.value("100m")).isEqualTo(1);
        assertThat(Quantities.milli("1.5")).isEqualTo(1500);
        assertThat(Quantities.value("64Mi")).isEqualTo(64L << 20);
        assertThat(Quantities.value("1Ei")).isEqualTo(1L << 60);
        assertThat(Quantities.value("2e3")).isEqualTo(2000);
        assertThat(Quantities.nano("123456789n")).isEqualTo(123456789);
        assertThat(Quantities.value("-1")).isZero();
        assertThat(Quantities.value("abc")).isZero();
        assertThat(Quantities.value("")).isZero();
        assertThat(Quantities.value("9e999999999")).isEqualTo(Long.MAX_VALUE);
    }

    @Property(seed = "42")
    void ofBytes_any_readsAsTheSame(@ForAll @LongRange(min = 0) long bytes) {
        assertThat(Quantities.value(Quantities.ofBytes(bytes))).isEqualTo(bytes);
    }

    @Example
    void ofBytes_known_areAsPeopleWriteThem() {
        assertThat(Quantities.ofBytes(100L << 20)).isEqualTo("100Mi");
        assertThat(Quantities.ofBytes(2L << 30)).isEqualTo("2Gi");
        assertThat(Quantities.ofBytes(1536L << 20)).isEqualTo("1536Mi");
        assertThat(Quantities.ofBytes(1536L << 10)).isEqualTo("1536Ki");
        assertThat(Quantities.ofBytes(1000)).isEqualTo("1000");
        assertThat(Quantities.ofBytes(0)).isEqualTo("0");
    }

    @Provide
    Arbitrary<String> quantities() {
        var whole = Arbitraries.longs().between(0, Long.MAX_VALUE).map(String::valueOf);
        var small = Arbitraries.integers().between(0, 100_000).map(String::valueOf);
        var fraction = Combinators.combine(
                        Arbitraries.integers().between(0, 5000),
                        Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(12))
                .as((left, right) -> left + "." + right);
        var suffix = Arbitraries.of(
                "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "e3", "E2", "e-3");
        return Combinators.combine(Arbitraries.oneOf(whole, small, fraction), suffix)
                .as((number, end) -> number + end);
    }

    private static long roundedUp(BigDecimal amount) {
        return amount.setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }
}
