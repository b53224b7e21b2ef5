package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// For which containers of a workload's pods a policy holds.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerChoice(
        @JsonPropertyDescription(
                "Only containers with these names; * stands for any characters. Absent means any name.")
        @Size(max = 100)
        @ValidationRule(value = Rules.NAME_PATTERNS, message = Rules.NAME_PATTERN_MESSAGE)
        List<@Size(min = 1, max = 253) String> allow,

        @JsonPropertyDescription("Never containers with these names, whatever allow says.")
        @Size(max = 100)
        @ValidationRule(value = Rules.NAME_PATTERNS, message = Rules.NAME_PATTERN_MESSAGE)
        List<@Size(min = 1, max = 253) String> deny,

        @JsonPropertyDescription("""
                Whether init containers that end before the others start are meant too. They are sized when a pod is \
                made, by the webhook or by what is written out; none is resized in place. Defaults to false.""") @Nullable Boolean includeInitContainers,

        @JsonPropertyDescription("Whether init containers that run beside the others are meant too. Defaults to false.")
        @Nullable
        Boolean includeSidecars) {

    public ContainerChoice {
        allow = Lists.copy(allow);
        deny = Lists.copy(deny);
    }
}
