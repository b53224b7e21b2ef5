package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When changes may be made: inside any of the windows.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Schedule(
        @JsonPropertyDescription("The time zone of the windows, as Europe/Vienna. Defaults to UTC.") @Nullable
        String timeZone,

        @JsonPropertyDescription("The windows; a change is made inside any of them.")
        List<Window> windows) {

    public Schedule {
        windows = Lists.copy(windows);
    }

    /// One window of a day, or across midnight.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Window(
            @JsonPropertyDescription("The days on which the window begins. Absent means every day.")
            List<Day> days,

            @JsonPropertyDescription("When the window begins, as 22:00.") @Nullable
            String start,

            @JsonPropertyDescription("""
                    When the window ends, as 06:00; not later than start means on the next day, so that 00:00 to 00:00 is a \
                    whole day.""") @Nullable String end) {

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
