package io.plimsoll.model.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.PodKey;
import org.junit.jupiter.api.Test;

class ContainerHistoryTest {

    private static final long MINUTE = 60 * 1000L;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 1000 * DAY + 12 * HOUR;

    private final ContainerHistory history = new ContainerHistory();

    @Test
    void peakWithin_surge_isSeenForSoLongAndForOneSlotMoreAtMost() {
        add("a", 900, START);
        add("a", 100, START + 10 * MINUTE);

        assertThat(history.cpuMillis().peakWithin(10 * MINUTE)).isEqualTo(900);
        add("a", 100, START + 15 * MINUTE);
        assertThat(history.cpuMillis().peakWithin(10 * MINUTE)).isEqualTo(100);
        add("a", 100, START + 60 * MINUTE);
        assertThat(history.cpuMillis().peakWithin(HOUR)).isEqualTo(900);
        add("a", 100, START + 65 * MINUTE);
        assertThat(history.cpuMillis().peakWithin(HOUR)).isEqualTo(100);
    }

    @Test
    void peakWithin_moreThanAnHour_isThatOfTheDays() {
        add("a", 900, START);
        add("a", 100, START + DAY);

        assertThat(history.cpuMillis().peakWithin(DAY)).isBetween(900.0, 960.0);
        add("a", 100, START + 2 * DAY);
        assertThat(history.cpuMillis().peakWithin(DAY)).isLessThan(120);
        assertThat(history.cpuMillis().peak()).isBetween(900.0, 960.0);
    }

    @Test
    void peakWithin_afterAGap_forgetsWhatWasBefore() {
        add("a", 900, START);
        add("a", 100, START + 3 * HOUR);

        assertThat(history.cpuMillis().peakWithin(HOUR)).isEqualTo(100);
    }

    @Test
    void peakWithin_clockSetBackByADay_startsAnew() {
        add("a", 900, START);
        history.add(usage("b", 100, START - DAY), START - DAY);

        assertThat(history.cpuMillis().peakWithin(HOUR)).isEqualTo(100);
    }

    @Test
    void latest_severalPods_isThatOfTheOneThatUsesMost() {
        add("a", 300, START);
        add("b", 500, START);
        add("a", 200, START + MINUTE);

        assertThat(history.cpuMillis().latest()).isEqualTo(500);
        assertThat(history.memoryBytes().latest()).isEqualTo(500e6);
    }

    @Test
    void copy_originalGoesOn_staysAsItWas() {
        add("a", 300, START);
        var copy = history.copy();

        add("a", 900, START + MINUTE);

        assertThat(copy.samples()).isEqualTo(1);
        assertThat(copy.cpuMillis().peakWithin(HOUR)).isEqualTo(300);
        assertThat(copy.cpuMillis().peak()).isLessThan(350);
        assertThat(copy.cpuMillis().latest()).isEqualTo(300);
        assertThat(copy.memoryBytes().percentile(1)).isLessThan(350e6);
    }

    /// Every bucket of both histograms hit: more than any container does.
    @Test
    void bytesRetained_everyBucketHit_isAtMostAKibibyte() {
        long at = START;
        for (double cpu = 1; cpu < 2e6; cpu *= 1.02) {
            at += MINUTE;
            add("a", cpu, at);
        }

        assertThat(history.bytesRetained()).isBetween(900, 1024);
    }

    private void add(String pod, double cpuMillis, long atMillis) {
        history.add(usage(pod, cpuMillis, atMillis), atMillis);
    }

    private static ContainerUsage usage(String pod, double cpuMillis, long atMillis) {
        return new ContainerUsage(
                new PodKey("shop", pod),
                "app",
                new Sample(cpuMillis, atMillis, "test"),
                new Sample(cpuMillis * 1e6, atMillis, "test"));
    }
}
