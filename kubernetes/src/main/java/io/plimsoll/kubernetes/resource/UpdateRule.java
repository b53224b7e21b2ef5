package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// How and when changes are carried out.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.memoryHeadroomPercent) || !has(self.memoryDecrease) || self.memoryDecrease == 'AboveUsage'",
        message = "memoryHeadroomPercent goes with memoryDecrease: AboveUsage: write that, or leave the percent out")
public record UpdateRule(
        @JsonPropertyDescription("""
                InPlaceOnly (default) resizes running pods and never restarts one; InPlaceOrRecreate may evict a pod \
                that cannot be resized; OnCreate leaves running pods alone and sizes new ones.""") @Nullable Strategy strategy,

        @JsonPropertyDescription("""
                When memory may be lowered: Never, AboveUsage (default: down to usage with memoryHeadroomPercent), or \
                Free (down to the recommendation).""") @Nullable MemoryDecrease memoryDecrease,

        @JsonPropertyDescription(
                "How far above present usage memory stays with memoryDecrease: AboveUsage. Defaults to 10.")
        @Min(0)
        @Max(900)
        @Nullable
        Integer memoryHeadroomPercent,

        @JsonPropertyDescription("""
                How long nothing of a workload is lowered after a change, as 30m or 6h; a raise may follow after a minute. \
                Defaults to 5m.""")
        @Size(max = 32)
        @ValidationRule(value = Rules.COOLDOWN, message = Rules.COOLDOWN_MESSAGE)
        @Nullable
        String cooldown,

        @JsonPropertyDescription("""
                How much time lies between two changes of a workload at least, raises too, as 30m; a raise after an OOM kill \
                does not wait. Defaults to 1m.""")
        @Size(max = 32)
        @ValidationRule(value = Rules.INTERVAL, message = Rules.INTERVAL_MESSAGE)
        @Nullable
        String interval,

        @JsonPropertyDescription(
                "How long a workload's first resized pod is watched before the others follow. Defaults to 5m.")
        @Size(max = 32)
        @ValidationRule(value = Rules.CANARY_WINDOW, message = Rules.CANARY_WINDOW_MESSAGE)
        @Nullable
        String canaryWindow,

        @JsonPropertyDescription("When changes may be made. Absent means at any time.") @Nullable
        Schedule schedule) {

    /// What may be done to a pod to change its size.
    public enum Strategy {
        @JsonProperty("InPlaceOnly")
        IN_PLACE_ONLY,
        @JsonProperty("InPlaceOrRecreate")
        IN_PLACE_OR_RECREATE,
        @JsonProperty("OnCreate")
        ON_CREATE
    }

    /// When memory may be lowered.
    public enum MemoryDecrease {
        @JsonProperty("Never")
        NEVER,
        @JsonProperty("AboveUsage")
        ABOVE_USAGE,
        @JsonProperty("Free")
        FREE
    }
}
