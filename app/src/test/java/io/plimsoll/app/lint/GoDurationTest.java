package io.plimsoll.app.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"300ms,300", "1.5s,1500", "1m30s,90000", "0,0", "-2s,-2000", "500us,0.5", ".5s,500", "1h,3600000"})
    void millis_asGoWritesIt_isRead(String text, double millis) {
        assertThat(GoDuration.millis(text)).hasValue(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 s", "s", "1d", "ms5", "1,5s", "--1s"})
    void millis_otherwise_isEmpty(String text) {
        assertThat(GoDuration.millis(text)).isEmpty();
    }
}
