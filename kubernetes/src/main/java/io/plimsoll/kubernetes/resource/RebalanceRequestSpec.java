package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// What is asked for. It never changes.
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self == oldSelf", message = "the spec of a RebalanceRequest never changes; make another one")
public record RebalanceRequestSpec(
        @JsonPropertyDescription("Who asks and why, for people.") @Size(max = 512) @Nullable
        String reason) {}
