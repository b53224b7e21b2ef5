package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Why something was done, was not done, or is recommended.
public record Reason(
        @JsonPropertyDescription("One word for programs, as OutOfMemory.") @Required @Size(max = 64)
        String code,

        @JsonPropertyDescription("A sentence for people.") @Required @Size(max = 512)
        String message) {}
