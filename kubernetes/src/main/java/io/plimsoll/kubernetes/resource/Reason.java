package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// Why something was done, was not done, or is recommended.
public record Reason(
        @JsonPropertyDescription("One word for programs, as OutOfMemory.")
        String code,

        @JsonPropertyDescription("A sentence for people.") String message) {}
