package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// What holds for single containers instead of what the policy says for all; what is absent here holds as there.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerOverride(
        @JsonPropertyDescription(
                "The container's name; * stands for any characters. The first override that matches holds.")
        @Required
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.NAME_PATTERN, message = Rules.NAME_PATTERN_MESSAGE)
        @Nullable
        String container,

        @JsonPropertyDescription("What is done for this container; never more than the policy's own mode.")
        OptimizationPolicySpec.@Nullable Mode mode,

        @JsonPropertyDescription("How much CPU to ask for.") @Nullable
        ResourceRule cpu,

        @JsonPropertyDescription("How much memory to ask for.") @Nullable
        ResourceRule memory,

        @JsonPropertyDescription("Which fields may be changed.") @Nullable
        ControlledFields controlled,

        @JsonPropertyDescription("When memory may be lowered.")
        UpdateRule.@Nullable MemoryDecrease memoryDecrease) {}
