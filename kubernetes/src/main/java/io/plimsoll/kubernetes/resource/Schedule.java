package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When changes may be made: inside any of the windows.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Schedule(
        @JsonPropertyDescription("The time zone of the windows, as Europe/Vienna. Defaults to UTC.")
        @Size(min = 1, max = 64)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$') && self != 'Local'"
                        + " && timestamp('2026-01-01T00:00:00Z').getHours(self) >= 0",
                message = "write a time zone of the IANA database, as Europe/Vienna or UTC")
        @Nullable
        String timeZone,

        @JsonPropertyDescription("The windows; a change is made inside any of them.") @Required @Size(min = 1, max = 32)
        List<Window> windows) {

    public Schedule {
        windows = Lists.copy(windows);
    }

    /// One window of a day, or across midnight.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Window(
            @JsonPropertyDescription("The days on which the window begins. Absent means every day.") @Size(max = 7)
            List<Day> days,

            @JsonPropertyDescription("When the window begins, as 22:00.")
            @Required
            @Size(max = 16)
            @ValidationRule(
                    value = "self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]$')",
                    message = "write a time of day from 00:00 to 23:59, as 06:30 or 22:00")
            @Nullable
            String start,

            @JsonPropertyDescription("""
                    When the window ends, as 06:00; not later than start means on the next day, so that 00:00 to 00:00 is a \
                    whole day.""")
            @Required
            @Size(max = 16)
            @ValidationRule(
                    value = "self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]$')",
                    message = "write a time of day from 00:00 to 23:59, as 06:30 or 22:00")
            @Nullable
            String end) {

        public Window {
            days = Lists.copy(days);
        }
    }

    /// A day of the week.
    public enum Day {
        @JsonProperty("Mon")
        MONDAY,
        @JsonProperty("Tue")
        TUESDAY,
        @JsonProperty("Wed")
        WEDNESDAY,
        @JsonProperty("Thu")
        THURSDAY,
        @JsonProperty("Fri")
        FRIDAY,
        @JsonProperty("Sat")
        SATURDAY,
        @JsonProperty("Sun")
        SUNDAY
    }
}
