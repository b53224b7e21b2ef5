package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/// What is freed when all pods ask for what is recommended.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Saving(
        @JsonPropertyDescription("CPU and memory freed; negative where more is needed.") @Nullable
        ResourceAmounts freed,

        @JsonPropertyDescription("""
                What that costs a month by the price table, as 12.40; negative where more is needed. Absent without prices \
                (rightsizer.price.*).""") @Size(max = 32) @Nullable
        String monthlyCost,

        @JsonPropertyDescription("The currency of the price table, as EUR.") @Size(max = 8) @Nullable
        String currency) {}
