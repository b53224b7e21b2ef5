package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.regime.UserHours;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class RegimeHoursTest {

    private static boolean isOffPeak(String windows, String local) {
        var zone = ZoneId.of("Europe/Vienna");
        return RegimeHours.of("Europe/Vienna", "", windows, "")
                .offPeaks()
                .orElseThrow()
                .isOpen(LocalDateTime.parse(local).atZone(zone).toInstant().toEpochMilli());
    }

    @Test
    void of_nothingSet_saysNothingButTheZone() {
        assertThat(RegimeHours.of("UTC", "", "", "")).isEqualTo(UserHours.none(ZoneId.of("UTC")));
    }

    @Test
    void of_windowsOverMidnightAndTheEndOfTheWeek_holdThere() {
        // Monday 23 November 2026.
        assertThat(isOffPeak("Mon-Fri 22:00-06:00", "2026-11-24T05:59")).isTrue();
        assertThat(isOffPeak("Mon-Fri 22:00-06:00", "2026-11-28T05:59")).isTrue();
        assertThat(isOffPeak("Mon-Fri 22:00-06:00", "2026-11-28T23:00")).isFalse();
        assertThat(isOffPeak("Sat-Mon 01:00-02:00", "2026-11-23T01:30")).isTrue();
        assertThat(isOffPeak("Sat-Mon 01:00-02:00", "2026-11-24T01:30")).isFalse();
        assertThat(isOffPeak("01:00-02:00, Sun 00:00-24:00", "2026-11-22T23:59"))
                .isTrue();
        assertThat(isOffPeak("01:00-02:00,Sun 00:00-24:00", "2026-11-25T01:00")).isTrue();
    }

    @Test
    void windows_whatIsNone_isNotAllowed() {
        for (var text : new String[] {"Mon", "22-06", "25:00-06:00", "Mon,Tue 22:00-23:00", "22:00-06:00;"}) {
            assertThat(RegimeHours.WINDOWS.read().apply(text)).as(text).isEmpty();
        }
        assertThat(RegimeHours.WINDOWS.read().apply("Mon-Fri 22:00-06:00, Sat 00:00-24:00"))
                .isPresent();
        assertThat(RegimeHours.DAYS.read().apply("2026-11-27, 2026-12-23/2027-01-02"))
                .isPresent();
        assertThat(RegimeHours.DAYS.read().apply("27.11.2026")).isEmpty();
    }

    @Test
    void of_zoneOrDayThatIsNotThere_isRefusedByName() {
        assertThatThrownBy(() -> RegimeHours.of("Europe/Atlantis", "", "", "")).hasMessageContaining("Europe/Atlantis");
        assertThatThrownBy(() -> RegimeHours.of("UTC", "", "", "2026-02-30")).hasMessageContaining("2026-02-30");
        assertThatThrownBy(() -> RegimeHours.of("UTC", "", "", "2026-03-02/2026-03-01"))
                .hasMessageContaining("must not end before it begins");
    }
}
