package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One thing that is so, is not so, or is unknown of an object; of the shape that all of Kubernetes uses.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceCondition(
        @JsonPropertyDescription("What the condition is about, as Conflicting.") @Required @Size(max = 316)
        String type,

        @JsonPropertyDescription("Whether it is so.") @Required
        Truth status,

        @JsonPropertyDescription("Of which generation of the object this was found.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("When status last changed.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant lastTransitionTime,

        @JsonPropertyDescription("Why, as one word for programs.") @Required @Size(max = 128)
        String reason,

        @JsonPropertyDescription("Why, as a sentence for people.") @Required @Size(max = 1024)
        String message) {

    /// Whether something is so.
    public enum Truth {
        @JsonProperty("True")
        TRUE,
        @JsonProperty("False")
        FALSE,
        @JsonProperty("Unknown")
        UNKNOWN
    }
}
