package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/// The answer. Without a phase, nobody has looked yet.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RebalanceRequestStatus(
        @JsonPropertyDescription("The generation of the request that this answers.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("What it has come to.") @Nullable
        Phase phase,

        @JsonPropertyDescription("The RebalancePlan that is open now.") @Size(max = 253) @Nullable
        String plan,

        @JsonPropertyDescription("Why there is no plan, for people.") @Size(max = 512) @Nullable
        String message) {

    /// What a request has come to.
    public enum Phase {
        @JsonProperty("Planned")
        PLANNED,
        @JsonProperty("NothingToDo")
        NOTHING_TO_DO,
        @JsonProperty("NotNow")
        NOT_NOW
    }
}
