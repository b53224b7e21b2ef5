package io.plimsoll.kubernetes.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RareWarningTest {

    private final RareWarning warning = new RareWarning();

    @Test
    void happened_forTheFirstTime_isToldAtOnce() {
        assertThat(warning.happened("slow", 0)).contains("1 slow");
    }

    @Test
    void happened_againAndAgain_isToldOnceAMinuteWithAllSinceThen() {
        warning.happened("slow", 0);
        assertThat(warning.happened("slow", 1)).isEmpty();
        assertThat(warning.happened("too-many", 30_000)).isEmpty();
        assertThat(warning.happened("slow", 59_999)).isEmpty();

        assertThat(warning.happened("slow", 60_000)).contains("3 slow, 1 too-many");
        assertThat(warning.happened("slow", 60_001)).isEmpty();
    }
}
